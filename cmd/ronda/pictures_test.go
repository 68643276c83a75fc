package main

import (
	"bytes"
	"testing"
	"time"
)

// TestPicturesAreLookedAtOnce: a second start reads the signatures that the first one kept; one that was spoilt is made again, and nothing of it lies
// open.
func TestPicturesAreLookedAtOnce(t *testing.T) {
	t.Parallel()
	at := copyDemo(t)
	start := func(then func(*app)) (made, seen int) {
		t.Helper()
		a, err := openApp(t.Context(), demoConfig(at, "127.0.0.1:1"), quietLog(), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		began := time.Now()
		a.learnAll(t.Context())
		made, seen = int(a.pictures.made.Load()), len(a.pictures.seen)
		t.Logf("%d pictures, %d looked at, %v", seen, made, time.Since(began))
		if then != nil {
			then(a)
		}
		return made, seen
	}
	_, seen := start(nil)
	if seen == 0 {
		t.Fatal("the demonstration has no picture")
	}
	made, again := start(func(a *app) { spoilOne(t, a) })
	if made != 0 || again != seen {
		t.Errorf("the second start looks at %d of %d pictures, the first knew %d", made, again, seen)
	}
	if made, again := start(nil); made != 1 || again != seen {
		t.Errorf("after one was spoilt %d are looked at, %d known", made, again)
	}
	if made, _ := start(nil); made != 0 {
		t.Errorf("%d are looked at once more", made)
	}
}

// spoilOne spoils what was kept with one picture, after a look at it.
func spoilOne(t *testing.T, a *app) {
	t.Helper()
	cases, err := a.db.Cases(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	name := ""
	for _, c := range cases {
		for _, e := range c.Evidence {
			if e.View != "" && !e.Quarantine && c.Stage.Open() {
				name = e.View
			}
		}
	}
	sealed, err := a.db.FileSignatures(t.Context(), []string{name, "none"})
	if err != nil || len(sealed) != 1 {
		t.Fatal(name, len(sealed), err)
	}
	plain, err := a.keys.Unseal(signatureSeal+name, sealed[name])
	if err != nil || bytes.Contains(sealed[name], plain[16:48]) {
		t.Fatalf("a signature lies open: %v", err)
	}
	if _, err := a.keys.Unseal(signatureSeal+"other", sealed[name]); err == nil {
		t.Error("a signature passes for another file's")
	}
	for _, bad := range [][]byte{plain[:len(plain)-1], {0, 0}, {0xff, 0xff, 0xff, 0xff, 1}} {
		if _, err := unpackSignatures(bad); err == nil {
			t.Errorf("%d bytes are read as signatures", len(bad))
		}
	}
	if err := a.db.KeepSignatures(t.Context(), map[string][]byte{name: []byte("spoilt"), "none": {1}}); err != nil {
		t.Fatal(err)
	}
}
