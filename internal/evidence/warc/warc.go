// Package warc writes WARC/1.1 files (ISO 28500:2017), the form in which archives and courts know a
// captured page. Each record is its own gzip member, so readers can seek.
package warc

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Writer writes records one after the other.
type Writer struct {
	out    io.Writer
	random io.Reader
}

// NewWriter writes to out and takes record ids from random.
func NewWriter(out io.Writer, random io.Reader) *Writer { return &Writer{out, random} }

// Field is one named value of a warcinfo or metadata record.
type Field struct{ Name, Value string }

// Response is an HTTP answer as it was received, decompressed.
type Response struct {
	URL       string
	At        time.Time
	Status    int
	Header    http.Header
	Body      []byte
	MediaType string // as identified by the capturer; may be empty
}

// Info writes the warcinfo record that describes the file.
func (w *Writer) Info(at time.Time, filename string, fields []Field) error {
	_, err := w.record("warcinfo", at, []Field{{"WARC-Filename", filename}, {"Content-Type", "application/warc-fields"}}, fieldBlock(fields))
	return err
}

// Response writes an answer and returns the id of its record. The body is stored decoded: a
// content or transfer coding that the server used is kept in a header of another name, so that the
// header describes the bytes that follow.
func (w *Writer) Response(r Response) (id string, err error) {
	var block bytes.Buffer
	fmt.Fprintf(&block, "HTTP/1.1 %d %s\r\n", r.Status, http.StatusText(r.Status))
	names := make([]string, 0, len(r.Header))
	for n := range r.Header {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		shown := n
		switch http.CanonicalHeaderKey(n) {
		case "Content-Encoding", "Transfer-Encoding", "Content-Length":
			shown = "X-Archive-Orig-" + n
		}
		for _, v := range r.Header[n] {
			fmt.Fprintf(&block, "%s: %s\r\n", oneLine(shown), oneLine(v))
		}
	}
	fmt.Fprintf(&block, "Content-Length: %d\r\n\r\n", len(r.Body))
	block.Write(r.Body)
	fields := []Field{
		{"WARC-Target-URI", r.URL},
		{"WARC-Payload-Digest", digest(r.Body)},
		{"Content-Type", "application/http;msgtype=response"},
	}
	if r.MediaType != "" {
		fields = append(fields, Field{"WARC-Identified-Payload-Type", r.MediaType})
	}
	return w.record("response", r.At, fields, block.Bytes())
}

// Metadata writes facts about another record.
func (w *Writer) Metadata(at time.Time, target, about string, fields []Field) error {
	_, err := w.record("metadata", at, []Field{{"WARC-Target-URI", target}, {"WARC-Concurrent-To", about},
		{"Content-Type", "application/warc-fields"}}, fieldBlock(fields))
	return err
}

func (w *Writer) record(kind string, at time.Time, fields []Field, block []byte) (string, error) {
	raw := make([]byte, 16)
	if _, err := io.ReadFull(w.random, raw); err != nil {
		return "", fmt.Errorf("draw record id: %w", err)
	}
	raw[6], raw[8] = raw[6]&0x0f|0x40, raw[8]&0x3f|0x80 // UUID version 4
	id := fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:])
	head := append([]Field{
		{"WARC-Type", kind},
		{"WARC-Record-ID", id},
		{"WARC-Date", at.UTC().Format("2006-01-02T15:04:05.000000Z")},
		{"WARC-Block-Digest", digest(block)},
	}, fields...)
	head = append(head, Field{"Content-Length", strconv.Itoa(len(block))})
	z := gzip.NewWriter(w.out)
	var b bytes.Buffer
	b.WriteString("WARC/1.1\r\n")
	b.Write(fieldBlock(head))
	b.WriteString("\r\n")
	b.Write(block)
	b.WriteString("\r\n\r\n")
	if _, err := z.Write(b.Bytes()); err != nil {
		return "", fmt.Errorf("write %s record: %w", kind, err)
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("write %s record: %w", kind, err)
	}
	return id, nil
}

func fieldBlock(fields []Field) []byte {
	var b bytes.Buffer
	for _, f := range fields {
		fmt.Fprintf(&b, "%s: %s\r\n", oneLine(f.Name), oneLine(f.Value))
	}
	return b.Bytes()
}

// oneLine keeps a value from a server from beginning a line, and so a record, of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:])
}
