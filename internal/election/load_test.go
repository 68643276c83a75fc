package election_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ronda"
	"ronda/internal/election"
)

// pilkada loads the pack of the regional elections that the program carries.
func pilkada(t *testing.T) *ronda.Pack {
	t.Helper()
	p, err := election.Builtin("pilkada-2024")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// copyOf returns the files of a pack as a file system that a test may change.
func copyOf(t testing.TB, dir string) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	src := os.DirFS(dir)
	err := fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(src, name)
		m[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBuiltinContests(t *testing.T) {
	t.Parallel()
	p := pilkada(t)
	kinds, levels := map[string]int{}, map[string]int{}
	for _, c := range p.Contests {
		kinds[c.Kind]++
	}
	for _, r := range p.Regions {
		levels[r.Level]++
	}
	if len(p.Contests) != 545 || kinds["governor"] != 37 || kinds["regent"] != 415 || kinds["mayor"] != 93 {
		t.Errorf("contests: %d in all, %v", len(p.Contests), kinds)
	}
	if levels["national"] != 1 || levels["province"] != 38 || levels["regency"]+levels["city"] != 514 {
		t.Errorf("regions: %v", levels)
	}
	if len(p.ContestsIn("34")) != 0 {
		t.Error("Yogyakarta must not elect a governor")
	}
	for _, code := range []string{"34.01", "34.02", "34.03", "34.04", "34.71", "31", "32.73"} {
		if len(p.ContestsIn(code)) != 1 {
			t.Errorf("%s: %d contests, want 1", code, len(p.ContestsIn(code)))
		}
	}
	for _, code := range []string{"31.01", "31.71", "31.72", "31.73", "31.74", "31.75"} {
		if len(p.ContestsIn(code)) != 0 {
			t.Errorf("%s is administrative and must have no contest of its own", code)
		}
	}
}

func TestBuiltinProvinces(t *testing.T) {
	t.Parallel()
	p := pilkada(t)
	risk, zones := map[string]int{}, map[string]int{}
	for _, code := range p.Children("") {
		r, _ := p.Region(code)
		risk[r.Risk]++
		zones[p.Zone(code).String()]++
		if r.ISO == "" || r.Short == "" {
			t.Errorf("%s lacks its ISO code or its tile letters", r.Name)
		}
		if len(p.Children(code)) == 0 {
			t.Errorf("%s has no regencies", r.Name)
		}
	}
	if risk["tinggi"] != 5 || risk["sedang"] != 28 || risk["rendah"] != 4 || risk[""] != 1 {
		t.Errorf("vulnerability levels: %v", risk)
	}
	if zones["Asia/Jakarta"] != 18 || zones["Asia/Makassar"] != 12 || zones["Asia/Jayapura"] != 8 {
		t.Errorf("zones: %v", zones)
	}
}

func TestBuiltinPlatforms(t *testing.T) {
	t.Parallel()
	p := pilkada(t)
	signed, patterns := 0, 0
	for _, v := range p.Platforms {
		patterns += len(v.Patterns)
		if v.Signatory {
			signed++
		}
	}
	x, _ := p.Platform("x")
	if len(p.Platforms) != 11 || signed != 10 || x.Signatory || x.Represented || x.AbsenceReason.In("id") == "" {
		t.Errorf("%d platforms, %d signed; X: %+v", len(p.Platforms), signed, x)
	}
	if patterns < 80 {
		t.Errorf("%d address patterns, want at least 80", patterns)
	}
}

// TestBuiltinGrounds holds the readings of the law that software gets wrong most easily.
func TestBuiltinGrounds(t *testing.T) {
	t.Parallel()
	p := pilkada(t)
	day := time.Date(2024, 10, 3, 10, 0, 0, 0, time.UTC)
	consumer, ok := p.GroundAt("ite-28-1", day)
	if !ok || len(consumer.Acts) != 0 || !slices.Contains(consumer.NotFor, "hoax") || len(consumer.Warnings) == 0 {
		t.Errorf("ITE 28(1) must be shown as no ground for an election hoax: %+v", consumer)
	}
	if g, _ := p.GroundAt("ite-27a", day); !g.Complaint {
		t.Error("ITE 27A needs the victim's own complaint")
	}
	if g, _ := p.GroundAt("pm5-9-4-b", day); !g.Determined {
		t.Error("9(4)b needs a named agency's determination")
	}
	for _, id := range []string{"kuhp-263", "kuhp-264"} {
		if _, ok := p.GroundAt(id, day); ok {
			t.Errorf("%s holds in 2024; it is in force from 2 January 2026", id)
		}
		if _, ok := p.GroundAt(id, time.Date(2026, 1, 2, 0, 0, 0, 0, p.Zone(""))); !ok {
			t.Errorf("%s does not hold on 2 January 2026", id)
		}
	}
	for _, id := range []string{"ite-27a", "ite-28-2", "ite-28-3"} {
		before, _ := p.GroundAt(id, day)
		after := time.Date(2025, 4, 29, 0, 0, 0, 0, p.Zone(""))
		if n, m := len(before.ElementsAt(day)), len(before.ElementsAt(after)); m <= n {
			t.Errorf("%s: %d elements before the rulings of 29 April 2025, %d after", id, n, m)
		}
		if n := len(before.ElementsAt(after.Add(-time.Second))); n != len(before.Elements) {
			t.Errorf("%s: a ruling holds before its day", id)
		}
	}
	for _, g := range p.Grounds {
		if g.Kind == ronda.GroundLaw && g.Carries(ronda.Flag) {
			t.Errorf("%s: a flag rests on the platform's rules, not on a law", g.ID)
		}
	}
}

func TestBuiltinClaims(t *testing.T) {
	t.Parallel()
	p := pilkada(t)
	during := 0
	for _, c := range p.Claims {
		if c.Date >= "2018" && c.Date < "2025" {
			during++
		}
		if len(c.Keywords) < 3 {
			t.Errorf("%s: %d keywords are too few to find it by", c.ID, len(c.Keywords))
		}
		for lang, s := range c.Truth {
			if strings.Count(s, ". ") > 0 || !strings.HasSuffix(s, ".") {
				t.Errorf("%s: the truth in %s is not one sentence: %q", c.ID, lang, s)
			}
		}
	}
	if during < 60 {
		t.Errorf("%d known claims of 2018–2024, want at least 60", during)
	}
}

func TestBuiltinUnknown(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", ".", "..", "../packs", "nowhere", "pilkada-2024/platforms", "/pilkada-2024"} {
		if _, err := election.Builtin(id); err == nil || !strings.Contains(err.Error(), "pilkada-2024") {
			t.Errorf("Builtin(%q) = %v, want an error that names the known packs", id, err)
		}
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	for _, ref := range []string{"pilkada-2024", "testdata/packs/marisca-2027", "./testdata/packs/marisca-2027/"} {
		if p, err := election.Open(ref); err != nil || !strings.Contains(ref, p.ID) {
			t.Errorf("Open(%q): %v", ref, err)
		}
	}
	for _, ref := range []string{"", "marisca-2027", "./nowhere", "./load_test.go", "./testdata"} {
		if _, err := election.Open(ref); err == nil {
			t.Errorf("Open(%q) found a pack", ref)
		}
	}
}

func TestOtherCountry(t *testing.T) {
	t.Parallel()
	p, err := election.Load(os.DirFS("testdata/packs"), "marisca-2027")
	if err != nil {
		t.Fatal(err)
	}
	if p.Country != "XM" || p.Languages[0] != "pt" || len(p.Platforms) != 2 || len(p.Authorities) != 1 {
		t.Fatalf("pack: %s %v", p.Country, p.Languages)
	}
	day := time.Date(2027, 5, 20, 12, 0, 0, 0, time.UTC)
	if got := p.OfficeName("comissao:S", "fr", day); got != "AE de Ilha do Sul" {
		t.Errorf("office: %q", got)
	}
	if _, ok := p.Office("comissao:S-1"); !ok {
		t.Error("a free port is served by an office of the island level")
	}
	// Half past midnight in the Azores on 21 May (UTC+0 in summer) is still the 20th on Cape Verde time (UTC-1).
	night := time.Date(2027, 5, 21, 0, 30, 0, 0, time.UTC)
	if !p.InStage("silence", night, "S-1") || p.InStage("silence", night, "N") || !p.InStage("campaign", night, "N") {
		t.Error("the day of silence must follow the zone of each island")
	}
	if p.InStage("result", night, "N") {
		t.Error("a stage without fixed days must never be running")
	}
}

// TestExtendWithoutCode is what docs/packs.md promises: a platform is a file, a problem type an entry.
func TestExtendWithoutCode(t *testing.T) {
	t.Parallel()
	m := copyOf(t, "packs/pilkada-2024")
	m["platforms/kabar.json"] = &fstest.MapFile{Data: []byte(`{"id":"kabar","name":"Kabar","group":"Kabar","signatory":false,"represented":true,"private":false,
 "absence_reason":{"id":"Baru berdiri.","en":"Founded later."},"entity":{"name":"PT Kabar","status":"unverified"},"pse":[],"policies":[],
 "channels":[{"kind":"manual","target":"","name":{"id":"Surat","en":"Letter"},"proof":{"id":"Tanda terima","en":"Receipt"},"status":"ready"}],
 "tracking_params":[],"redirectors":[],"url_patterns":[{"kind":"post","host_re":"^kabar\\.example$","path_re":"^/(\\d+)$","id":"{1}","canonical":"https://kabar.example/{1}","example":"https://kabar.example/7"}],
 "hosts":["kabar.example"],"how_to_copy":[{"id":"Salin.","en":"Copy."}],"source":{"status":"unverified"}}`)}
	m["categories/ballot_selfie.json"] = &fstest.MapFile{Data: []byte(`{"id":"ballot_selfie","name":{"id":"Foto di bilik suara","en":"Photo in the booth"},
 "official":{"id":"dokumentasi di bilik suara","en":"photo in the booth"},"urgency":2,"claim":false}`)}
	p, err := election.Load(m, ".")
	if err != nil {
		t.Fatal(err)
	}
	if p.PlatformName("kabar") != "Kabar" || len(p.Platforms) != 12 {
		t.Error("the new platform is missing")
	}
	if c, ok := p.Category("ballot_selfie"); !ok || c.Urgency != 2 {
		t.Error("the new problem type is missing")
	}
}

// TestBuiltinPeople: who signed, who may act, and the words in which a citizen names a problem.
func TestBuiltinPeople(t *testing.T) {
	t.Parallel()
	p := pilkada(t)
	declared := 0
	for _, k := range p.PartnerKinds {
		if k.Declared {
			declared++
		}
	}
	if declared != 7 {
		t.Errorf("%d kinds of partner are marked as named by the declaration, want 7", declared)
	}
	if len(p.Declaration.Commitments) != 3 || len(p.Declaration.Signatories) != 13 || !slices.Equal(p.Declaration.Absent, []string{"x"}) {
		t.Errorf("declaration: %+v", p.Declaration)
	}
	for id, want := range map[string][]ronda.Act{"bawaslu": {ronda.Flag, ronda.Request}, "kpu": {ronda.Flag, ronda.Request}, "komdigi": {ronda.Flag, ronda.Order}} {
		if a, _ := p.Authority(id); !slices.Equal(a.Acts, want) {
			t.Errorf("%s may %v, want %v", id, a.Acts, want)
		}
	}
	var words []string
	for _, c := range p.Categories {
		words = append(words, c.Name.In("id"))
		if strings.Contains(strings.ToLower(c.Name.In("id")), "sara") {
			t.Errorf("%s: an official abbreviation in the citizens' words", c.ID)
		}
	}
	for _, want := range []string{"Kabar bohong atau hoaks", "Menuduh calon tanpa bukti", "Info salah tentang cara, tempat, atau waktu memilih",
		"Akun palsu atau mengaku-aku lembaga", "Kampanye di masa tenang", "Menyebar data pribadi", "Lainnya"} {
		if !slices.Contains(words, want) {
			t.Errorf("%q is not among the problem types", want)
		}
	}
}
