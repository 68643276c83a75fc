package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/simple" // registers "simple"
	_ "github.com/blevesearch/bleve/v2/index/scorch"             // registers "scorch"
	"github.com/blevesearch/bleve/v2/search/query"

	"ronda/internal/fingerprint"
	"ronda/internal/match"
)

// engine is one way to answer a query. search returns the number of hits.
type engine struct {
	name   string
	search func(text string) (int, error)
	close  func() error
}

// words returns the distinct words of a query, and the twelve rarest of them
// by the number of documents that have them.
func words(text string, rarest map[string]int, tuned bool) []string {
	var out []string
	for _, t := range fingerprint.ReadText(text).Tokens {
		if !slices.Contains(out, t.Text) {
			out = append(out, t.Text)
		}
	}
	if !tuned {
		return out
	}
	out = slices.DeleteFunc(out, func(w string) bool { return rarest[w] == 0 })
	slices.SortStableFunc(out, func(a, b string) int { return rarest[a] - rarest[b] })
	return out[:min(12, len(out))]
}

// countWords counts in how many documents each word stands.
func countWords(path string) (map[string]int, error) {
	counts := map[string]int{}
	for d, err := range readCorpus(path) {
		if err != nil {
			return nil, err
		}
		for _, w := range words(d.Title+" "+d.Narration, nil, false) {
			counts[w]++
		}
	}
	return counts, nil
}

// openRonda builds Ronda's index from the SQLite file.
func openRonda(ctx context.Context, path string) (engine, error) {
	x := match.New()
	if _, err := x.PutAll(ctx, readCorpus(path), nil); err != nil {
		return engine{}, err
	}
	return engine{
		name:   "ronda",
		search: func(text string) (int, error) { return len(x.Search(ctx, match.Query{Text: text, Limit: 5}).Hits), nil },
		close:  func() error { return nil },
	}, nil
}

// openBleve builds a Bleve index in a folder, in batches.
func openBleve(path, dir string) (bleve.Index, error) {
	if x, err := bleve.Open(dir); err == nil {
		return x, nil
	}
	mapping := bleve.NewIndexMapping()
	doc := bleve.NewDocumentMapping()
	field := bleve.NewTextFieldMapping()
	field.Store, field.IncludeTermVectors, field.DocValues = false, false, false
	field.Analyzer = "simple"
	doc.AddFieldMappingsAt("text", field)
	mapping.DefaultMapping = doc
	mapping.DefaultAnalyzer = "simple"
	part := dir + ".part" // a build that was broken off is not taken for a whole one
	if err := os.RemoveAll(part); err != nil {
		return nil, fmt.Errorf("clear folder: %w", err)
	}
	x, err := bleve.NewUsing(part, mapping, "scorch", "scorch", map[string]any{"unsafe_batch": true})
	if err != nil {
		return nil, fmt.Errorf("create Bleve index: %w", err)
	}
	batch := x.NewBatch()
	for d, err := range readCorpus(path) {
		if err != nil {
			return nil, err
		}
		if err := batch.Index(d.ID, map[string]string{"text": d.Title + " " + d.Narration}); err != nil {
			return nil, fmt.Errorf("index in Bleve: %w", err)
		}
		if batch.Size() == 2000 {
			if err := x.Batch(batch); err != nil {
				return nil, fmt.Errorf("index in Bleve: %w", err)
			}
			batch = x.NewBatch()
		}
	}
	if err := x.Batch(batch); err != nil {
		return nil, fmt.Errorf("index in Bleve: %w", err)
	}
	if err := x.Close(); err != nil {
		return nil, fmt.Errorf("close Bleve index: %w", err)
	}
	if err := os.Rename(part, dir); err != nil {
		return nil, fmt.Errorf("name Bleve index: %w", err)
	}
	return bleve.Open(dir)
}

func bleveEngine(name string, x bleve.Index, counts map[string]int, tuned bool) engine {
	return engine{name: name, close: func() error { return nil }, search: func(text string) (int, error) {
		var any []query.Query
		for _, w := range words(text, counts, tuned) {
			t := bleve.NewTermQuery(w)
			t.SetField("text")
			any = append(any, t)
		}
		res, err := x.Search(bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(any...), 5, 0, false))
		if err != nil {
			return 0, err
		}
		return len(res.Hits), nil
	}}
}

// openFTS5 builds an SQLite FTS5 table.
func openFTS5(path, file string) (*sql.DB, error) {
	if _, err := os.Stat(file); err != nil {
		part := file + ".part"
		if err := os.RemoveAll(part); err != nil {
			return nil, fmt.Errorf("clear file: %w", err)
		}
		if err := buildFTS5(path, part); err != nil {
			return nil, err
		}
		if err := os.Rename(part, file); err != nil {
			return nil, fmt.Errorf("name FTS5 file: %w", err)
		}
	}
	return openSQLite(file)
}

func openSQLite(file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)")
	if err != nil {
		return nil, fmt.Errorf("open FTS5: %w", err)
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

func buildFTS5(path, file string) error {
	db, err := openSQLite(file)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, text, content='', tokenize='unicode61 remove_diacritics 2')`); err != nil {
		return fmt.Errorf("create FTS5 table: %w", err)
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	insert, err := tx.Prepare(`INSERT INTO docs (rowid, text) VALUES ($1, $2)`)
	if err != nil {
		return err
	}
	n := 0
	for d, err := range readCorpus(path) {
		if err != nil {
			return err
		}
		n++
		if _, err := insert.Exec(n, d.Title+" "+d.Narration); err != nil {
			return fmt.Errorf("index in FTS5: %w", err)
		}
	}
	return tx.Commit()
}

func fts5Engine(name string, db *sql.DB, counts map[string]int, tuned bool) engine {
	return engine{name: name, close: func() error { return nil }, search: func(text string) (int, error) {
		var any []string
		for _, w := range words(text, counts, tuned) {
			any = append(any, `"`+w+`"`)
		}
		rows, err := db.Query(`SELECT rowid FROM docs WHERE docs MATCH $1 ORDER BY bm25(docs) LIMIT 5`, strings.Join(any, " OR "))
		if err != nil {
			return 0, err
		}
		defer rows.Close()
		n := 0
		for rows.Next() {
			n++
		}
		return n, rows.Err()
	}}
}
