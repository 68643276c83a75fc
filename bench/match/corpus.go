package main

import (
	"database/sql"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"ronda/internal/eval"
	"ronda/internal/match"
)

// corpus yields n documents: the claims, then shuffles of them. A shuffle has
// the words of one claim in another order, every fourth exchanged for a word
// of another claim, so that no two documents are alike. The seed is fixed.
func corpus(claims []eval.Claim, n int) iter.Seq[match.Doc] {
	return func(yield func(match.Doc) bool) {
		r := rand.New(rand.NewPCG(20241127, 1))
		for i := range n {
			c := &claims[i%len(claims)]
			d := match.Doc{Kind: match.Claim, ID: fmt.Sprintf("%s-%d", c.ID, i/len(claims)), Title: c.Title, Narration: c.Narration}
			if i >= len(claims) {
				other := &claims[r.IntN(len(claims))]
				d.Title = mixWords(r, c.Title, other.Title)
				d.Narration = mixWords(r, c.Narration, other.Narration)
			}
			if !yield(d) {
				return
			}
		}
	}
}

func mixWords(r *rand.Rand, a, b string) string {
	words, others := strings.Fields(a), strings.Fields(b)
	if len(others) > 0 {
		for i := range words {
			if r.IntN(4) == 0 {
				words[i] = others[r.IntN(len(others))]
			}
		}
	}
	r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return strings.Join(words, " ")
}

// writeCorpus writes the corpus to an SQLite file unless it is there already.
func writeCorpus(path string, claims []eval.Claim, n int) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	db, err := sql.Open("sqlite", "file:"+path+".part?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)")
	if err != nil {
		return fmt.Errorf("open corpus: %w", err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE docs (id TEXT PRIMARY KEY, title TEXT NOT NULL, narration TEXT NOT NULL) WITHOUT ROWID`); err != nil {
		return fmt.Errorf("create corpus: %w", err)
	}
	tx, err := db.Begin()
	if err != nil {
		return fmt.Errorf("write corpus: %w", err)
	}
	insert, err := tx.Prepare(`INSERT INTO docs (id, title, narration) VALUES ($1, $2, $3)`)
	if err != nil {
		return fmt.Errorf("write corpus: %w", err)
	}
	for d := range corpus(claims, n) {
		if _, err := insert.Exec(d.ID, d.Title, d.Narration); err != nil {
			return fmt.Errorf("write corpus: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("write corpus: %w", err)
	}
	return os.Rename(path+".part", path)
}

// readCorpus yields the documents of an SQLite file.
func readCorpus(path string) iter.Seq2[match.Doc, error] {
	return func(yield func(match.Doc, error) bool) {
		db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
		if err != nil {
			yield(match.Doc{}, err)
			return
		}
		defer db.Close()
		rows, err := db.Query(`SELECT id, title, narration FROM docs`)
		if err != nil {
			yield(match.Doc{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			d := match.Doc{Kind: match.Claim}
			if err := rows.Scan(&d.ID, &d.Title, &d.Narration); err != nil {
				yield(match.Doc{}, err)
				return
			}
			if !yield(d, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(match.Doc{}, err)
		}
	}
}

// queries40 cuts queries of about forty words from the evaluation queries:
// those that are long enough, the first forty words.
func queries40(path string, n int) ([]string, error) {
	all, err := eval.LoadQueries(path)
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(20241127, 2))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var out []string
	for _, q := range all {
		if words := strings.Fields(q.Text); len(words) >= 40 && len(out) < n {
			out = append(out, strings.Join(words[:40], " "))
		}
	}
	return out, nil
}
