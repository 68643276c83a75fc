package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/web/frame"
)

// AuditOptions joins the auditor's desk. Without it the pages do not exist.
type AuditOptions struct{ Auditor *casework.Auditor }

// auditRoutes lists the auditor's desk. All of it only reads.
func (s *Site) auditRoutes() []frame.Route {
	if s.opt.Auditor == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /kerja/audit", Action: s.work(s.showAudit)},
		{Pattern: "GET /kerja/audit/{bagian}", Action: s.work(s.showAuditPart)},
	}
}

// auditPart is one question of an auditor with its answer as a table.
type auditPart struct {
	ID, Title, Lead string
	Head            []string
	Rows            [][]string
	Late            []bool // rows that are beyond a deadline or a rule
	Path, CSV       string
}

// auditPage is the data of page/work/audit.html.
type auditPage struct {
	Parts []auditPart // all with their first rows, or the one that was asked for
	Whole bool
}

// auditFirst is how many rows of each part the overview shows.
const auditFirst = 5

// showAudit is the overview: each part with its newest rows.
func (s *Site) showAudit(w http.ResponseWriter, r *http.Request, a staff) error {
	page := auditPage{}
	for _, id := range auditParts() {
		part, err := s.auditPart(r, a, id)
		if err != nil {
			return err
		}
		part.Rows = part.Rows[:min(len(part.Rows), auditFirst)]
		page.Parts = append(page.Parts, part)
	}
	return s.renderAudit(w, r, a, page, frame.VisitOf(r).T("audit.title"))
}

// showAuditPart shows one part whole, or sends it as a file.
func (s *Site) showAuditPart(w http.ResponseWriter, r *http.Request, a staff) error {
	id, form, _ := strings.Cut(r.PathValue("bagian"), ".")
	if !slices.Contains(auditParts(), id) || (form != "" && form != "csv") {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	part, err := s.auditPart(r, a, id)
	if err != nil {
		return err
	}
	if form == "csv" {
		return writeCSV(w, "ronda-audit-"+id+".csv", part.Head, part.Rows)
	}
	return s.renderAudit(w, r, a, auditPage{Parts: []auditPart{part}, Whole: true}, part.Title)
}

func (s *Site) renderAudit(w http.ResponseWriter, r *http.Request, a staff, page auditPage, title string) error {
	p := frame.Page{Template: "work/audit", Title: title, Nav: "audit", Data: page}
	if page.Whole {
		p.Crumbs = []frame.Crumb{{Text: frame.VisitOf(r).T("audit.title"), Path: "/kerja/audit"}}
	}
	return s.frame.Render(w, r, s.page(r, a, p))
}

// auditParts are the parts of the desk in their order.
func auditParts() []string {
	return []string{"percobaan", "undian", "mundur", "penutupan", "tenggat", "bukti", "konflik", "penahanan", "akun"}
}

// auditor answers one part: the columns, the rows, and which rows stand out.
type auditor func(ctx context.Context, v *frame.Visit, a ronda.Actor) (head []string, rows [][]string, late []bool, err error)

func (s *Site) auditPart(r *http.Request, a staff, id string) (auditPart, error) {
	v := frame.VisitOf(r)
	answer := map[string]auditor{"percobaan": s.auditAttempts, "undian": s.auditDraws, "mundur": s.auditAsides, "penutupan": s.auditBulk, "tenggat": s.auditLoads,
		"bukti": s.auditLooks, "konflik": s.auditConflicts, "penahanan": s.auditHolds, "akun": s.auditAccounts}[id]
	part := auditPart{ID: id, Title: v.T("audit." + id), Lead: v.T("audit." + id + ".lead"), Path: "/kerja/audit/" + id, CSV: "/kerja/audit/" + id + ".csv"}
	head, rows, late, err := answer(r.Context(), v, a.Actor)
	if err != nil {
		return part, err
	}
	for _, k := range head {
		part.Head = append(part.Head, v.T("audit.col."+k))
	}
	part.Rows, part.Late = rows, late
	return part, nil
}

// masked is an account without its name: the same person has the same letters everywhere, so that a pattern shows and nobody is named.
func masked(account string) string {
	if len(account) > 6 {
		return "…" + account[len(account)-6:]
	}
	return cmp.Or(account, "–")
}

func (s *Site) officeOf(v *frame.Visit, id string) string {
	return cmp.Or(s.pack.OfficeName(id, v.Lang, v.Now), id, "–")
}

func (s *Site) auditAttempts(ctx context.Context, v *frame.Visit, a ronda.Actor) ([]string, [][]string, []bool, error) {
	list, err := s.opt.Auditor.Attempts(ctx, a)
	var rows [][]string
	for _, x := range list {
		rows = append(rows, []string{v.Time(x.At), v.T("guard." + string(x.Safeguard)), v.T("error." + x.Code), cmp.Or(x.Case, "–"), s.officeOf(v, cmp.Or(x.Office, x.Org)), masked(x.Account)})
	}
	return []string{"when", "guard", "refusal", "case", "office", "account"}, rows, nil, err
}

func (s *Site) auditDraws(ctx context.Context, v *frame.Visit, a ronda.Actor) ([]string, [][]string, []bool, error) {
	list, by, err := s.opt.Auditor.Draws(ctx, a)
	var rows [][]string
	for _, x := range list {
		out := map[string]int{}
		for _, why := range x.Excluded {
			out[why]++
		}
		var why []string
		for _, k := range slices.Sorted(maps.Keys(out)) {
			why = append(why, v.T("audit.out."+k)+" "+v.Value(out[k]))
		}
		ended := "–"
		if x.Ended != "" {
			ended = v.T("audit.ended." + x.Ended)
		}
		rows = append(rows, []string{v.Time(x.At), x.Case, v.T("seat." + string(x.Seat)), s.officeOf(v, x.Office), masked(x.Account), v.Value(x.Pool), cmp.Or(strings.Join(why, "; "), "–"),
			v.Value(by[x.Account]), ended})
	}
	return []string{"when", "case", "seat", "office", "account", "pool", "left_out", "drawn_times", "ended"}, rows, nil, err
}

func (s *Site) auditAsides(ctx context.Context, v *frame.Visit, a ronda.Actor) ([]string, [][]string, []bool, error) {
	list, err := s.opt.Auditor.Asides(ctx, a)
	var rows [][]string
	for _, x := range list {
		rows = append(rows, []string{v.Time(x.At), x.Case, v.T("seat." + x.Seat), s.officeOf(v, x.Office), masked(x.Account), v.T("audit.ended." + x.Reason)})
	}
	return []string{"when", "case", "seat", "office", "account", "reason"}, rows, nil, err
}

func (s *Site) auditBulk(ctx context.Context, v *frame.Visit, a ronda.Actor) ([]string, [][]string, []bool, error) {
	list, err := s.opt.Auditor.Bulk(ctx, a)
	var rows [][]string
	var late []bool
	for _, x := range list {
		rows = append(rows, []string{s.officeOf(v, x.Office), v.Value(x.Closed), v.Value(x.Drawn), v.Value(x.Agreed), v.Value(x.Reopened), v.Value(x.Waiting)})
		late = append(late, x.Reopened > 0)
	}
	return []string{"office", "bulk", "audited", "agreed", "reopened", "waiting"}, rows, late, err
}

func (s *Site) auditLoads(ctx context.Context, v *frame.Visit, a ronda.Actor) ([]string, [][]string, []bool, error) {
	list, err := s.opt.Auditor.Loads(ctx, a)
	var rows [][]string
	var late []bool
	for _, x := range list {
		oldest := "–"
		if !x.Oldest.IsZero() {
			oldest = v.Time(x.Oldest)
		}
		rows = append(rows, []string{s.officeOf(v, x.Office), v.Value(x.Open), v.Value(x.Overdue), v.Percent(int64(x.Overdue), int64(x.Open)), oldest})
		late = append(late, x.Overdue > 0)
	}
	return []string{"office", "open", "overdue", "share", "oldest"}, rows, late, err
}

func (s *Site) auditLooks(ctx context.Context, v *frame.Visit, a ronda.Actor) ([]string, [][]string, []bool, error) {
	list, err := s.opt.Auditor.Looks(ctx, a)
	var rows [][]string
	for _, x := range list {
		rows = append(rows, []string{v.Time(x.At), cmp.Or(x.Case, "–"), masked(x.By), x.Why, x.SHA256[:min(12, len(x.SHA256))]})
	}
	return []string{"when", "case", "account", "reason", "file"}, rows, nil, err
}

func (s *Site) auditConflicts(ctx context.Context, v *frame.Visit, a ronda.Actor) ([]string, [][]string, []bool, error) {
	list, err := s.opt.Auditor.Mandates(ctx, a)
	var rows [][]string
	for _, x := range list {
		if len(x.Actor.Conflicts) == 0 {
			continue
		}
		var names []string
		for _, c := range x.Actor.Conflicts {
			names = append(names, s.conflictName(v, c))
		}
		rows = append(rows, []string{masked(x.ID), s.officeOf(v, cmp.Or(x.Actor.Office, x.Actor.Org)), v.T("role." + string(firstRole(x.Actor))), strings.Join(names, "; ")})
	}
	return []string{"account", "office", "role", "conflicts"}, rows, nil, err
}

// conflictName writes a declared conflict: a contest, a region, or an organisation.
func (s *Site) conflictName(v *frame.Visit, id string) string {
	if c, ok := s.pack.Contest(id); ok {
		return dataView{Visit: v, pack: s.pack}.kindOf(c) + ", " + s.pack.RegionName(c.Region)
	}
	if r, ok := s.pack.Region(id); ok {
		return r.Name
	}
	return id
}

func (s *Site) auditHolds(ctx context.Context, v *frame.Visit, a ronda.Actor) ([]string, [][]string, []bool, error) {
	list, err := s.opt.Auditor.Holds(ctx, a)
	var rows [][]string
	for _, x := range list {
		state := v.T("audit.hold.runs")
		if !x.Runs(v.Now) {
			state = v.T("audit.hold.over")
		}
		rows = append(rows, []string{v.Time(x.At), x.Case, s.officeOf(v, x.Office), masked(x.By), x.Reason, v.Time(x.Until), state})
	}
	return []string{"when", "case", "office", "account", "reason", "until", "state"}, rows, nil, err
}

func (s *Site) auditAccounts(ctx context.Context, v *frame.Visit, a ronda.Actor) ([]string, [][]string, []bool, error) {
	list, err := s.opt.Auditor.AccountEvents(ctx, a)
	var rows [][]string
	var late []bool
	for _, x := range list {
		rows = append(rows, []string{v.Time(x.At), v.T("audit.account." + string(x.Kind)), masked(x.Account), masked(x.Actor), s.officeOf(v, x.Office), cmp.Or(x.Data["roles"], "–")})
		late = append(late, x.Kind == ronda.AccountTryRefused)
	}
	return []string{"when", "what", "account", "by", "office", "roles"}, rows, late, err
}
