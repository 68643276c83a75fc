package ledger_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/ledger"
	"ronda/internal/ledger/ledgertest"
)

// rows is a database's view of a log that a test can alter.
type rows struct {
	checkpoint []byte
	leaves     []ronda.Leaf
}

func (r *rows) LogCheckpoint(context.Context) ([]byte, error) { return r.checkpoint, nil }

func (r *rows) LogLeaves(_ context.Context, from int64, limit int) ([][]byte, error) {
	var out [][]byte
	for i := from; i < min(from+int64(limit), int64(len(r.leaves))); i++ {
		out = append(out, r.leaves[i].Bytes)
	}
	return out, nil
}

func (r *rows) LogLeaf(_ context.Context, id string) (ronda.Leaf, error) {
	for _, l := range r.leaves {
		if l.ID == id {
			return l, nil
		}
	}
	return ronda.Leaf{}, ronda.Errorf(ronda.NotFound, "log.entry", "id")
}

func TestCompareRows(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var leaves []ronda.Leaf
	b.leaf = func(i int) []byte {
		act := order()
		act.ID = fmt.Sprintf("act%d", i)
		leaf, err := ledger.NewBook().Leaf(act, &counting{})
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leaf)
		return leaf.Bytes
	}
	files := publish(t, b, 300)
	older := b.published[2].Signed
	for name, tt := range map[string]struct {
		alter func(r *rows)
		want  string
	}{
		"nothing":       {func(*rows) {}, ""},
		"erased fields": {func(r *rows) { r.leaves[270].Sealed = r.leaves[270].Sealed[1:] }, ""},
		"a leaf": {func(r *rows) {
			r.leaves[280].Bytes = bytes.Replace(r.leaves[280].Bytes, []byte("tiktok"), []byte("tiktak"), 1)
		}, "entry 280: its row holds other bytes"},
		"a leaf is gone":  {func(r *rows) { r.leaves = r.leaves[:299] }, "entry 299: its row is missing"},
		"two are swapped": {func(r *rows) { r.leaves[3], r.leaves[4] = r.leaves[4], r.leaves[3] }, "entry 3: its row holds other bytes"},
		"sealed value":    {func(r *rows) { r.leaves[5].Sealed[0].Value = "https://example.org" }, "entry 5: sealed address of act5: salt and value do not match"},
		"salt":            {func(r *rows) { r.leaves[5].Sealed[2].Salt = make([]byte, 31) }, "entry 5: sealed reason_text of act5"},
		"checkpoint":      {func(r *rows) { r.checkpoint = altered(r.checkpoint, 2, 5) }, "stored checkpoint: check signature"},
		"old checkpoint":  {func(r *rows) { r.checkpoint = older }, "300 are published"},
		"no checkpoint":   {func(r *rows) { r.checkpoint = nil }, "stored checkpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &rows{checkpoint: bytes.Clone(files["checkpoint"])}
			for _, l := range leaves {
				l.Sealed = append([]ronda.SealedField(nil), l.Sealed...)
				r.leaves = append(r.leaves, l)
			}
			tt.alter(r)
			report, err := ledger.Verify(t.Context(), ledgertest.FileSource(files), ledger.VerifyOptions{Keys: b.key.PublicKeys()})
			if err != nil || !report.OK() {
				t.Fatal(err, report.Faults)
			}
			if err := ledger.CompareRows(t.Context(), r, ledgertest.FileSource(files), b.key.PublicKeys(), report); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(report.Faults); tt.want == "" && !report.OK() || !strings.Contains(got, tt.want) {
				t.Errorf("want %q, got %s", tt.want, got)
			}
		})
	}
}

// counting is a source of salts that differ.
type counting struct{ n byte }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		c.n++
		p[i] = c.n
	}
	return len(p), nil
}
