package demo

import (
	"time"

	"ronda"
)

// attempts are tries that safeguards refused, so that the auditor's desk and the public count have something to show. Each is made by the real rule.
func (b *builder) attempts(cases []Planned) []ronda.Attempt {
	tries := []struct {
		login, command, code string
		kind                 ronda.Kind
		hours                time.Duration
	}{
		{"petugas.bandung", "Assess", "assessment.same_person", ronda.Forbidden, 50},
		{"ketua.jabar", "DrawReader", "permission.role", ronda.Forbidden, 41},
		{"petugas.bandung", "Send", "notice.flag_after_rejection", ronda.Conflict, 22},
		{"penelaah.jabar", "Assess", "assessment.order_on_criticism", ronda.Invalid, 9},
	}
	var out []ronda.Attempt
	for i, x := range tries {
		who, ok := b.people[x.login]
		if !ok || len(cases) == 0 {
			continue
		}
		at := Start.Add(-x.hours * time.Hour)
		env := ronda.Env{Now: at, ID: func() string { return b.ids.New(at) }}
		if try, ok := ronda.AttemptOf(who, ronda.Case{ID: cases[i*7%len(cases)].First.Open.Case.ID}, x.command, ronda.Errorf(x.kind, x.code, ""), env); ok {
			out = append(out, try)
		}
	}
	return out
}
