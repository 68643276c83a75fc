package images_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ronda/internal/eval/images"
)

// manifest writes a manifest of the pictures that the fingerprint's own tests use.
func manifest(t *testing.T, rows ...string) string {
	t.Helper()
	photos, err := filepath.Abs("../../fingerprint/image/testdata")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(photos, filepath.Join(dir, "p")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "manifest.tsv")
	text := "file\toriginal\tvariant\tsplit\tlicence\n" + strings.Join(rows, "\n") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRun(t *testing.T) {
	t.Parallel()
	path := manifest(t,
		"p/pdq/square-256x256.jpg\tbridge\toriginal\tdev\tBSD",
		"p/pdq/square-128x128.jpg\tbridge\tsmall\tdev\tBSD",
		"p/pdq/q2821.jpg\tstreet\toriginal\tdev\tBSD",
		"p/pdq/q1050.jpg\tstreet\tnot_a_copy\tdev\tBSD",  // must count as missed
		"p/pdq/shrink-a-lot.jpg\tother\tsmall\tdev\tBSD", // a copy of bridge: must count as a false pair
		"p/none.jpg\tother\toriginal\theld\tBSD")
	var out bytes.Buffer
	if err := images.Run(t.Context(), images.Options{Manifest: path, Split: "dev", JSON: true}, &out); err != nil {
		t.Fatal(err)
	}
	var r images.Result
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v in %s", err, out.Bytes())
	}
	if r.Originals != 2 || r.Queries != 3 || r.FalsePairs != 1 || r.CrossFalse == 0 || len(r.Missed) != 2 {
		t.Errorf("result %+v", r)
	}
	if v := r.Variants["small"]; v.N != 2 || v.Found != 1 || v.Recall != 0.5 || r.Variants["not_a_copy"].Recall != 0 {
		t.Errorf("variants %+v", r.Variants)
	}
	out.Reset()
	if err := images.Run(t.Context(), images.Options{Manifest: path, Split: "dev"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"not_a_copy", "missed: p/pdq/q1050.jpg", "false: p/pdq/shrink-a-lot.jpg taken for bridge"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("table lacks %q:\n%s", want, out.String())
		}
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	path := manifest(t, "p/pdq/none.jpg\ta\toriginal\tdev\tBSD", "short\trow")
	for what, o := range map[string]images.Options{
		"no manifest": {Manifest: filepath.Join(t.TempDir(), "m.tsv")},
		"short row":   {Manifest: path},
		"no split":    {Manifest: manifest(t, "p/pdq/none.jpg\ta\toriginal\tdev\tBSD"), Split: "held"},
		"no file":     {Manifest: manifest(t, "p/pdq/none.jpg\ta\toriginal\tdev\tBSD"), Split: "dev"},
	} {
		if err := images.Run(t.Context(), o, &bytes.Buffer{}); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}
