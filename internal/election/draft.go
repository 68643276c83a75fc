package election

import (
	"regexp"
	"slices"
	"strconv"

	"ronda"
)

// head is pack.json: what is said once about an election.
type head struct {
	ID           string              `json:"id"`
	Name         ronda.Text          `json:"name"`
	Country      string              `json:"country"`
	Languages    []string            `json:"languages"`
	CheckedAt    string              `json:"checked_at"`
	Levels       []ronda.Level       `json:"levels"`
	ContestKinds []ronda.ContestKind `json:"contest_kinds"`
	Tongues      []ronda.Tongue      `json:"tongues,omitempty"`
}

// draft is a pack while it is read and checked: every value still knows its place.
type draft struct {
	r            *reader
	head         entry[head]
	regions      []entry[ronda.Region]
	contests     []entry[ronda.Contest]
	calendar     []entry[ronda.Stage]
	authorities  []entry[ronda.Authority]
	actRules     []entry[ronda.ActRule]
	partnerKinds []entry[ronda.PartnerKind]
	categories   []entry[ronda.Category]
	grounds      []entry[ronda.Ground]
	platforms    []entry[ronda.Platform]
	clocks       []entry[ronda.Clock]
	ladders      []entry[ronda.Ladder]
	retention    []entry[ronda.Retention]
	themes       []entry[ronda.Theme]
	referrals    []entry[ronda.ReferralPath]
	limits       []entry[ronda.Limit]
	campaign     []entry[ronda.CampaignRule]
	declaration  entry[ronda.Declaration]
	hasPledge    bool
	claims       []entry[ronda.KnownClaim]
	kits         []entry[ronda.PackKit]
}

var languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// readDraft reads every file. It is false where pack.json cannot be used: without the languages nothing else can be judged.
func readDraft(r *reader) (*draft, bool) {
	d := &draft{r: r}
	n, data := r.parse("pack.json")
	if n == nil {
		return d, false
	}
	if langs := n.fields["languages"]; langs != nil && langs.kind == '[' {
		for _, item := range langs.items {
			if languageTag.MatchString(item.text) && !slices.Contains(r.languages, item.text) {
				r.languages = append(r.languages, item.text)
			}
		}
	}
	if len(r.languages) == 0 {
		origin{file: "pack.json", node: n, to: r.faults}.fault("languages", "must name at least one language such as \"en\"")
		return d, false
	}
	d.head = decode[head](r, "pack.json", "", n, data)
	d.readTables()
	d.authorities = list[ronda.Authority](r, "authorities", true)
	d.actRules = list[ronda.ActRule](r, "acts", false)
	d.partnerKinds = list[ronda.PartnerKind](r, "partners", false)
	d.categories = list[ronda.Category](r, "categories", true)
	d.grounds = list[ronda.Ground](r, "grounds", false)
	d.platforms = list[ronda.Platform](r, "platforms", true)
	d.clocks = list[ronda.Clock](r, "clocks", true)
	d.ladders = list[ronda.Ladder](r, "ladders", false)
	d.retention = list[ronda.Retention](r, "retention", false)
	d.themes = list[ronda.Theme](r, "themes", false)
	d.referrals = list[ronda.ReferralPath](r, "referrals", false)
	d.limits = list[ronda.Limit](r, "limits", false)
	d.campaign = list[ronda.CampaignRule](r, "campaign", false)
	d.claims = list[ronda.KnownClaim](r, "claims", false)
	d.kits = list[ronda.PackKit](r, "kits", false)
	if slices.Contains(r.files, "declaration.json") {
		d.declaration, d.hasPledge = one[ronda.Declaration](r, "declaration.json")
	}
	r.unknown()
	return d, true
}

// readTables reads the three lists that are kept as CSV because people edit them in a spreadsheet.
func (d *draft) readTables() {
	r := d.r
	for _, w := range r.table("regions.csv", []string{"code", "name", "level", "parent"},
		[]string{"zone", "label", "short", "col", "row", "iso", "risk", "voters", "source"}) {
		v := ronda.Region{Code: w.get("code"), Name: w.get("name"), Level: w.get("level"), Parent: w.get("parent"), Zone: w.get("zone"),
			Label: w.get("label"), Short: w.get("short"), ISO: w.get("iso"), Risk: w.get("risk"), Source: w.get("source")}
		v.Col, v.Row, v.Voters = int(w.number("col")), int(w.number("row")), w.number("voters")
		d.regions = append(d.regions, entry[ronda.Region]{v, w.o, true})
	}
	for _, w := range r.table("contests.csv", []string{"id", "kind", "region"}, nil) {
		v := ronda.Contest{ID: w.get("id"), Kind: w.get("kind"), Region: w.get("region")}
		d.contests = append(d.contests, entry[ronda.Contest]{v, w.o, true})
	}
	required, optional := []string{"id", "start", "end"}, []string{"url", "cite", "status"}
	for _, lang := range r.languages {
		required = append(required, "name_"+lang)
		optional = append(optional, "relative_"+lang, "doubt_"+lang)
	}
	for _, w := range r.table("calendar.csv", required, optional) {
		v := ronda.Stage{ID: w.get("id"), Name: w.text("name", r.languages), Start: w.get("start"), End: w.get("end"),
			Relative: w.text("relative", r.languages),
			Source:   ronda.Source{URL: w.get("url"), Cite: w.get("cite"), Status: w.get("status"), Doubt: w.text("doubt", r.languages)}}
		d.calendar = append(d.calendar, entry[ronda.Stage]{v, w.o, true})
	}
}

// number reads a whole number; an empty cell is 0.
func (w row) number(column string) int64 {
	cell := w.get(column)
	if cell == "" {
		return 0
	}
	v, err := strconv.ParseInt(cell, 10, 64)
	if err != nil || v < 0 {
		w.o.fault(column, "must be a whole number from 0, not %q", cell)
	}
	return v
}

// pack puts the values together. Call it only where no fault was found.
func (d *draft) pack() *ronda.Pack {
	h := d.head.v
	return &ronda.Pack{
		ID: h.ID, Name: h.Name, Country: h.Country, Languages: h.Languages, CheckedAt: h.CheckedAt,
		Levels: h.Levels, ContestKinds: h.ContestKinds, Tongues: h.Tongues,
		Regions: values(d.regions), Contests: values(d.contests), Calendar: values(d.calendar),
		Authorities: values(d.authorities), ActRules: values(d.actRules), PartnerKinds: values(d.partnerKinds), Categories: values(d.categories),
		Grounds: values(d.grounds), Platforms: values(d.platforms), Clocks: values(d.clocks), Ladders: values(d.ladders),
		Retention: values(d.retention), Themes: values(d.themes), Referrals: values(d.referrals), Limits: values(d.limits),
		Declaration: d.declaration.v, Claims: values(d.claims), CampaignRules: values(d.campaign), Kits: values(d.kits),
	}
}

func values[T any](list []entry[T]) []T {
	out := make([]T, 0, len(list))
	for _, e := range list {
		out = append(out, e.v)
	}
	return out
}
