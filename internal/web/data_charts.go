package web

import (
	"fmt"
	"slices"

	"ronda"
	"ronda/internal/portal"
	"ronda/internal/portal/chart"
)

// growth shows cases by day.
func (d dataView) growth() figure {
	f := d.figures
	c := chart.Columns{Caption: d.T("portal.growth.unit"), Mean: d.T("portal.growth.mean"), Format: func(n int) string { return d.Value(n) }}
	x := figure{ID: "pertumbuhan", Head: d.head("day", "cases", "acts"), Sub: d.T("portal.denominator.cases", "n", f.Cases)}
	peak := 0
	last, before := 0, 0
	for i, day := range f.Daily {
		iso := portal.DayText(f.FirstDay + int32(i))
		c.N = append(c.N, day.Cases)
		x.Rows = append(x.Rows, []string{d.Day(iso), d.Value(day.Cases), d.Value(day.Acts)})
		if day.Cases > f.Daily[peak].Cases {
			peak = i
		}
		switch left := len(f.Daily) - i; {
		case left <= 7:
			last += day.Cases
		case left <= 14:
			before += day.Cases
		}
	}
	if len(f.Daily) > 0 {
		c.First, c.Last = d.Day(portal.DayText(f.FirstDay)), d.Day(portal.DayText(f.FirstDay+int32(len(f.Daily))-1))
		c.Peak = d.T("portal.growth.peak", "n", f.Daily[peak].Cases, "day", d.Day(portal.DayText(f.FirstDay+int32(peak))))
		for _, st := range d.pack.Calendar {
			if at, ok := portal.DayNumber(st.Start); ok && slices.Contains([]string{"campaign", "declaration", "quiet", "voting"}, st.ID) &&
				at >= f.FirstDay && at < f.FirstDay+int32(len(f.Daily)) {
				c.Marks = append(c.Marks, chart.Mark{At: int(at - f.FirstDay), Text: d.T("portal.mark." + st.ID)})
			}
		}
	}
	key := "portal.growth.same"
	switch {
	case f.Cases == 0:
		key = "portal.growth.none"
	case last > before:
		key = "portal.growth.up"
	case last < before:
		key = "portal.growth.down"
	}
	x.Title = d.T(key, "last", last, "before", before)
	c.Alt = x.Title
	x.Draw = c.Draw()
	return x
}

// speed shows how long platforms take until the first final answer.
func (d dataView) speed() figure {
	c := chart.Dots{Median: d.T("portal.speed.median"), P90: d.T("portal.speed.p90"), Nought: d.T("portal.speed.none"),
		Hours: func(h float64) string { return d.T("portal.h", "n", int(h)) }}
	if clock, ok := d.pack.ClockAt("order", d.Now); ok && clock.Hours > 0 {
		c.Deadline, c.DeadlineText = float64(clock.Hours), d.T("portal.speed.deadline", "n", clock.Hours)
	}
	x := figure{ID: "kecepatan", Head: d.head("platform", "act", "acts", "answered", "median", "p90", "late"), Note: d.T("portal.speed.note")}
	best, bestAt, answered, acts := "", 0, 0, 0
	for _, p := range d.figures.Platforms {
		sum := p.Sum()
		acts, answered = acts+sum.Acts, answered+sum.Answer.N()
		row := chart.Dot{Name: d.pack.PlatformName(p.ID), Note: d.T("portal.speed.of", "n", sum.Answer.N(), "of", sum.Acts),
			Median: float64(sum.Answer.Quantile(.5)), P90: float64(sum.Answer.Quantile(.9))}
		c.Rows = append(c.Rows, row)
		if m := sum.Answer.Quantile(.5); m >= 0 && (best == "" || m < bestAt) {
			best, bestAt = row.Name, m
		}
		for _, kind := range []ronda.Act{ronda.Flag, ronda.Order} {
			if a := p.ByAct[kind]; a != nil {
				x.Rows = append(x.Rows, []string{row.Name, d.T("act." + string(kind)), d.Value(a.Acts), d.Value(a.Answer.N()), d.plain(a.Answer.Quantile(.5)), d.plain(a.Answer.Quantile(.9)), d.Value(a.Late)})
			}
		}
	}
	slices.SortStableFunc(c.Rows, func(a, b chart.Dot) int { return int(order(a.Median) - order(b.Median)) })
	x.Sub = d.T("portal.denominator.answered", "n", answered, "of", acts)
	switch {
	case best == "":
		x.Title = d.T("portal.speed.title.none")
	case len(c.Rows) == 1:
		x.Title = d.T("portal.speed.title.one", "platform", best, "time", d.hours(bestAt))
	default:
		x.Title = d.T("portal.speed.title", "platform", best, "time", d.hours(bestAt))
	}
	c.Alt = x.Title
	x.Draw = c.Draw()
	return x
}

// order puts what is unknown last.
func order(h float64) float64 {
	if h < 0 {
		return 1e6
	}
	return h
}

// plain writes hours as a bare number, "–" where unknown.
func (d dataView) plain(h int) string {
	if h < 0 {
		return "–"
	}
	return d.Value(h)
}

// results shows what came of the addresses in flags and orders.
func (d dataView) results() figure {
	x := figure{ID: "hasil", Head: d.head("platform"), Sub: d.T("portal.denominator.items", "n", d.figures.Addresses)}
	names := portal.OutcomeNames()
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = d.T("portal.outcome." + n)
	}
	x.Head = append(append(x.Head, words...), d.T("portal.head.items"))
	var rows []chart.Share
	for _, p := range d.figures.Platforms {
		sum := p.Sum()
		row := []string{d.pack.PlatformName(p.ID)}
		for _, n := range sum.Out {
			row = append(row, d.Value(n))
		}
		rows = append(rows, chart.Share{Name: row[0], Parts: sum.Out[:], Note: d.T("portal.n.items", "n", sum.Addresses())})
		x.Rows = append(x.Rows, append(row, d.Value(sum.Addresses())))
	}
	slices.SortStableFunc(rows, func(a, b chart.Share) int { return total(b.Parts) - total(a.Parts) })
	f := d.figures
	x.Title = d.T("portal.results.title", "down", d.Percent(int64(f.Out[portal.Down]), int64(f.Addresses)),
		"declined", d.Percent(int64(f.Out[portal.Declined]), int64(f.Addresses)))
	if f.Addresses == 0 {
		x.Title = d.T("portal.results.none")
	}
	x.Draw = chart.Shares(rows, words, func(part, whole int) string { return fmt.Sprintf("%d%%", (part*200+whole)/(2*whole)) }, x.Title)
	return x
}

func total(list []int) int {
	n := 0
	for _, x := range list {
		n += x
	}
	return n
}

// problems shows which problems cases are about. Within one region small counts are not shown.
func (d dataView) problems() figure {
	x := figure{ID: "masalah", Head: d.head("category", "cases", "share"), Sub: d.T("portal.denominator.cases", "n", d.figures.Cases)}
	by := map[string]int{}
	for _, c := range d.figures.Categories {
		by[c.ID] = c.N
	}
	var list []portal.Count
	for _, c := range d.pack.Categories {
		list = append(list, portal.Count{ID: c.ID, N: by[c.ID]})
	}
	list = portal.ByCount(list)
	counts := make([]int, len(list))
	for i, c := range list {
		counts[i] = c.N
	}
	hide := make([]bool, len(list))
	if d.filter.Region != "" {
		hide = portal.Suppress(counts)
	}
	var rows []chart.Bar
	for i, c := range list {
		cat, _ := d.pack.Category(c.ID)
		row := chart.Bar{Name: cat.Name.In(d.Lang), N: float64(c.N), Text: d.Value(c.N)}
		share := d.Percent(int64(c.N), int64(d.figures.Cases))
		if hide[i] {
			row.N, row.Note, share = 0, d.T("portal.few"), "–"
			row.Text = row.Note
		}
		rows = append(rows, row)
		x.Rows = append(x.Rows, []string{row.Name, row.Text, share})
	}
	x.Title = d.T("portal.problems.none")
	if len(rows) > 0 && counts[0] > 0 && !hide[0] {
		x.Title = d.T("portal.problems.title", "name", rows[0].Name, "percent", d.Percent(int64(counts[0]), int64(d.figures.Cases)))
	}
	if slices.Contains(hide, true) {
		x.Note = d.T("portal.few.note")
	}
	x.Draw = chart.Bars(rows, x.Title)
	return x
}

// fair shows whether regions are treated alike: the share of decided cases that ended in an act, against how many were decided.
func (d dataView) fair() figure {
	x := figure{ID: "kesetaraan", Head: d.head("region", "decided", "to_act", "share"), Note: d.T("portal.fair.note")}
	c := chart.Funnel{X: d.T("portal.fair.x"), Y: d.T("portal.fair.y"), Band: d.T("portal.fair.band"),
		Percent: func(v float64) string { return fmt.Sprintf("%.0f%%", v*100) }, Number: func(n int) string { return d.Value(n) }}
	all := d.provinces()
	part, whole := 0, 0
	for _, p := range all {
		part, whole = part+p.ToAct, whole+p.Decided
	}
	if whole > 0 {
		c.Share = float64(part) / float64(whole)
	}
	outside, seen := 0, 0
	hide := d.hidden(all)
	for _, code := range d.pack.Children("") {
		p := all[code]
		name := d.pack.RegionName(code)
		if hide[code] {
			x.Rows = append(x.Rows, []string{name, d.T("portal.few"), d.T("portal.few"), "–"})
			continue
		}
		if p.Decided > 0 {
			seen++
			lo, hi := chart.Limits(c.Share, p.Decided)
			odd := p.ToAct < lo || p.ToAct > hi
			if odd {
				outside++
			}
			c.Places = append(c.Places, chart.Place{Name: name, Part: p.ToAct, Whole: p.Decided, Own: odd || code == d.filter.Region})
		}
		x.Rows = append(x.Rows, []string{name, d.Value(p.Decided), d.Value(p.ToAct), d.Percent(int64(p.ToAct), int64(p.Decided))})
	}
	x.Sub = d.T("portal.denominator.decided", "n", whole)
	switch {
	case seen == 0:
		x.Title = d.T("portal.fair.none")
	case outside == 0:
		x.Title = d.T("portal.fair.alike", "n", seen)
	default:
		x.Title = d.T("portal.fair.title", "n", outside, "of", seen)
	}
	c.Alt = x.Title
	x.Draw = c.Draw()
	return x
}

// provinces adds the regions up to provinces; "" is what has none.
func (d dataView) provinces() map[string]portal.RegionFigures {
	out := map[string]portal.RegionFigures{}
	for _, r := range d.figures.Regions {
		code := r.Code
		if up := d.pack.Parent(code); up != "" {
			code = up
		}
		out[code] = plus(out[code], r, code)
	}
	return out
}

func plus(a, b portal.RegionFigures, code string) portal.RegionFigures {
	return portal.RegionFigures{Code: code, Cases: a.Cases + b.Cases, Decided: a.Decided + b.Decided, ToAct: a.ToAct + b.ToAct, Acts: a.Acts + b.Acts,
		Addresses: a.Addresses + b.Addresses, Down: a.Down + b.Down, Overturned: a.Overturned + b.Overturned, Stays: a.Stays + b.Stays}
}

// deciders is a table: authority by what it asked and how that ended.
func (d dataView) deciders() figure {
	x := figure{ID: "pemutus", Table: true, Head: d.head("org", "decided", "to_act", "overturned", "asked_flag", "asked_request", "asked_order", "rejected", "withdrawn")}
	first, over, decided := 0, 0, 0
	for _, o := range d.figures.Orgs {
		first, over, decided = first+o.FirstAct, over+o.Overturned, decided+o.Decided
		x.Rows = append(x.Rows, []string{d.pack.AuthorityName(o.ID, d.Now).Name.In(d.Lang), d.Value(o.Decided), d.Value(o.ToAct), d.Value(o.Overturned),
			d.Value(o.Asked[ronda.Flag]), d.Value(o.Asked[ronda.Request]), d.Value(o.Asked[ronda.Order]), d.Value(o.Rejected), d.Value(o.Withdrawn)})
	}
	x.Sub = d.T("portal.denominator.decided", "n", decided)
	x.Title = d.T("portal.deciders.title", "n", over, "of", first)
	if first == 0 {
		x.Title = d.T("portal.deciders.none")
	}
	return x
}

// mistakes shows by week what was taken back.
func (d dataView) mistakes() figure {
	x := figure{ID: "koreksi", Head: d.head("week", "objections", "upset", "withdrawn", "overturned", "reopened"), Note: d.T("portal.mistakes.note")}
	var sum portal.Day
	p := []chart.Panel{{Title: d.T("portal.mistakes.objections")}, {Title: d.T("portal.mistakes.upset")}, {Title: d.T("portal.mistakes.withdrawn")}, {Title: d.T("portal.mistakes.overturned")}, {Title: d.T("portal.mistakes.reopened")}}
	f := d.figures
	for i := 0; i < len(f.Daily); i += 7 {
		var week portal.Day
		for _, day := range f.Daily[i:min(i+7, len(f.Daily))] {
			week.Objections, week.Upset = week.Objections+day.Objections, week.Upset+day.Upset
			week.Withdrawn, week.Overturned, week.Reopened = week.Withdrawn+day.Withdrawn, week.Overturned+day.Overturned, week.Reopened+day.Reopened
		}
		sum.Objections, sum.Upset = sum.Objections+week.Objections, sum.Upset+week.Upset
		for k, n := range []int{week.Objections, week.Upset, week.Withdrawn, week.Overturned, week.Reopened} {
			p[k].N = append(p[k].N, n)
		}
		sum.Withdrawn, sum.Overturned, sum.Reopened = sum.Withdrawn+week.Withdrawn, sum.Overturned+week.Overturned, sum.Reopened+week.Reopened
		x.Rows = append(x.Rows, []string{d.Day(portal.DayText(f.FirstDay + int32(i))), d.Value(week.Objections), d.Value(week.Upset), d.Value(week.Withdrawn), d.Value(week.Overturned), d.Value(week.Reopened)})
	}
	for k, n := range []int{sum.Objections, sum.Upset, sum.Withdrawn, sum.Overturned, sum.Reopened} {
		p[k].Text = d.Value(n)
	}
	x.Title = d.T("portal.mistakes.title", "objections", sum.Objections, "upset", sum.Upset, "withdrawn", sum.Withdrawn, "overturned", sum.Overturned, "reopened", sum.Reopened)
	x.Sub = d.T("portal.denominator.acts_cases", "acts", f.Acts, "cases", f.Cases) + ". " + d.objectionTime()
	first, last := "", ""
	if len(f.Daily) > 0 {
		first, last = d.shortDay(f.FirstDay), d.shortDay(f.FirstDay+int32(len(f.Daily))-1)
	}
	x.Draw = chart.Multiples(p, first, last, x.Title)
	return x
}

// objectionTime says how long panels took.
func (d dataView) objectionTime() string {
	o := d.figures.Objections
	if o.Time.N() == 0 {
		return d.T("portal.mistakes.no_time", "n", o.Filed)
	}
	return d.T("portal.mistakes.time", "n", o.Decided(), "median", d.hours(o.Time.Quantile(.5)))
}

// shortDay is a day without its year.
func (d dataView) shortDay(day int32) string {
	s := d.Day(portal.DayText(day))
	if len(s) > 5 {
		return s[:len(s)-5]
	}
	return s
}
