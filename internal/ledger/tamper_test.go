package ledger_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"ronda/internal/ledger"
	"ronda/internal/ledger/ledgertest"
)

// publish enters n entries in rounds of uneven size and returns the published files.
func publish(t testing.TB, b *bench, n int) ledgertest.FileSource {
	t.Helper()
	s := b.sequencer(t, nil)
	for step := 1; n > 0; step = min(step*5+2, 4000) {
		b.owe(min(step, n))
		n -= min(step, n)
		if _, err := s.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	b.check(t)
	return b.disk.Files()
}

// tampering is one way to alter a published log of 66,000 entries (257 full tiles and one of 208 at level 0, one full and one of
// 1 at level 1, one of 1 at level 2).
type tampering struct {
	name string
	do   func(files ledgertest.FileSource)
	want string // part of a fault that must be reported
}

func flip(name string, at int) func(ledgertest.FileSource) {
	return func(files ledgertest.FileSource) {
		data := bytes.Clone(files[name])
		if at < 0 {
			at += len(data)
		}
		data[at] ^= 1
		files[name] = data
	}
}

func change(name string, f func(data []byte) []byte) func(ledgertest.FileSource) {
	return func(files ledgertest.FileSource) { files[name] = f(bytes.Clone(files[name])) }
}

func remove(names ...string) func(ledgertest.FileSource) {
	return func(files ledgertest.FileSource) {
		for _, name := range names {
			delete(files, name)
		}
	}
}

func swap(a, b string) func(ledgertest.FileSource) {
	return func(files ledgertest.FileSource) { files[a], files[b] = files[b], files[a] }
}

func tamperings() []tampering {
	const edge0, edgeBundle = "tile/0/257.p/208", "tile/entries/257.p/208"
	return []tampering{
		{"entry, one bit", flip("tile/entries/003", 3*(2+11)+5), "tile/entries/003: entry 771: the entry is altered"},
		{"entry, length", flip("tile/entries/003", 1), "tile/entries/003"},
		{"entry at the edge", flip(edgeBundle, -1), edgeBundle + ": entry 65999: the entry is altered"},
		{"entry bundle truncated", change("tile/entries/010", func(d []byte) []byte { return d[:len(d)-1] }), "tile/entries/010: cut entry 255"},
		{"entry bundle empty", change("tile/entries/010", func([]byte) []byte { return []byte{} }), "tile/entries/010: cut entry 0"},
		{"entry bundle with an entry more", change("tile/entries/010", func(d []byte) []byte { return append(d, 0, 1, 'x') }),
			"tile/entries/010: 3 bytes follow"},
		{"entry bundle missing", remove("tile/entries/100"), "tile/entries/100: it is missing"},
		{"entry bundle at the edge missing", remove(edgeBundle), edgeBundle + ": it is missing"},
		{"entry bundles swapped", swap("tile/entries/004", "tile/entries/005"), "entry 1024: the entry is altered"},
		{"entries swapped in a bundle", change("tile/entries/256", func(d []byte) []byte { // all are 13 bytes long here
			copy(d, append(bytes.Clone(d[13:26]), d[:13]...))
			return d
		}), "entry 65536: the entry is altered"},
		{"level 0, one bit", flip("tile/0/003", 32*7), "tile/0/003: entry 775: the hash in the tile is altered"},
		{"level 0 at the edge", flip(edge0, -1), edge0 + ": entry 65999: the hash"},
		{"level 0 truncated", change("tile/0/003", func(d []byte) []byte { return d[:8160] }), "tile/0/003: read tile tile/0/003: it has 8160 bytes"},
		{"level 0 too long", change("tile/0/003", func(d []byte) []byte { return append(d, 0) }), "tile/0/003"},
		{"level 0 missing", remove("tile/0/200"), "tile/0/200: it is missing"},
		{"level 0 at the edge missing", remove(edge0), edge0 + ": it is missing"},
		{"level 0 tiles swapped", swap("tile/0/004", "tile/0/005"), "tile/0/004: entry 1024: the hash"},
		{"level 1, one bit", flip("tile/1/000", 32*9+1), "tile/1/000: hash 9 is wrong; it stands for entries 2304 to 2559"},
		{"level 1 at the edge", flip("tile/1/001.p/1", 0), "tile/1/001.p/1: hash 0 is wrong; it stands for entries 65536 to 65791"},
		{"level 1 truncated", change("tile/1/000", func(d []byte) []byte { return d[32:] }), "tile/1/000"},
		{"level 1 missing", remove("tile/1/000"), "tile/1/000: it is missing"},
		{"level 2, one bit", flip("tile/2/000.p/1", 31), "tile/2/000.p/1: hash 0 is wrong; it stands for entries 0 to 65535"},
		{"level 2 missing", remove("tile/2/000.p/1"), "tile/2/000.p/1: it is missing"},
		{"entry and its hash, both forged", func(f ledgertest.FileSource) {
			flip("tile/entries/003", 5)(f)
			data := bytes.Clone(f["tile/0/003"])
			forged := expectRoot([][]byte{f["tile/entries/003"][2:13]})
			copy(data, forged[:])
			f["tile/0/003"] = data
		}, "tile/1/000: hash 3 is wrong"},
		{"signature", change("checkpoint", func(d []byte) []byte { return altered(d, 4, 20) }), "checkpoint: check signature"},
		{"signature of another key", change("checkpoint", func(d []byte) []byte { return altered(d, 4, 3) }), "checkpoint: check signature"},
		{"size", change("checkpoint", func(d []byte) []byte { return altered(d, 1, 4) }), "checkpoint: check signature"},
		{"root", change("checkpoint", func(d []byte) []byte { return altered(d, 2, 5) }), "checkpoint: check signature"},
		{"origin", change("checkpoint", func(d []byte) []byte { return altered(d, 0, 2) }), "checkpoint: "},
		{"checkpoint missing", remove("checkpoint"), "checkpoint: it is missing"},
		{"checkpoint empty", change("checkpoint", func([]byte) []byte { return nil }), "checkpoint: check signature"},
		{"checkpoint very long", change("checkpoint", func([]byte) []byte { return bytes.Repeat([]byte("x"), 1<<17) }), "checkpoint: it is longer"},
		{"older partial tile", change("tile/0/000.p/8", func([]byte) []byte { return make([]byte, 8*32) }), "tile/0/000.p/8: it is not the beginning"},
		{"older partial bundle", change("tile/entries/000.p/8", func([]byte) []byte { return []byte("\x00\x01x") }),
			"tile/entries/000.p/8: it is not the beginning"},
		{"extra full tile", change("tile/0/258", func([]byte) []byte { return make([]byte, 8192) }), "tile/0/258: it reaches past"},
		{"extra partial tile", change("tile/0/257.p/209", func([]byte) []byte { return make([]byte, 209*32) }), "tile/0/257.p/209: it reaches past"},
		{"extra bundle", change("tile/entries/x001/000", func([]byte) []byte { return []byte("\x00\x01x") }), "tile/entries/x001/000: it reaches past"},
		{"extra level", change("tile/3/000.p/1", func([]byte) []byte { return make([]byte, 32) }), "tile/3/000.p/1: it reaches past"},
		{"unknown file", change("tile/0/notes.txt", func([]byte) []byte { return []byte("x") }), "tile/0/notes.txt: it is no file of a log"},
		{"unknown level", change("tile/64/000", func([]byte) []byte { return []byte("x") }), "tile/64/000"},
	}
}

// altered changes one letter of a line of a checkpoint, keeping digits digits and base64 base64.
func altered(signed []byte, line, at int) []byte {
	lines := strings.SplitAfter(string(signed), "\n")
	text := []byte(lines[line])
	if line == 4 {
		at += len("— log.example/ronda ")
	}
	switch c := text[at]; {
	case c >= '0' && c < '9', c >= 'a' && c < 'z', c >= 'A' && c < 'Z':
		text[at]++
	default:
		text[at] = '0'
	}
	lines[line] = string(text)
	return []byte(strings.Join(lines, ""))
}

func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.leaf = func(i int) []byte { return fmt.Appendf(nil, "entry%06d", i) }
	files := publish(t, b, 66000)
	for name, data := range map[string][]byte{"tile/0/000.p/8": files["tile/0/000"][:8*32], "tile/entries/000.p/8": files["tile/entries/000"][:8*13]} {
		files[name] = data // as a reader of an early checkpoint may still need them
	}
	opts := ledger.VerifyOptions{Keys: b.key.PublicKeys(), AnyLeaf: true}
	report, err := ledger.Verify(t.Context(), files, opts)
	if err != nil || !report.OK() {
		t.Fatalf("untouched log: %v %v", err, report.Faults)
	}
	for _, tt := range tamperings() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			touched := maps.Clone(files)
			tt.do(touched)
			report, err := ledger.Verify(t.Context(), touched, opts)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.Faults {
				if strings.Contains(f.String(), tt.want) {
					return
				}
			}
			t.Errorf("want a fault with %q, got %v", tt.want, report.Faults)
		})
	}
}

// TestVerifyFindsEveryBit flips bits all over a small log: each one must be found.
func TestVerifyFindsEveryBit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	files := publish(t, b, 300)
	opts := ledger.VerifyOptions{Keys: b.key.PublicKeys(), AnyLeaf: true}
	for name, data := range files {
		if name == "key" || name == "witnesses.json" { // nothing rests on them
			continue
		}
		step := max(1, len(data)/60)
		if name == "checkpoint" {
			step = 1
		}
		for at := 0; at < len(data); at += step {
			touched := maps.Clone(files)
			flip(name, at)(touched)
			report, err := ledger.Verify(t.Context(), touched, opts)
			if err != nil {
				t.Fatal(err)
			}
			if report.OK() {
				t.Errorf("%s: byte %d altered and not found", name, at)
			}
		}
	}
}

// TestVerifyFindsRewrite lets the holder of the key sign another history: only a reader who remembers, or a witness, can tell.
func TestVerifyFindsRewrite(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := publish(t, b, 700)
	opts := ledger.VerifyOptions{Keys: b.key.PublicKeys(), AnyLeaf: true}
	report, err := ledger.Verify(t.Context(), first, opts)
	if err != nil || !report.OK() {
		t.Fatal(err, report.Faults)
	}
	state := report.State(opts.Keys)
	opts.Previous = &state

	more := publish(t, b, 900) // 1,600 in all
	report, err = ledger.Verify(t.Context(), more, opts)
	if err != nil || !report.OK() {
		t.Fatalf("honest growth: %v %v", err, report.Faults)
	}
	if report.From != 512 {
		t.Errorf("read from entry %d, want 512: the last full bundle before 700", report.From)
	}
	forged := newBench(t)
	forged.key = b.key
	forged.leaf = func(i int) []byte { return []byte("entry " + strconv.Itoa(i) + "?") }
	for _, n := range []int{700, 1600} {
		report, err = ledger.Verify(t.Context(), publish(t, forged, n-len(forged.owed)), opts)
		if err != nil {
			t.Fatal(err)
		}
		if report.OK() || !strings.Contains(report.Faults[0].String(), "rewritten") {
			t.Errorf("rewritten log of %d entries: %v", n, report.Faults)
		}
	}
	short := newBench(t)
	short.key = b.key
	report, err = ledger.Verify(t.Context(), publish(t, short, 699), opts)
	if err != nil {
		t.Fatal(err)
	}
	if report.OK() || !strings.Contains(report.Faults[0].String(), "rolled back") {
		t.Errorf("log that lost an entry: %v", report.Faults)
	}
}

// TestVerifyActs holds entries to the format and finds an act that was entered twice.
func TestVerifyActs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.leaf = func(i int) []byte {
		switch i {
		case 5:
			return []byte(`{"hello":"world"}`)
		case 9:
			i = 7 // the act of entry 7 again
		}
		leaf, _, err := ledger.Build(ledger.Act{Kind: "restoration", ID: "act" + strconv.Itoa(i), At: b.clock.now(),
			Public: map[string]any{"item": "i1"}}, zeros{})
		if err != nil {
			t.Fatal(err)
		}
		return leaf
	}
	files := publish(t, b, 12)
	report, err := ledger.Verify(t.Context(), files, ledger.VerifyOptions{Keys: b.key.PublicKeys()})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(report.Faults)
	if len(report.Faults) != 2 || !strings.Contains(got, "entry 5: not an entry of the log") ||
		!strings.Contains(got, "entry 9: act act7 was entered before, as entry 7") {
		t.Errorf("faults: %s", got)
	}
	if report.Kinds["restoration"] != 11 {
		t.Errorf("kinds: %v", report.Kinds)
	}
}

// zeros is a source of salts for tests that do not look at them.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestVerifyRejectsForeignKey must not accept a log under the key that it brings along.
func TestVerifyRejectsForeignKey(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	files := publish(t, b, 3)
	other := testKey(t, b.key.Origin)
	report, err := ledger.Verify(t.Context(), files, ledger.VerifyOptions{Keys: other.PublicKeys(), AnyLeaf: true})
	if err != nil {
		t.Fatal(err)
	}
	if report.OK() {
		t.Error("a log signed by another key was accepted")
	}
}

// TestVerifyEnds has the key sign a size that no log can have: the check must come to an end.
func TestVerifyEnds(t *testing.T) {
	t.Parallel()
	private, vkey, err := note.GenerateKey(rand.Reader, "log.example/ronda")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	text := torchwood.Checkpoint{Origin: "log.example/ronda", Tree: tlog.Tree{N: 1 << 50}}.String()
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		t.Fatal(err)
	}
	report, err := ledger.Verify(t.Context(), ledgertest.FileSource{"checkpoint": signed}, ledger.VerifyOptions{Keys: []string{vkey}, AnyLeaf: true})
	if err != nil {
		t.Fatal(err)
	}
	if report.OK() || report.Stopped == 0 || !strings.Contains(report.Faults[0].String(), "tile/entries/000: it is missing") {
		t.Errorf("%d faults, %d more, stopped at %d", len(report.Faults), report.More, report.Stopped)
	}
}
