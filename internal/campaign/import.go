package campaign

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"strings"

	"ronda"
)

// RowState says what an import would do with a row.
type RowState string

// The states.
const (
	RowNew   RowState = "new"
	RowKnown RowState = "known" // there already: nothing changes
	RowBad   RowState = "bad"
)

// Row is one row of a file after it was understood.
type Row struct {
	Line    int
	State   RowState
	Fault   *ronda.Error // of a bad row: why, in a text key
	Cells   map[string]string
	Account ronda.NewAccount
	Pair    ronda.Pair
}

// Plan is what an import would do. Nothing is saved by making it.
type Plan struct {
	Contest         string
	Kind            string // TablePairs or TableAccounts
	Rows            []Row
	New, Known, Bad int
}

// Preview reads a file for the register of one contest and says what would happen to each of its rows.
func (s *Service) Preview(ctx context.Context, a ronda.Actor, contest string, data []byte) (Plan, error) {
	c, ok := s.Pack.Contest(contest)
	if !ok {
		return Plan{}, ronda.Errorf(ronda.NotFound, "campaign.contest_unknown", "contest")
	}
	if err := ronda.CanRegister(a, c, s.Pack); err != nil {
		return Plan{}, err
	}
	t, err := readTable(data)
	if err != nil {
		return Plan{}, err
	}
	r, err := s.Store.Register(ctx, contest)
	if err != nil {
		return Plan{}, err
	}
	return s.plan(r, t), nil
}

// plan judges row after row, each against the register as the rows before it would leave it.
func (s *Service) plan(r ronda.Register, t table) Plan {
	p := Plan{Contest: r.Contest, Kind: t.kind}
	r.Accounts = append([]ronda.CampaignAccount(nil), r.Accounts...)
	r.Pairs = append([]ronda.Pair(nil), r.Pairs...)
	for _, l := range t.lines {
		row := Row{Line: l.n, Cells: l.cells, Fault: l.fault}
		if row.Fault == nil {
			row.Fault = s.checkContest(r.Contest, l.cells["contest"])
		}
		if row.Fault == nil {
			if t.kind == TablePairs {
				s.planPair(&r, &row)
			} else {
				s.planAccount(&r, &row)
			}
		}
		switch {
		case row.Fault != nil:
			row.State = RowBad
			p.Bad++
		case row.State == RowKnown:
			p.Known++
		default:
			row.State = RowNew
			p.New++
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// checkContest refuses a row of another contest. A region's code is as good as the contest's id.
func (s *Service) checkContest(contest, given string) *ronda.Error {
	c, _ := s.Pack.Contest(contest)
	if given == "" || strings.EqualFold(given, contest) || given == c.Region || given == strings.ReplaceAll(c.Region, ".", "") {
		return nil
	}
	if _, ok := s.Pack.Contest(strings.ToLower(given)); ok {
		return ronda.Errorf(ronda.Invalid, "campaign.row_contest", "contest").With("given", given)
	}
	if _, ok := s.Pack.Region(given); ok {
		return ronda.Errorf(ronda.Invalid, "campaign.row_contest", "contest").With("given", given)
	}
	return ronda.Errorf(ronda.Invalid, "campaign.row_code", "contest").With("given", short(given))
}

func (s *Service) planPair(r *ronda.Register, row *Row) {
	n, fault := number(row.Cells["number"])
	if fault != nil {
		row.Fault = fault
		return
	}
	row.Pair = ronda.Pair{Number: n, Head: row.Cells["head"], Deputy: row.Cells["deputy"], Fictional: yes(row.Cells["fictional"])}
	next, events, err := ronda.ApplyRegister(*r, ronda.System(), ronda.EnterPairs{Pairs: []ronda.Pair{row.Pair}}, ronda.Env{Pack: s.Pack, Now: s.Now()})
	if err != nil {
		row.Fault = first(err)
		return
	}
	if len(events) == 0 {
		row.State = RowKnown
	}
	*r = next
}

// planAccount understands a row of accounts.
func (s *Service) planAccount(r *ronda.Register, row *Row) {
	acc, fault := s.account(row.Cells)
	if fault != nil {
		row.Fault = fault
		return
	}
	row.Account = acc
	known, err := r.Admits(acc, s.Pack)
	if err != nil {
		row.Fault = first(err)
		return
	}
	if known {
		row.State = RowKnown
		return
	}
	r.Accounts = append(r.Accounts, ronda.CampaignAccount{Pair: acc.Pair, Platform: acc.Platform, Kind: acc.Kind, Key: acc.Key, Aliases: acc.Aliases})
}

func first(err error) *ronda.Error {
	e, ok := err.(*ronda.Error) //nolint:errorlint // the rules return it bare
	if !ok {
		return &ronda.Error{Kind: ronda.Internal, Code: "kind.internal", Err: err}
	}
	if len(e.Fields) > 0 {
		return e.Fields[0]
	}
	return e
}

// number reads a pair's number. An empty one is most often a merged cell: whose row it is must not be guessed.
func number(s string) (int, *ronda.Error) {
	if s == "" {
		return 0, ronda.Errorf(ronda.Invalid, "campaign.row_number_missing", "number")
	}
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(s, ".0"), ",0"))
	if err != nil || n < 1 {
		return 0, ronda.Errorf(ronda.Invalid, "campaign.row_number", "number").With("given", short(s))
	}
	return n, nil
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

func yes(s string) bool {
	switch letters(s) {
	case "ya", "yes", "true", "1", "fiktif":
		return true
	}
	return false
}

// Publish brings the good rows of a file into the register and leaves the bad ones out. It returns the plan that was carried out.
func (s *Service) Publish(ctx context.Context, a ronda.Actor, contest string, data []byte) (Plan, error) {
	for try := 0; ; try++ {
		p, err := s.Preview(ctx, a, contest, data)
		if err != nil || p.New == 0 {
			return p, err
		}
		var cmd ronda.RegisterCommand
		if p.Kind == TablePairs {
			var list []ronda.Pair
			for _, row := range p.Rows {
				if row.State == RowNew {
					list = append(list, row.Pair)
				}
			}
			cmd = ronda.EnterPairs{Pairs: list}
		} else {
			var list []ronda.NewAccount
			for _, row := range p.Rows {
				if row.State == RowNew {
					list = append(list, row.Account)
				}
			}
			cmd = ronda.RegisterAccounts{Accounts: list}
		}
		_, err = s.try(ctx, a, contest, cmd)
		if ronda.CodeOf(err) == "campaign.changed" && try < retries && ctx.Err() == nil {
			continue // judged anew against what stands there now
		}
		return p, err
	}
}

// columnOrder is how a plan is written back as a table.
var columnOrder = map[string][]string{
	TablePairs:    {"line", "number", "head", "deputy", "fictional"},
	TableAccounts: {"line", "number", "platform", "kind", "account", "alias"},
}

// words are the headings of that table.
var words = map[string]string{"line": "baris", "number": "nomor", "head": "calon", "deputy": "wakil", "fictional": "fiktif", "platform": "aplikasi", "kind": "jenis", "account": "akun", "alias": "alias"}

// Table writes the rows in a state as a table that Preview reads again, with the lines of the first file.
func (p Plan) Table(bad bool) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	columns := columnOrder[p.Kind]
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = words[c]
	}
	rows := [][]string{head}
	for _, row := range p.Rows {
		if (row.State == RowBad) != bad {
			continue
		}
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = row.Cells[c]
		}
		cells[0] = strconv.Itoa(row.Line)
		if raw := row.Cells["raw"]; raw != "" {
			cells[len(cells)-1] = raw // what nobody could split stands there whole
		}
		rows = append(rows, cells)
	}
	_ = w.WriteAll(rows) // a buffer takes everything
	if len(rows) == 1 {
		return ""
	}
	return b.String()
}

// Join puts mended rows behind the good ones. Both are tables as Table writes them.
func Join(good, mended string) []byte {
	if strings.TrimSpace(good) == "" {
		return []byte(mended)
	}
	if _, rest, ok := strings.Cut(strings.TrimLeft(mended, "\r\n "), "\n"); ok {
		return []byte(strings.TrimRight(good, "\r\n") + "\n" + rest)
	}
	return []byte(good)
}
