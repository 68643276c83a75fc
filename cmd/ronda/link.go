package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"ronda/internal/election"
	"ronda/internal/link"
)

// linkCmd says which service and which item addresses mean, without any network: addresses on standard input, one a
// line, and one JSON object a line out. Empty lines are skipped.
type linkCmd struct {
	Election string `help:"Election pack whose services are used." default:"pilkada-2024"`
	Text     bool   `help:"Read standard input as one message and give the addresses found in it (at most 200)."`
}

// linkAnswer is one line of output: the item, or the reason why the address names none.
type linkAnswer struct {
	Input        string   `json:"input"`
	Platform     string   `json:"platform,omitempty"`
	Kind         string   `json:"kind,omitempty"`
	ID           string   `json:"id,omitempty"`
	Canonical    string   `json:"canonical,omitempty"`
	Key          string   `json:"key,omitempty"`
	Part         string   `json:"part,omitempty"`
	NeedsResolve *bool    `json:"needs_resolving,omitempty"`
	Private      *bool    `json:"private,omitempty"`
	Domain       string   `json:"registered_domain,omitempty"`
	Lookalike    string   `json:"lookalike_of,omitempty"`
	Flags        []string `json:"flags,omitempty"`
	Error        string   `json:"error,omitempty"`   // a code such as "link.front_page"
	Message      string   `json:"message,omitempty"` // the same in words
}

// Run reads os.Stdin to its end. A line that names no item is an answer with "error", not a failure of the command.
func (c *linkCmd) Run() error {
	pack, err := election.Open(c.Election)
	if err != nil {
		return fmt.Errorf("load election pack: %w", err)
	}
	parser, err := link.New(pack.Platforms)
	if err != nil {
		return err
	}
	if c.Text {
		return linkText(parser, os.Stdin, os.Stdout)
	}
	return linkLines(parser, os.Stdin, os.Stdout)
}

// maxLinkText bounds the message read with --text; longer ones are cut.
const maxLinkText = 1 << 20

func linkText(parser *link.Parser, in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(io.LimitReader(in, maxLinkText))
	if err != nil {
		return fmt.Errorf("read text: %w", err)
	}
	enc := newLinkEncoder(out)
	for _, f := range parser.Find(string(text), link.MaxFound) {
		if err := enc.Encode(answerFor(f.Raw, f.Link, f.Err)); err != nil {
			return fmt.Errorf("write answer: %w", err)
		}
	}
	return nil
}

// linkLines answers each line as it comes, so that the command can stand at the end of a pipe that stays open.
func linkLines(parser *link.Parser, in io.Reader, out io.Writer) error {
	lines := bufio.NewReaderSize(in, 64<<10)
	w := bufio.NewWriterSize(out, 64<<10)
	enc := newLinkEncoder(w)
	for {
		line, err := linkLine(lines)
		if raw := strings.TrimRight(line, "\r\n"); strings.TrimSpace(raw) != "" {
			l, refusal := parser.Parse(raw)
			if err := enc.Encode(answerFor(raw, l, refusal)); err != nil {
				return fmt.Errorf("write answer: %w", err)
			}
		}
		if err == nil && lines.Buffered() > 0 {
			continue
		}
		if flush := w.Flush(); flush != nil {
			return fmt.Errorf("write answer: %w", flush)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read addresses: %w", err)
		}
	}
}

// linkLine reads one line and keeps no more of it than decides that it is too long.
func linkLine(in *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if room := link.MaxInput + 2 - len(line); room > 0 {
			line = append(line, part[:min(room, len(part))]...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(line), err
		}
	}
}

func newLinkEncoder(w io.Writer) *json.Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc
}

func answerFor(raw string, l link.Link, err error) linkAnswer {
	if err != nil {
		a := linkAnswer{Input: raw, Error: "link.unknown", Message: err.Error()}
		var refusal *link.Error
		if errors.As(err, &refusal) {
			a.Error, a.Platform = refusal.Code, refusal.Platform
		}
		return a
	}
	return linkAnswer{
		Input: raw, Platform: l.Platform, Kind: l.Kind, ID: l.ID, Canonical: l.Canonical, Key: l.Key, Part: l.Part,
		NeedsResolve: &l.NeedsResolve, Private: &l.Private, Domain: l.Domain, Lookalike: l.Lookalike, Flags: l.Flags,
	}
}
