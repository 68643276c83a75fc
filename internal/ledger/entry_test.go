package ledger_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
	"ronda/internal/ledger"
)

func order() ledger.Act {
	at := time.Date(2024, 11, 20, 9, 30, 0, 123456789, time.FixedZone("WIB", 7*3600))
	return ledger.Act{
		Kind: "notice_order", ID: "ntc_01JD3Z", At: at,
		Public: map[string]any{"case": "cas_01JD3Y", "notice": "ntc_01JD3Z", "platform": "tiktok", "authority": "komdigi",
			"due_at": at.Add(24 * time.Hour), "sent_at": at, "items": []string{"itm_1", "itm_2"}, "grounds": []string{"ite-28-2"}, "urgent": false, "items_count": 2},
		Sealed: []ronda.LogSecret{{Field: "address", Value: "https://www.tiktok.com/@a/video/1"},
			{Field: "address", Value: "https://www.tiktok.com/@b/video/2"}, {Field: "reason_text", Value: "Kalimat \"alasan\"\n"}},
	}
}

// TestBuild fixes the format: these bytes must not change without a new version of it.
func TestBuild(t *testing.T) {
	t.Parallel()
	leaf, sealed, err := ledger.Build(order(), zeros{})
	if err != nil {
		t.Fatal(err)
	}
	commit := func(field, value string) string {
		sum := sha256.Sum256([]byte("ronda/log/sealed/v1\n" + field + "\n" + strings.Repeat("\x00", 32) + value))
		return hex.EncodeToString(sum[:])
	}
	want := `{"at":"2024-11-20T02:30:00.123456Z","id":"ntc_01JD3Z","kind":"notice_order","public":{"authority":"komdigi",` +
		`"case":"cas_01JD3Y","due_at":"2024-11-21T02:30:00.123456Z","grounds":["ite-28-2"],"items":["itm_1","itm_2"],"items_count":2,` +
		`"notice":"ntc_01JD3Z","platform":"tiktok","sent_at":"2024-11-20T02:30:00.123456Z","urgent":false},"sealed":{"address":["` +
		commit("address", "https://www.tiktok.com/@a/video/1") + `","` + commit("address", "https://www.tiktok.com/@b/video/2") +
		`"],"reason_text":["` + commit("reason_text", "Kalimat \"alasan\"\n") + `"]},"v":1}`
	if string(leaf) != want {
		t.Errorf("entry\n%s\nwant\n%s", leaf, want)
	}
	if len(sealed) != 3 || sealed[1].N != 1 || sealed[2].N != 0 {
		t.Errorf("sealed rows %+v", sealed)
	}
	for _, secret := range []string{"tiktok.com", "Kalimat"} {
		if bytes.Contains(leaf, []byte(secret)) {
			t.Errorf("the entry shows %q", secret)
		}
	}
	e, err := ledger.ParseLeaf(leaf)
	if err != nil {
		t.Fatal(err)
	}
	if e.Kind != "notice_order" || !e.At.Equal(order().At.Truncate(time.Microsecond)) || e.Public["items_count"] != int64(2) || len(e.Sealed["address"]) != 2 {
		t.Errorf("read back %+v", e)
	}
}

func TestBuildSaltsAreFresh(t *testing.T) {
	t.Parallel()
	_, a, err := ledger.Build(order(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, s := range a {
		if len(s.Salt) != 32 || seen[string(s.Salt)] {
			t.Errorf("salt of %s is %x", s.Field, s.Salt)
		}
		seen[string(s.Salt)] = true
	}
	if _, _, err := ledger.Build(order(), strings.NewReader("too short")); err == nil {
		t.Error("an entry was made with too little randomness")
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	public := func(field string, v any) func(*ledger.Act) {
		return func(a *ledger.Act) { a.Public[field] = v }
	}
	for name, change := range map[string]func(*ledger.Act){
		"unknown kind":         func(a *ledger.Act) { a.Kind = "gossip" },
		"no id":                func(a *ledger.Act) { a.ID = "" },
		"id with blank":        func(a *ledger.Act) { a.ID = "Budi Santoso" },
		"no time":              func(a *ledger.Act) { a.At = time.Time{} },
		"unknown field":        public("comment", "x"),
		"address in the open":  public("platform", "https://example.org"),
		"name in the open":     public("platform", "Budi Santoso"),
		"mail in the open":     public("case", "budi@example.org"),
		"phone in the open":    public("case", "081234567890"),
		"identity number":      public("item", "3201010101900001"),
		"text as flag":         public("urgent", "no"),
		"float":                public("items_count", 1.5),
		"negative count":       public("items_count", -1),
		"huge count":           public("items_count", int64(1)<<53),
		"time as text":         public("due_at", "2024-11-20"),
		"list for a word":      public("platform", []string{"tiktok"}),
		"word for a list":      public("grounds", "ite-28-2"),
		"bad word in list":     public("grounds", []string{"a b"}),
		"long list":            public("items", make([]string, 300)),
		"capital in a code":    public("platform", "TikTok"),
		"not a hash":           public("pack_sha256", "abc"),
		"nil":                  public("platform", nil),
		"required is missing":  func(a *ledger.Act) { delete(a.Public, "platform") },
		"unknown sealed field": func(a *ledger.Act) { a.Sealed = append(a.Sealed, ronda.LogSecret{Field: "diary"}) },
		"sealed broken UTF-8":  func(a *ledger.Act) { a.Sealed = append(a.Sealed, ronda.LogSecret{Field: "text", Value: "\xff"}) },
		"too long":             func(a *ledger.Act) { a.Sealed = make([]ronda.LogSecret, 1000); fill(a.Sealed) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			act := order()
			change(&act)
			if leaf, _, err := ledger.Build(act, zeros{}); !errors.Is(err, ledger.ErrRefused) {
				t.Errorf("got %s, %v", leaf, err)
			}
		})
	}
}

func fill(list []ronda.LogSecret) {
	for i := range list {
		list[i] = ronda.LogSecret{Field: "text", Value: "x"}
	}
}

func TestBook(t *testing.T) {
	t.Parallel()
	b := ledger.NewBook()
	if err := b.Allow("platform", "tiktok"); err != nil {
		t.Fatal(err)
	}
	if err := b.Register(ledger.Kind{Name: "quiet_period", Requires: []string{"region", "valid_from"}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Build(order(), zeros{}); err != nil {
		t.Error(err)
	}
	act := order()
	act.Public["platform"] = "myspace"
	if _, _, err := b.Build(act, zeros{}); !errors.Is(err, ledger.ErrRefused) {
		t.Errorf("a platform outside the election was accepted: %v", err)
	}
	quiet := ledger.Act{Kind: "quiet_period", ID: "q1", At: act.At, Public: map[string]any{"region": "34.04", "valid_from": act.At}}
	row, err := b.Leaf(quiet, zeros{})
	if err != nil || row.ID != "q1" || row.Kind != "quiet_period" {
		t.Errorf("%+v, %v", row, err)
	}
	for _, k := range []ledger.Kind{{Name: "notice_order"}, {Name: "Bad Name"}, {Name: "ok", Requires: []string{"nothing"}}} {
		if err := b.Register(k); err == nil {
			t.Errorf("registered %+v", k)
		}
	}
	if err := b.Allow("due_at", "x"); err == nil {
		t.Error("words were allowed for a time")
	}
}

func TestOpenSealed(t *testing.T) {
	t.Parallel()
	leaf, sealed, err := ledger.Build(order(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sealed {
		if err := ledger.Open(leaf, s); err != nil {
			t.Errorf("%s %d: %v", s.Field, s.N, err)
		}
		for name, bad := range map[string]func(*ledger.Sealed){
			"value": func(s *ledger.Sealed) { s.Value += " " },
			"salt":  func(s *ledger.Sealed) { s.Salt = make([]byte, 32) },
			"short": func(s *ledger.Sealed) { s.Salt, s.Value = s.Salt[:31], string(s.Salt[31:])+s.Value }, // same bytes, other cut
			"place": func(s *ledger.Sealed) { s.N ^= 1 },
			"field": func(s *ledger.Sealed) { s.Field = "name" },
		} {
			x := s
			bad(&x)
			if err := ledger.Open(leaf, x); !errors.Is(err, ledger.ErrMismatch) && !errors.Is(err, ledger.ErrNotSealed) {
				t.Errorf("%s %d with another %s: %v", s.Field, s.N, name, err)
			}
		}
	}
	if err := ledger.Open([]byte("{}"), sealed[0]); !errors.Is(err, ledger.ErrLeaf) {
		t.Error(err)
	}
}

// TestCanonicalProperty holds whatever is accepted to the rules of RFC 8785 with the help of the standard library's reader.
func TestCanonicalProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		act := ledger.Act{Kind: "receipt", ID: rapid.StringMatching(`[a-z]{3}_[0-9A-Z]{1,26}`).Draw(t, "id"),
			At: time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "at"))}
		act.Public = map[string]any{"notice": "n1", "received_at": act.At}
		for _, f := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"platform", "region", "outcome", "reason"}), rapid.ID).Draw(t, "codes") {
			act.Public[f] = rapid.StringMatching(`[a-z][a-z0-9]{0,8}`).Draw(t, f)
		}
		if rapid.Bool().Draw(t, "counted") {
			act.Public["count"] = rapid.Int64Range(0, 1<<53-1).Draw(t, "count")
		}
		for range rapid.IntRange(0, 4).Draw(t, "sealed") {
			act.Sealed = append(act.Sealed, ronda.LogSecret{Field: rapid.SampledFrom([]string{"text", "name"}).Draw(t, "field"), Value: rapid.String().Draw(t, "value")})
		}
		leaf, sealed, err := ledger.Build(act, zeros{})
		if err != nil {
			t.Fatal(err)
		}
		var v any
		d := json.NewDecoder(bytes.NewReader(leaf))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(v) // sorts keys, has no blanks, and these texts need no escapes
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again, leaf) {
			t.Fatalf("entry %s\nstandard library %s", leaf, again)
		}
		if _, err := ledger.ParseLeaf(leaf); err != nil {
			t.Fatal(err)
		}
		for _, s := range sealed {
			if err := ledger.Open(leaf, s); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestParseLeafRefuses(t *testing.T) {
	t.Parallel()
	good, _, err := ledger.Build(order(), zeros{})
	if err != nil {
		t.Fatal(err)
	}
	replace := func(old, with string) string {
		out := strings.Replace(string(good), old, with, 1)
		if out == string(good) {
			t.Fatalf("%q is not in the entry", old)
		}
		return out
	}
	for name, leaf := range map[string]string{
		"empty":              "",
		"blank inside":       replace(`:{`, `: {`),
		"line break at end":  string(good) + "\n",
		"two values":         string(good) + string(good),
		"order of keys":      `{"id":"x","at":"2024-11-20T02:30:00.123456Z","kind":"receipt","public":{},"sealed":{},"v":1}`,
		"same key twice":     replace(`"v":1`, `"v":1,"v":1`),
		"number with point":  replace(`"items_count":2`, `"items_count":2.0`),
		"number with power":  replace(`"items_count":2`, `"items_count":2e0`),
		"escaped letter":     replace(`"tiktok"`, `"\u0074iktok"`),
		"short time":         replace(`.123456Z`, `Z`),
		"time with offset":   replace(`02:30:00.123456Z`, `02:30:00.123456+00:00`),
		"other version":      replace(`"v":1`, `"v":2`),
		"unknown member":     replace(`"v":1`, `"v":1,"w":1`),
		"unknown public":     replace(`"urgent":false`, `"urgenu":false`),
		"unknown sealed":     replace(`"reason_text"`, `"reason_tezt"`),
		"short commitment":   replace(`"reason_text":["`, `"reason_text":["00`),
		"null":               replace(`false`, `null`),
		"nested":             replace(`false`, `{"a":1}`),
		"broken UTF-8":       replace(`tiktok`, "tikto\xff"),
		"list with a number": replace(`["itm_1"`, `[1`),
	} {
		if _, err := ledger.ParseLeaf([]byte(leaf)); !errors.Is(err, ledger.ErrLeaf) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseLeaf(f *testing.F) {
	good, _, err := ledger.Build(order(), zeros{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"at":"2024-11-20T02:30:00.123456Z","id":"x","kind":"receipt","public":{},"sealed":{},"v":1}`))
	f.Fuzz(func(t *testing.T, leaf []byte) {
		e, err := ledger.ParseLeaf(leaf)
		if err == nil && (e.Kind == "" || e.ID == "" || e.At.IsZero() || !json.Valid(leaf)) {
			t.Errorf("accepted %q as %+v", leaf, e)
		}
	})
}
