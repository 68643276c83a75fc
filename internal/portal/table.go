package portal

import (
	"strconv"
	"strings"
)

// Column is a column of a file of open data.
type Column struct {
	Name string
	Kind Kind
}

// Kind says how a value is written in JSON. CSV writes all of them plainly.
type Kind int

// The kinds.
const (
	Text   Kind = iota
	Number      // null where it is empty
	Flag
)

// Table is a set of files with the same columns: NAME.csv, NAME.ndjson and, where Parquet is set, NAME.parquet.
type Table struct {
	Name    string
	Columns []Column
	Parquet bool
	Daily   bool // one more file for each day
}

func texts(names ...string) []Column   { return columns(Text, names) }
func numbers(names ...string) []Column { return columns(Number, names) }
func flags(names ...string) []Column   { return columns(Flag, names) }

func columns(k Kind, names []string) []Column {
	out := make([]Column, len(names))
	for i, n := range names {
		out[i] = Column{n, k}
	}
	return out
}

func join(parts ...[]Column) []Column {
	var out []Column
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// Tables are the files of open data. Acts are public one by one. Cases are not: a row of a case names no region and no act, and what is counted by region
// stands in a table of its own, so that a single case of a small place cannot be found.
func Tables() []Table {
	out := OutcomeNames()
	return []Table{
		{Name: "acts", Parquet: true, Daily: true, Columns: join(texts("id", "day", "act", "state", "platform", "authority", "sender", "region", "category", "measure"), flags("late"),
			numbers("hours_to_answer"), numbers(out[:]...), numbers("log_index"))},
		{Name: "cases", Parquet: true, Columns: join(texts("day", "category", "stage", "holder", "services"), numbers("reports", "minutes_to_decision"),
			flags("decided", "to_act", "first_act", "overturned", "split", "power"), texts("stays"), numbers("reopened"), flags("partner"))},
		{Name: "objections", Parquet: true, Columns: join(texts("day", "by", "act", "notice", "platform", "holder", "decision"), numbers("hours_to_decision"), flags("late"),
			numbers("to_restore", "restored"))},
		{Name: "offices", Columns: join(texts("office"), numbers("readings", "none"))},
		{Name: "contests", Columns: join(texts("contest"), numbers("cases"))},
		{Name: "regions", Columns: join(texts("region"), numbers("cases", "decided", "to_act", "overturned", "stays", "acts", "addresses", "down"))},
	}
}

// json writes a row as one line of NDJSON. Values are numbers, dates and ids of the pack.
func (t Table) json(values []string) string {
	var b strings.Builder
	sep := "{"
	for i, c := range t.Columns {
		v := values[i]
		switch {
		case c.Kind == Text:
			v = strconv.Quote(v)
		case v == "":
			v = "null"
		}
		b.WriteString(sep + `"` + c.Name + `":` + v)
		sep = ","
	}
	b.WriteString("}\n")
	return b.String()
}

// span writes a number of hours or minutes, empty where there is none.
func span(n int32) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(int(n))
}

// record is an act as the columns have it. Number is its entry in the public log, negative where it has none yet.
func (a Act) record(number int64) []string {
	out := []string{a.ID, DayText(a.Day), a.Kind, a.State, a.Platform, a.Authority, a.Org, a.Region, a.Category, a.Measure, strconv.FormatBool(a.Late), span(a.Hours)}
	for _, n := range a.Out {
		out = append(out, strconv.Itoa(int(n)))
	}
	if number < 0 {
		return append(out, "")
	}
	return append(out, strconv.FormatInt(number, 10))
}

// record is a case as the columns have it.
func (f *Fact) record() []string {
	yes := strconv.FormatBool
	return []string{DayText(f.Day), f.Category, f.Stage, f.Org, strings.Join(f.Services, ";"), strconv.Itoa(int(f.Reports)), span(f.First), yes(f.Decided), yes(f.ToAct),
		yes(f.FirstAct), yes(f.Overturned), yes(f.Split), yes(f.Power), strings.Join(f.Stays, ";"), strconv.Itoa(int(f.Reopened)), yes(f.Partner)}
}

// record is an objection as the columns have it.
func (o Objection) record() []string {
	return []string{DayText(o.Day), o.By, o.Act, o.Notice, o.Platform, o.Org, o.Decision, span(o.Hours), strconv.FormatBool(o.Late), strconv.Itoa(int(o.Asked)),
		strconv.Itoa(int(o.Restored))}
}

// record is a region as the columns have it.
func (r RegionFigures) record() []string {
	out := []string{r.Code}
	for _, n := range []int{r.Cases, r.Decided, r.ToAct, r.Overturned, r.Stays, r.Acts, r.Addresses, r.Down} {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// record is an office as the columns have it. Of few readings only that there are some is told.
func (o OfficeFigures) record() []string {
	if o.Few() {
		return []string{o.Office, "", ""}
	}
	return []string{o.Office, strconv.Itoa(o.Readings), strconv.Itoa(o.None)}
}

// count adds a fact to the counts by region, by the same rules as a scan of the cube.
func (f *Fact) count(regions map[string]RegionFigures) {
	if !f.Skip {
		r := regions[f.Region]
		r.Cases++
		r.Decided += one(f.Decided)
		r.ToAct += one(f.ToAct)
		r.Overturned += one(f.Overturned)
		r.Stays += one(len(f.Stays) > 0)
		regions[f.Region] = r
	}
	for _, a := range f.Acts {
		r := regions[a.Region]
		r.Acts++
		if a.Kind != requestKind {
			for _, n := range a.Out {
				r.Addresses += int(n)
			}
			r.Down += int(a.Out[Down])
		}
		regions[a.Region] = r
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
