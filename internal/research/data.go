package research

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"ronda"
)

// ConcludedCase is one case that has come to a conclusion, without a word, an address, a person or a number by which the public log could be searched.
type ConcludedCase struct {
	ID        string    `json:"id" doc:"Stands for the case in this project's data alone: another project has another."`
	Week      string    `json:"week" example:"2024-W46" doc:"ISO week in which it was opened."`
	Category  string    `json:"category" doc:"Category of the pack."`
	Province  string    `json:"province" doc:"Province; empty is the whole country, or unknown."`
	Services  []string  `json:"services" doc:"Services that its addresses belong to; web is a page outside them."`
	Reports   string    `json:"reports" enum:"0,1,2-4,5-9,10-49,50+" doc:"How many reports it joined, in steps."`
	Priority  bool      `json:"priority" doc:"A trusted flagger reported it."`
	Urgency   int       `json:"urgency" minimum:"1" maximum:"5"`
	Stage     string    `json:"stage" doc:"Where it ended, or what it waits for after the decision."`
	Closed    string    `json:"closed,omitempty" doc:"Why it was closed at triage."`
	Readings  []Reading `json:"readings" doc:"What each reader found on their own, in the order of the seats."`
	Agreed    *bool     `json:"agreed,omitempty" doc:"First and second reader concluded the same; missing where there were not two."`
	Outcome   string    `json:"outcome,omitempty" doc:"What was decided."`
	Act       string    `json:"act,omitempty" doc:"Act that was decided."`
	Hours     *int      `json:"hours_to_decision,omitempty" doc:"Full hours from the opening to the decision."`
	Addresses int       `json:"addresses" doc:"How many addresses it has."`
	Reopened  bool      `json:"reopened"`
}

// Reading is one reader's conclusion: no name, no office, no words.
type Reading struct {
	Round   int      `json:"round"`
	Seat    string   `json:"seat" enum:"first,second,third"`
	Outcome string   `json:"outcome"`
	Act     string   `json:"act,omitempty"`
	Measure string   `json:"measure,omitempty"`
	Ground  string   `json:"ground,omitempty"`
	Target  string   `json:"target,omitempty" doc:"Who is criticised."`
	Stays   []string `json:"may_stay,omitempty" doc:"Reasons why it may stay that the reader found to apply."`
}

// NamedAddress is one address that an act named, without the address.
type NamedAddress struct {
	Case     string `json:"case" doc:"The case's id in this project's data."`
	Act      string `json:"act"`
	Platform string `json:"platform"`
	Kind     string `json:"kind" doc:"Post, video, …, page."`
	Week     string `json:"week" doc:"ISO week in which the act was sent."`
	Urgent   bool   `json:"urgent"`
	Measure  string `json:"measure"`
	Answer   string `json:"answer,omitempty" doc:"The platform's answer; missing while there is none."`
	Hours    *int   `json:"hours_to_answer,omitempty" doc:"Full hours from sending to the answer."`
	Reason   bool   `json:"statement_of_reasons" doc:"The platform named a statement of reasons."`
	Told     string `json:"uploader_told,omitempty"`
	Recheck  string `json:"recheck,omitempty" doc:"What the last look found."`
}

// Page is a page of rows of one data set.
type Page[T any] struct {
	Rows []T
	Next string // cursor of the page after it, "" where there is none
}

// ReadCases returns a page of at most limit cases after a cursor.
func (s *Service) ReadCases(ctx context.Context, p ronda.ResearchProject, cursor string, limit int) (Page[ConcludedCase], error) {
	return page(ctx, s, p, "cases", cursor, limit, func(c ronda.Case, reports int) []ConcludedCase { return []ConcludedCase{s.caseRow(p.ID, c, reports)} })
}

// ReadAddresses returns the addresses of a page of at most limit cases after a cursor; there may be more rows than that, or fewer.
func (s *Service) ReadAddresses(ctx context.Context, p ronda.ResearchProject, cursor string, limit int) (Page[NamedAddress], error) {
	return page(ctx, s, p, "addresses", cursor, limit, func(c ronda.Case, _ int) []NamedAddress { return s.addressRows(p.ID, c) })
}

// page walks the cases in the order of their ids. The cursor is the last id, sealed for the project: an id would lead to the case.
func page[T any](ctx context.Context, s *Service, p ronda.ResearchProject, data, cursor string, limit int, rows func(ronda.Case, int) []T) (Page[T], error) {
	var out Page[T]
	now := s.Env().Now
	if err := p.MayRead(data, now); err != nil {
		return out, err
	}
	after := ""
	if cursor != "" {
		raw, err := base64.RawURLEncoding.DecodeString(cursor)
		if err == nil {
			raw, err = s.Keys.Unseal("research-cursor:"+p.ID, raw)
		}
		if err != nil {
			return out, ronda.Errorf(ronda.Invalid, "research.cursor", "query.cursor")
		}
		after = string(raw)
	}
	all, err := s.Store.Cases(ctx, after, limit)
	if err != nil {
		return out, err
	}
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	reports, err := s.Store.ReportStats(ctx, now, ids)
	if err != nil {
		return out, err
	}
	for _, c := range all {
		if concluded(c) {
			out.Rows = append(out.Rows, rows(c, reports[c.ID].Total)...)
		}
	}
	if len(all) == limit {
		sealed, err := s.Keys.Seal("research-cursor:"+p.ID, []byte(all[len(all)-1].ID))
		if err != nil {
			return out, fmt.Errorf("seal cursor: %w", err)
		}
		out.Next = base64.RawURLEncoding.EncodeToString(sealed)
	}
	return out, s.Store.AddResearchRead(ctx, p.ID, s.Env().ID(), data, len(out.Rows), now)
}

// concluded tells whether science may see a case: no practice, nothing merged, and nothing that somebody still has to read.
func concluded(c ronda.Case) bool {
	switch c.Stage {
	case ronda.StageNew, ronda.StageTriage, ronda.StageAssessment, ronda.StageMerged:
		return false
	}
	return !c.Sandbox && !c.Stage.Blind()
}

// name stands for an id in one project's data. Two projects cannot join theirs, and nobody without the key can compute it.
func (s *Service) name(project, id string) string {
	return hex.EncodeToString(s.Keys.Fingerprint("research:"+project, []byte(id))[:12])
}

func (s *Service) caseRow(project string, c ronda.Case, reports int) ConcludedCase {
	row := ConcludedCase{ID: s.name(project, c.ID), Week: week(c.OpenedAt.In(s.Pack.Zone(""))), Category: c.Category, Province: s.province(c.Region), Services: []string{},
		Reports: step(reports), Priority: c.Priority, Urgency: c.Urgency, Stage: string(c.Stage), Readings: []Reading{}, Addresses: len(c.Items), Reopened: c.Reopened > 0}
	for _, it := range c.Items {
		x := service(it.Platform)
		if !slices.Contains(row.Services, x) {
			row.Services = append(row.Services, x)
		}
	}
	slices.Sort(row.Services)
	if c.Closed != nil {
		row.Closed = string(c.Closed.Reason)
	}
	var first, second *ronda.Assessment
	for i, a := range c.Assessments {
		r := Reading{Round: a.Round, Seat: string(a.Seat), Outcome: string(a.Outcome), Act: string(a.Act), Measure: string(a.Measure), Ground: a.Ground, Target: string(a.Target)}
		for _, x := range a.Exclusions {
			if x.Applies {
				r.Stays = append(r.Stays, x.Reason)
			}
		}
		row.Readings = append(row.Readings, r)
		if a.Round == c.Round && a.Seat == ronda.SeatFirst {
			first = &c.Assessments[i]
		}
		if a.Round == c.Round && a.Seat == ronda.SeatSecond {
			second = &c.Assessments[i]
		}
	}
	if first != nil && second != nil {
		same := first.Outcome == second.Outcome && first.Act == second.Act && first.Measure == second.Measure
		row.Agreed = &same
	}
	if d := c.Decision; d != nil {
		row.Outcome, row.Act, row.Hours = string(d.Outcome), string(d.Act), hours(c.OpenedAt, d.At)
	}
	return row
}

func (s *Service) addressRows(project string, c ronda.Case) []NamedAddress {
	kinds := map[string]string{}
	for _, it := range c.Items {
		kinds[it.ID] = it.Kind
	}
	var out []NamedAddress
	for _, n := range c.Notices {
		if n.SentAt.IsZero() {
			continue
		}
		for _, it := range n.Items {
			out = append(out, NamedAddress{Case: s.name(project, c.ID), Act: string(n.Act), Platform: service(n.Platform), Kind: kinds[it.Item], Week: week(n.SentAt.In(s.Pack.Zone(""))),
				Urgent: n.Urgent, Measure: string(n.Measure), Answer: string(it.Answer), Hours: hours(n.SentAt, it.AnsweredAt), Reason: it.Statement != "",
				Told: it.UploaderTold, Recheck: string(it.Recheck)})
		}
	}
	return out
}

func service(platform string) string {
	if platform == "" {
		return "web"
	}
	return platform
}

// province is the region below the country that a region lies in.
func (s *Service) province(region string) string {
	for region != "" && s.Pack.Parent(region) != "" {
		region = s.Pack.Parent(region)
	}
	return region
}

func week(t time.Time) string {
	y, w := t.ISOWeek()
	return fmt.Sprintf("%d-W%02d", y, w)
}

func hours(from, to time.Time) *int {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return nil
	}
	n := int(to.Sub(from) / time.Hour)
	return &n
}

// step hides the exact number: rumours with a known number of reports could be found again by it.
func step(n int) string {
	switch {
	case n <= 1:
		return fmt.Sprint(n)
	case n < 5:
		return "2-4"
	case n < 10:
		return "5-9"
	case n < 50:
		return "10-49"
	}
	return "50+"
}
