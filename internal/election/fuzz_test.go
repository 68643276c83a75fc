package election_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"ronda/internal/election"
)

// FuzzLoad puts any bytes in the place of one file of the small pack. Load must return a pack or faults that name a
// file and a line that exists, and never panic.
func FuzzLoad(f *testing.F) {
	pack := copyOf(f, small)
	var files []string
	for name := range pack {
		if name != "README.md" {
			files = append(files, name)
		}
	}
	slices.Sort(files)
	for i, name := range files {
		f.Add(byte(i), pack[name].Data)
	}
	f.Add(byte(0), []byte(`[{"id":"a","id":"b"}]`))
	f.Add(byte(1), []byte("\"a\n\",b\n\r\n,,\n"))
	f.Add(byte(2), []byte(`{"languages":["id"],"levels":[],"name":{"id":"x"}}`))
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		name := files[int(which)%len(files)]
		m := fstest.MapFS{}
		for k, v := range pack {
			m[k] = v
		}
		m[name] = &fstest.MapFile{Data: data}
		p, err := election.Load(m, ".")
		if err == nil {
			if p.RegionName("") == "" || p.Zone("") == nil {
				t.Errorf("a pack without a country was accepted")
			}
			return
		}
		var faults election.Faults
		if !errors.As(err, &faults) || len(faults) == 0 {
			t.Fatalf("%v is not a list of faults", err)
		}
		for _, fault := range faults {
			file, ok := m[fault.File]
			if lines := 0; ok {
				lines = 1 + strings.Count(string(file.Data), "\n")
				if fault.Line < 0 || fault.Line > lines {
					t.Errorf("%s: the file has %d lines", fault, lines)
				}
			}
			if fault.Problem == "" {
				t.Errorf("%+v says nothing", fault)
			}
		}
	})
}
