package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"ronda"
)

// bulkPatience is how long a bulk upload may be silent.
const bulkPatience = time.Minute

// bulkOutput streams.
type bulkOutput struct {
	Type string `header:"Content-Type" hidden:"true"`
	Body func(huma.Context)
}

// BulkLine is the result of one line; the last line of an answer is a BulkEnd.
type BulkLine struct {
	Line   int            `json:"line" doc:"The line of the request, from 1."`
	Status string         `json:"status" enum:"created,exists,invalid" doc:"exists: the PUID was there already, so that the upload can be repeated from the start."`
	PUID   string         `json:"puid,omitempty" doc:"The platform's own number."`
	UUID   string         `json:"uuid,omitempty" doc:"The statement that holds the PUID."`
	Errors map[string]any `json:"errors,omitempty" doc:"The faults by field."`
}

// BulkEnd ends an answer. An answer without it broke off: send the same lines again.
type BulkEnd struct {
	Done    bool `json:"done"`
	Created int  `json:"created"`
	Exists  int  `json:"exists"`
	Invalid int  `json:"invalid"`
	Sandbox bool `json:"sandbox,omitempty" doc:"These were statements of practice."`
}

// BulkFault ends an answer that broke off by our fault.
type BulkFault struct {
	Done  bool     `json:"done"`
	Error *Problem `json:"error"`
}

func (a *api) bulkStatements(_ context.Context, c *caller, _ *emptyInput) (*bulkOutput, error) {
	switch mediaType(c.r) {
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
	default:
		return nil, ronda.Errorf(ronda.Invalid, "api.media_type", "header.Content-Type")
	}
	return &bulkOutput{Type: "application/x-ndjson", Body: func(ctx huma.Context) {
		r, w := unwrap(ctx)
		b := &bulk{a: a, w: w, control: http.NewResponseController(w), work: a.newStatementWork(c)}
		b.run(r)
	}}, nil
}

// bulk is one upload: lines come in, results go out, a hundred at a time, and no more than those are in memory.
type bulk struct {
	a       *api
	w       http.ResponseWriter
	control *http.ResponseController
	work    *statementWork

	results []BulkLine
	waiting []ronda.Statement
	places  []int // of the waiting ones in results
	end     BulkEnd
}

func (b *bulk) run(r *http.Request) {
	ctx := r.Context()
	// Results go out while lines still come in. A server that cannot do so would only answer later.
	_ = b.control.EnableFullDuplex()
	b.extend()
	b.w.WriteHeader(http.StatusOK)
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	n := 0
	for lines.Scan() {
		n++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := b.take(ctx, n, lines.Bytes()); err != nil {
			b.fail(ctx, err)
			return
		}
		if len(b.results) >= maxStatements {
			if err := b.flush(ctx); err != nil {
				b.fail(ctx, err)
				return
			}
		}
	}
	if err := b.flush(ctx); err != nil {
		b.fail(ctx, err)
		return
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = errTooLarge
		}
		b.fail(ctx, err)
		return
	}
	b.end.Done, b.end.Sandbox = true, b.work.c.actor.Sandbox
	b.write(b.end)
}

// take reads one line.
func (b *bulk) take(ctx context.Context, n int, line []byte) error {
	doc, fault := readStatementDoc(line)
	if fault != "" {
		b.results = append(b.results, BulkLine{Line: n, Status: "invalid", Errors: map[string]any{"line": []string{fault}}})
		return nil
	}
	s, faults, err := b.work.read(ctx, doc)
	if err != nil {
		return err
	}
	result := BulkLine{Line: n, PUID: s.PUID}
	if len(faults) > 0 {
		result.Status, result.Errors = "invalid", byField(faults)
		if !ronda.ValidPUID(s.PUID) {
			result.PUID = ""
		}
	} else {
		b.waiting, b.places = append(b.waiting, s), append(b.places, len(b.results))
	}
	b.results = append(b.results, result)
	return nil
}

// flush saves what waits and answers for it. A line is answered only after it is on disk.
func (b *bulk) flush(ctx context.Context) error {
	if len(b.waiting) > 0 {
		held, err := b.a.statementsOf(b.work.c).AddStatements(ctx, b.waiting)
		if err != nil {
			return err
		}
		for i, id := range held {
			r := &b.results[b.places[i]]
			r.UUID, r.Status = id, "exists"
			if id == b.waiting[i].ID {
				r.Status = "created"
			}
		}
	}
	for _, r := range b.results {
		switch r.Status {
		case "created":
			b.end.Created++
		case "exists":
			b.end.Exists++
		default:
			b.end.Invalid++
		}
		b.write(r)
	}
	b.results, b.waiting, b.places = b.results[:0], b.waiting[:0], b.places[:0]
	b.work.now = b.a.opt.Now().UTC().Truncate(time.Microsecond)
	b.extend()
	return b.control.Flush()
}

// extend gives the upload another while: it may last for hours as long as it moves. Servers without deadlines have none to move.
func (b *bulk) extend() {
	at := time.Now().Add(bulkPatience) // of the connection, not of the election
	_ = b.control.SetReadDeadline(at)
	_ = b.control.SetWriteDeadline(at)
}

// fail ends an answer that broke off. If even that cannot be written, the missing end says it.
func (b *bulk) fail(ctx context.Context, err error) {
	b.write(BulkFault{Error: b.a.problem(ctx, b.work.c, err, nil)})
}

func (b *bulk) write(v any) {
	// A client that went away stops the reading, which ends the loop.
	_ = json.NewEncoder(b.w).Encode(v)
}
