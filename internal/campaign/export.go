package campaign

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"time"

	"ronda"
)

// PublicCSV is the public list of accounts of a contest. The same register always gives the same bytes: the public log holds their hash.
func PublicCSV(r ronda.Register) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"contest", "number", "head", "deputy", "platform", "kind", "handle", "address", "registered_at", "deactivated_at", "withdrawn_at"}}
	pairs := map[int]ronda.Pair{}
	for _, p := range r.Pairs {
		pairs[p.Number] = p
	}
	for _, a := range Sorted(r.Accounts) {
		p := pairs[a.Pair]
		rows = append(rows, []string{r.Contest, strconv.Itoa(a.Pair), cell(p.Head), cell(p.Deputy), a.Platform, string(a.Kind), cell(a.Handle), a.Address, stamp(a.Since), stamp(a.DeactivatedAt), stamp(a.WithdrawnAt)})
	}
	_ = w.WriteAll(rows) // a buffer takes everything
	return b.Bytes()
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// cell keeps a spreadsheet from reading a name as a formula.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Sorted orders accounts by pair, service, kind and handle: the same order for every pair.
func Sorted(list []ronda.CampaignAccount) []ronda.CampaignAccount {
	out := slices.Clone(list)
	kinds := ronda.CampaignKinds()
	slices.SortStableFunc(out, func(a, b ronda.CampaignAccount) int {
		for _, d := range []int{a.Pair - b.Pair, strings.Compare(a.Platform, b.Platform), slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind), strings.Compare(a.Handle, b.Handle)} {
			if d != 0 {
				return d
			}
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}
