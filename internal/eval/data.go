// Package eval measures Ronda against evaluation data: how well it finds the
// fact-check that a text belongs to, how honestly it says "nothing", and how
// fast it is. It stands beside the flow and changes nothing in it.
package eval

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

// Claim is a known fact-check in the format of the evaluation data.
type Claim struct {
	ID        string `json:"id"`
	Date      string `json:"date"` // YYYY-MM-DD or empty
	Title     string `json:"title"`
	Narration string `json:"narration"`
	Cluster   string `json:"cluster"` // claims about the same story share it
}

// Query is a text with the ids that answer it.
type Query struct {
	ID         string   `json:"qid"`
	Kind       string   `json:"kind"`
	View       string   `json:"index_view"` // what the index may hold: "title" or "title+narration"
	Text       string   `json:"text"`
	Relevant   []string `json:"relevant"`
	Exclude    []string `json:"exclude"`
	Rejected   []string `json:"rejected"` // ids of which a person said that they do not answer it
	Target     string   `json:"target"`
	Tier       string   `json:"tier"`
	Hard       bool     `json:"hard"`
	Election   bool     `json:"election"`
	Obfuscated bool     `json:"obfuscated"`
	Synthetic  bool     `json:"synthetic"`
}

// The two views of the index.
const (
	viewTitle = "title"
	viewAll   = "title+narration"
)

// readLines decodes one JSON object a line.
func readLines[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open evaluation data: %w", err)
	}
	defer f.Close()
	var out []T
	r := bufio.NewScanner(f)
	r.Buffer(nil, 16<<20)
	for n := 1; r.Scan(); n++ {
		if len(r.Bytes()) == 0 {
			continue
		}
		var v T
		if err := json.Unmarshal(r.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("read %s line %d: %w", path, n, err)
		}
		out = append(out, v)
	}
	if err := r.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return out, nil
}

// LoadClaims reads a file of claims, one JSON object a line.
func LoadClaims(path string) ([]Claim, error) { return readLines[Claim](path) }

// LoadQueries reads a file of queries, one JSON object a line.
func LoadQueries(path string) ([]Query, error) { return readLines[Query](path) }

func (c *Claim) day() time.Time {
	t, err := time.Parse(time.DateOnly, c.Date)
	if err != nil {
		return time.Time{}
	}
	return t
}

// readTable reads a tab-separated file, one row a line, whose first line names
// the columns. A field in double quotes is unquoted.
func readTable(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open evaluation data: %w", err)
	}
	defer f.Close()
	var out []map[string]string
	var head []string
	r := bufio.NewScanner(f)
	r.Buffer(nil, 16<<20)
	for r.Scan() {
		fields := strings.Split(r.Text(), "\t")
		if head == nil {
			head = fields
			continue
		}
		m := make(map[string]string, len(head))
		for i, name := range head {
			if i < len(fields) {
				m[strings.TrimSpace(name)] = unquote(fields[i])
			}
		}
		out = append(out, m)
	}
	if err := r.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return out, nil
}

func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
	}
	return s
}
