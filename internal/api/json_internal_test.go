package api

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzCheckJSON: what is let through is JSON to the standard library too, and reads back without NUL and without letters that were replaced.
func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,"b",null,true]}`, `{"a":1,"a":2}`, `"\u0000"`, `"\ud800"`, "\"\xff\"", `{"a":"�"}`, "", "[", strings.Repeat("[", 40), `1 2`, "{}{}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if checkJSON([]byte(in)) != nil {
			return
		}
		var v any
		if err := json.Unmarshal([]byte(in), &v); err != nil {
			t.Fatalf("let %q through, which is no JSON: %v", in, err)
		}
		out, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(out), `\u0000`) && !strings.Contains(in, `\\u0000`) {
			t.Errorf("let a NUL through: %q", in)
		}
		if strings.Count(string(out), "�") > strings.Count(in, "�")+strings.Count(strings.ToLower(in), `\ufffd`) {
			t.Errorf("letters of %q were replaced: %s", in, out)
		}
	})
}
