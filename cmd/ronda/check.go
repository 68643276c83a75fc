package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"ronda"
	"ronda/internal/election"
	"ronda/internal/match"
)

// checkCmd looks a message up among the known claims of an election pack. It stores nothing and needs no server.
type checkCmd struct {
	What     string `arg:"" help:"A text, an address, or a file with a text (- for standard input)."`
	Election string `help:"Election pack." default:"pilkada-2024"`
	Lang     string `help:"Language of the answer." default:"id"`
}

// maxCheck bounds a message read from a file, in bytes.
const maxCheck = 2 << 20

// Run prints the matches, or says honestly that there are none.
func (c *checkCmd) Run() error {
	text, err := c.read()
	if err != nil {
		return err
	}
	pack, err := election.Open(c.Election)
	if err != nil {
		return fmt.Errorf("load election pack: %w", err)
	}
	index := match.New()
	byID := map[string]ronda.FactCheck{}
	for _, k := range pack.Claims {
		f := k.Check()
		byID[f.ID] = f
		date, _ := time.Parse(time.DateOnly, f.Date)
		index.Put(match.Doc{Kind: match.Claim, ID: f.ID, Title: f.Claim.In(pack.Languages[0]), Narration: strings.Join(f.Keywords, " "), Date: date})
	}
	res := index.Search(context.Background(), match.Query{Text: text, Limit: 3})
	if res.Level == match.LevelNothing {
		fmt.Println("Belum ada hasil. Ini bukan berarti pesannya benar. / No result yet. That does not mean it is true.")
		return nil
	}
	for _, h := range res.Hits {
		if h.Level == match.LevelNothing {
			continue
		}
		f := byID[h.ID]
		fmt.Printf("%-8s %-14s %s\n         %s\n         %s, %s, %s\n", h.Level, strings.ToUpper(string(f.Verdict)), f.Claim.In(c.Lang), f.Truth.In(c.Lang), f.Outlet, f.Date, f.URL)
	}
	return nil
}

// read takes the text itself, or the file it names.
func (c *checkCmd) read() (string, error) {
	var in io.Reader
	switch {
	case c.What == "-":
		in = os.Stdin
	case len(c.What) < 4096 && !strings.Contains(c.What, "\n"):
		f, err := os.Open(c.What)
		if err != nil {
			return c.What, nil // no such file: it is the text
		}
		defer f.Close()
		in = f
	default:
		return c.What, nil
	}
	b, err := io.ReadAll(io.LimitReader(in, maxCheck+1))
	if err != nil {
		return "", fmt.Errorf("read message: %w", err)
	}
	if len(b) > maxCheck {
		return "", errors.New("the message is longer than 2 MiB")
	}
	return string(b), nil
}
