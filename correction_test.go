package ronda_test

import (
	"strings"
	"testing"
	"time"

	"ronda"
)

func TestCorrect(t *testing.T) {
	t.Parallel()
	n := 0
	env := ronda.Env{Now: time.Date(2024, 11, 20, 3, 0, 0, 0, time.UTC), Pack: thePack(), ID: func() string { n++; return "id" + strings.Repeat("x", n) }}
	lead := ronda.Actor{Account: "a", Org: "bawaslu", Office: "bawaslu:32.73", Roles: []ronda.Role{ronda.RoleLead}}
	good := ronda.Correction{About: ronda.CorrectFigure, Page: "/data/bagan/hasil", Since: "2024-11-18", Wrong: ronda.Text{"id": " Tertulis 12 tautan dihapus. ", "en": ""},
		Right: ronda.Text{"id": "Yang benar 11 tautan, satu terhitung dua kali."}}
	c, events, acts, err := ronda.Correct(lead, good, env)
	if err != nil || c.Wrong.In("id") != "Tertulis 12 tautan dihapus." || len(events) != 1 || len(acts) != 1 || acts[0].ID != c.ID {
		t.Fatalf("%+v %v %v %v", c, events, acts, err)
	}
	for _, s := range acts[0].Sealed {
		if s.Field != "text" || s.Value == "" {
			t.Errorf("sealed %+v", s)
		}
	}
	for name, change := range map[string]func(*ronda.Correction){
		"about": func(c *ronda.Correction) { c.About = "" }, "page": func(c *ronda.Correction) { c.Page = "//evil.example" }, "since": func(c *ronda.Correction) { c.Since = "2030-01-01" },
		"wrong_id": func(c *ronda.Correction) { c.Wrong = nil }, "right_id": func(c *ronda.Correction) { c.Right = ronda.Text{"id": "pendek"} },
		"right_en": func(c *ronda.Correction) {
			c.Right = ronda.Text{"id": good.Right["id"], "en": strings.Repeat("a", 1001)}
		},
	} {
		bad := good
		change(&bad)
		_, _, _, err := ronda.Correct(lead, bad, env)
		e, ok := err.(*ronda.Error)
		if !ok || len(e.Fields) != 1 || e.Fields[0].Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, role := range ronda.Roles() {
		_, _, _, err := ronda.Correct(ronda.Actor{Account: "a", Org: "bawaslu", Office: "bawaslu:32.73", Roles: []ronda.Role{role}}, good, env)
		if may := role == ronda.RoleLead; may != (err == nil) {
			t.Errorf("%s: %v", role, err)
		}
	}
}
