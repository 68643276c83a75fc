package election

import (
	"fmt"
	"sort"
	"strings"
)

// Fault is one thing that is wrong in a pack, with the place where its author can mend it.
type Fault struct {
	File    string // inside the pack: "clocks.json", "platforms/tiktok.json"
	Line    int    // from 1; 0 where the whole file is meant
	Field   string // "clocks[2].hours", "zone"; "" where the whole file or row is meant
	Problem string // "must be above 0"
}

// String writes the fault as "clocks.json:14: clocks[2].hours: must be above 0".
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
	}
	if f.Field != "" {
		b.WriteString(": " + f.Field)
	}
	b.WriteString(": " + f.Problem)
	return b.String()
}

// Faults is everything that is wrong in a pack, in the order of files and lines. It is the error of Load.
type Faults []Fault

// Error lists every fault on a line of its own.
func (fs Faults) Error() string {
	lines := make([]string, 0, len(fs)+1)
	lines = append(lines, fmt.Sprintf("election pack has %d fault(s)", len(fs)))
	for _, f := range fs {
		lines = append(lines, f.String())
	}
	return strings.Join(lines, "\n")
}

// maxFaults bounds the list: beyond it the first faults are what the author needs.
const maxFaults = 500

// faultList collects faults while a pack is read.
type faultList struct {
	list Faults
	more int
}

func (l *faultList) add(f Fault) {
	if len(l.list) >= maxFaults {
		l.more++
		return
	}
	l.list = append(l.list, f)
}

// err is the collected faults, sorted, or nil.
func (l *faultList) err() error {
	if len(l.list) == 0 {
		return nil
	}
	out := append(Faults(nil), l.list...)
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].File != out[j].File {
			return out[i].File < out[j].File
		}
		return out[i].Line < out[j].Line
	})
	if l.more > 0 {
		out = append(out, Fault{File: "(all files)", Problem: fmt.Sprintf("%d more faults are not listed", l.more)})
	}
	return out
}

// origin is the place in the pack's files that one value was read from.
type origin struct {
	file  string
	label string // "clocks[2]"; "" for a CSV row or a file with one object
	line  int    // CSV: the row; JSON: the line of the value
	node  *node  // JSON only
	to    *faultList
}

// fault records a problem with the field at path ("elements[1].text.en"); "" means the value itself.
func (o origin) fault(path, format string, args ...any) {
	field := o.label
	if path != "" {
		if field != "" && !strings.HasPrefix(path, "[") {
			field += "."
		}
		field += path
	}
	line := o.line
	if o.node != nil {
		line = o.node.find(path).line
	}
	o.to.add(Fault{File: o.file, Line: line, Field: field, Problem: fmt.Sprintf(format, args...)})
}
