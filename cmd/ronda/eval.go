package main

import (
	"context"
	"os"

	"ronda/internal/eval"
	"ronda/internal/eval/images"
)

// evalCmd measures Ronda against evaluation data. It needs no server and changes nothing.
type evalCmd struct {
	Match     evalMatchCmd     `cmd:"" help:"Measure how well texts find the fact-check that they belong to."`
	Checkthat evalCheckThatCmd `cmd:"" help:"Measure English posts against fact-checks (CLEF CheckThat!)."`
	Images    evalImagesCmd    `cmd:"" help:"Measure how well changed images find their original."`
}

// evalMatchCmd measures the matching of texts.
type evalMatchCmd struct {
	Claims  string   `required:"" placeholder:"FILE" help:"Known fact-checks, one JSON object a line."`
	Queries []string `required:"" placeholder:"FILE" help:"Queries with the ids that answer them; may be given more than once."`
	Nomatch []string `placeholder:"FILE" help:"Queries that nothing answers; may be given more than once."`
	JSON    bool     `name:"json" help:"Print JSON instead of a table."`
	Misses  string   `placeholder:"SLICE" help:"Print the queries of a slice whose first hit is wrong."`
	Docs    int      `placeholder:"N" help:"Put about so many fact-checks in the index; queries that those left out answer count as left_out. None: all."`
}

// Run writes the measures to standard output.
func (c *evalMatchCmd) Run() error {
	return eval.Match(context.Background(), eval.MatchOptions{
		Claims: c.Claims, Queries: c.Queries, NoMatch: c.Nomatch, JSON: c.JSON, Misses: c.Misses, Docs: c.Docs,
	}, os.Stdout)
}

// evalCheckThatCmd measures the matching of English posts.
type evalCheckThatCmd struct {
	Claims  string `required:"" placeholder:"FILE" help:"claims.tsv of the task."`
	Queries string `required:"" placeholder:"FILE" help:"queries.tsv of a part."`
	Qrels   string `required:"" placeholder:"FILE" help:"qrels.tsv of the same part."`
	JSON    bool   `name:"json" help:"Print JSON instead of a line."`
}

// Run writes the measures to standard output.
func (c *evalCheckThatCmd) Run() error {
	return eval.CheckThat(context.Background(), eval.CheckThatOptions{
		Claims: c.Claims, Queries: c.Queries, Qrels: c.Qrels, JSON: c.JSON,
	}, os.Stdout)
}

// evalImagesCmd measures the matching of pictures.
type evalImagesCmd struct {
	Manifest string `required:"" placeholder:"FILE" help:"Tab-separated list of pictures with their originals and variants."`
	Split    string `placeholder:"NAME" help:"The part that is measured; none: all."`
	JSON     bool   `name:"json" help:"Print JSON instead of a table."`
}

// Run writes the measures to standard output.
func (c *evalImagesCmd) Run() error {
	return images.Run(context.Background(), images.Options{Manifest: c.Manifest, Split: c.Split, JSON: c.JSON}, os.Stdout)
}
