package election_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"ronda/internal/election"
)

const small = "testdata/packs/marisca-2027"

// faultCase breaks one thing in the small pack and names the fault that must be reported for it.
type faultCase struct {
	file, old, new string
	want           string
}

// faultCases has one case for each kind of fault. An empty old replaces the whole file, an empty new removes it.
var faultCases = map[string]faultCase{
	"syntax":           {"clocks.json", `"hours": 48,`, `"hours": 48`, `clocks.json:9: is not JSON: invalid character '"' after object key:value pair`},
	"trailing":         {"limits.json", "]\n", "]\n[]\n", `limits.json:4: is not JSON`},
	"byte order mark":  {"limits.json", "[\n", "\xef\xbb\xbf[\n", `limits.json:1: starts with a byte order mark`},
	"broken UTF-8":     {"limits.json", `"value"`, "\"val\xffue\"", `limits.json:2: is not valid UTF-8`},
	"empty file":       {"limits.json", "", " ", `limits.json:1: is not JSON: unexpected end`},
	"object for list":  {"limits.json", "", `{"id":"a"}`, `limits.json:1: must be a list`},
	"string for list":  {"limits.json", "", `"a"`, `limits.json:1: must be a list or an object`},
	"number for entry": {"limits.json", "", `[3]`, `limits.json:1: limits[0]: must be an object`},
	"missing file":     {"clocks.json", "", "", `clocks.json: is missing`},
	"misspelt file":    {"clock.json", "", "[]", `clock.json: is not a file of a pack`},
	"unknown field":    {"clocks.json", `"resumes"`, `"resume"`, `clocks.json:10: clocks[1].resume: is not a field`},
	"other case":       {"clocks.json", `"resumes"`, `"Resumes"`, `clocks.json:10: clocks[1].Resumes: is not a field`},
	"field twice":      {"clocks.json", `"hours": 48,`, `"hours": 48, "hours": 2,`, `clocks.json:9: hours: stands twice in one object`},
	"null":             {"limits.json", `10`, `null`, `limits.json:2: limits[0].value: must not be null`},
	"wrong type":       {"limits.json", `10`, `"ten"`, `limits.json:2: limits[0].value: must be a whole number`},
	"fraction":         {"limits.json", `10`, `1.5`, `limits.json:2: limits[0].value: must be a whole number, not 1.5`},
	"huge":             {"limits.json", `10`, `99999999999999999999`, `limits.json:2: limits[0].value: must be a whole number`},
	"negative":         {"limits.json", `10`, `-1`, `limits.json:2: limits[0].value: must not be negative`},
	"limit zero":       {"limits.json", `10`, `0`, `limits.json:2: limits[0].value: must be above 0`},
	"too deep":         {"limits.json", "", strings.Repeat("[", 40) + strings.Repeat("]", 40), `limits.json:1: is nested deeper than 32 levels`},
	"bool":             {"authorities.json", `"contact": true`, `"contact": 1`, `authorities.json:12: authorities[0].contact: must be true or false`},
	"instant":          {"grounds.json", `"2026-01-01T00:00:00Z",`, `"2026-01-01",`, `grounds.json:5: grounds[0].valid_to: must be an instant`},
	"control":          {"partners.json", `"radio"`, "\"ra\\u202edio\"", `partners.json:2: partners[0].id: holds the character U+202E`},
	"language missing": {"themes.json", `, "fr": "Bateaux annulés"`, ``, `themes.json:2: themes[0].name.fr: is missing`},
	"language empty":   {"themes.json", `"Bateaux annulés"`, `" "`, `themes.json:2: themes[0].name.fr: must be a text that is not empty`},
	"language unknown": {"themes.json", `"fr": "Bateaux annulés"`, `"fr": "Bateaux", "en": "Boats"`, `themes.json:2: themes[0].name.en: is not a language of this pack (pt, fr)`},
	"text missing":     {"categories.json", `"official": {"pt": "desinformação", "fr": "désinformation"},`, ``, `categories.json:2: categories[0].official: is missing`},
	"source status":    {"limits.json", `"own"`, `"sure"`, `limits.json:2: limits[0].source.status: must be one of verified`},
	"source address":   {"grounds.json", `https://leis.example/4-2020`, `leis.example`, `grounds.json:42: grounds[1].source.url: must be a full https://`},

	"no languages":    {"pack.json", `["pt", "fr"]`, `[]`, `pack.json:5: languages: must name at least one language`},
	"bad language":    {"pack.json", `["pt", "fr"]`, `["pt", "fr", "FRENCH"]`, `pack.json:5: languages[2]: must be a language tag`},
	"country":         {"pack.json", `"XM"`, `"Marisca"`, `pack.json:4: country: must be a two-letter country code`},
	"checked day":     {"pack.json", `2026-11-01`, `1 Nov`, `pack.json:6: checked_at: must be a day`},
	"level office":    {"pack.json", `"office": "island"`, `"office": "harbour"`, `pack.json:10: levels[2].office: "harbour" is no level`},
	"level twice":     {"pack.json", `"id": "port"`, `"id": "island"`, `pack.json:10: levels[2].id: "island" stands twice`},
	"csv column":      {"regions.csv", "label", "lable", `regions.csv:1: lable: is not a column`},
	"csv column gone": {"contests.csv", "id,kind,region", "id,kind,code", `contests.csv:1: region: column is missing`},
	"csv cells":       {"contests.csv", "council-s,council,S", "council-s,council", `contests.csv:3: has 2 cells, the header has 3`},
	"csv quote":       {"contests.csv", "council-s,", `council-"s,`, `contests.csv:3: is not CSV`},
	"csv number":      {"regions.csv", "52000", "many", `regions.csv:3: voters: must be a whole number from 0`},
	"csv empty":       {"contests.csv", "", "\n", `contests.csv:1: has no header line`},
	"region twice":    {"regions.csv", "\nS,", "\nN,", `regions.csv:4: code: "N" stands twice`},
	"region level":    {"regions.csv", "Norte,island", "Norte,isle", `regions.csv:3: level: "isle" is not a level of pack.json`},
	"region parent":   {"regions.csv", "port,S,", "port,X,", `regions.csv:5: parent: "X" is not a region above this line`},
	"region rank":     {"regions.csv", "Porto Claro,port", "Porto Claro,island", `regions.csv:5: parent: "S" is not of a wider level`},
	"region zone":     {"regions.csv", "Atlantic/Azores", "Atlantic/Atlantis", `regions.csv:4: zone: "Atlantic/Atlantis" is not a time zone`},
	"no country row":  {"regions.csv", "\n,Marisca,nation,", "\nM,Marisca,nation,", `regions.csv: code: the row of the whole country (empty code) is missing`},
	"contest region":  {"contests.csv", "council,S", "council,T", `contests.csv:3: region: "T" is not a code of regions.csv`},
	"contest kind":    {"contests.csv", "s,council", "s,mayor", `contests.csv:3: kind: "mayor" is not a contest kind of pack.json`},
	"contest twice":   {"contests.csv", "council-s", "council-n", `contests.csv:3: id: "council-n" stands twice`},
	"stage order":     {"calendar.csv", "2027-05-01,2027-05-20", "2027-05-21,2027-05-20", `calendar.csv:2: end: is before the start`},
	"stage day":       {"calendar.csv", "2027-05-22,2027-05-22", "2027-05-32,2027-05-22", `calendar.csv:4: start: must be a day such as`},
	"stage dateless":  {"calendar.csv", "2027-05-22,2027-05-22", ",", `calendar.csv:4: start: a stage needs a first or a last day`},
	"stage language":  {"calendar.csv", "Jour de réflexion", "", `calendar.csv:3: name_fr: is missing`},

	"act":              {"authorities.json", `["flag"]`, `["flag", "ban"]`, `authorities.json:9: authorities[0].acts[1]: must be one of flag, request, order`},
	"act rule":         {"acts.json", `"flag"`, `"ban"`, `acts.json:3: acts[0].act: must be one of flag, request, order`},
	"act rule basis":   {"acts.json", `["Lei 4/2020 art. 8"]`, `[]`, `acts.json:5: acts[0].basis: must name at least one provision`},
	"act without rule": {"authorities.json", `["flag"]`, `["flag", "request"]`, `authorities.json:9: authorities[0].acts[1]: acts.json does not say what "request" rests on`},
	"order role":       {"authorities.json", `["flag"]`, `["order"]`, `authorities.json:9: authorities[0].acts[0]: only a body with the role ministry may order`},
	"role":             {"authorities.json", `"commission"`, `"king"`, `authorities.json:10: authorities[0].role: must be one of supervisor`},
	"authority level":  {"authorities.json", `"island"]`, `"port"]`, `authorities.json:8: authorities[0].levels[1]: "port" is not a level with offices`},
	"names overlap":    {"authorities.json", `{"valid_from": "2027-01-01T00:00:00Z", `, `{"valid_from": "2026-01-01T00:00:00Z", `, `authorities.json:6: authorities[0].names[1].valid_from: the span overlaps with another "comissao"`},
	"office pattern":   {"authorities.json", `{authority} de {region}`, `{authority}`, `authorities.json:11: authorities[0].office.fr: must hold {region}`},
	"category ground":  {"categories.json", `"lei-9"`, `"lei-8"`, `categories.json:7: categories[0].grounds[0]: "lei-8" is not a ground`},
	"category urgency": {"categories.json", `"urgency": 2`, `"urgency": 6`, `categories.json:6: categories[0].urgency: must be from 1 to 5`},
	"category id":      {"categories.json", `"outro",`, `"Outro!",`, `categories.json:11: categories[1].id: must be an id of small letters`},
	"ground excludes":  {"grounds.json", `"not_for": [],`, `"not_for": ["boato"],`, `grounds.json:34: grounds[1].not_for[0]: "boato" stands among the categories too`},
	"ground category":  {"grounds.json", `"not_for": ["outro"]`, `"not_for": ["rumour"]`, `grounds.json:15: grounds[0].not_for[0]: "rumour" is not a category`},
	"ground unlisted":  {"grounds.json", `"categories": ["boato"],` + "\n" + `    "not_for": ["outro"],`, `"categories": [], "not_for": [],`, `categories.json:7: categories[0].grounds[0]: "lei-9" does not list the category "boato" (grounds.json:2)`},
	"grounds overlap":  {"grounds.json", `"valid_from": "2026-01-01T00:00:00Z"`, `"valid_from": "2025-12-31T00:00:00Z"`, `grounds.json:23: grounds[1].valid_from: the span overlaps with another "lei-9" (grounds.json:2)`},
	"span backwards":   {"grounds.json", `"valid_from": "2026-01-01T00:00:00Z"`, `"valid_from": "2026-01-01T00:00:00Z", "valid_to": "2025-01-01T00:00:00Z"`, `grounds.json:23: grounds[1].valid_to: must be after valid_from`},
	"element twice":    {"grounds.json", `"id": "intent"`, `"id": "false"`, `grounds.json:30: grounds[1].elements[1].id: "false" stands twice`},
	"ruling element":   {"grounds.json", `"id": "public"`, `"id": "intent"`, `grounds.json:39: grounds[1].rulings[0].elements[0].id: "intent" stands twice`},
	"ruling span":      {"grounds.json", `"valid_from": "2027-03-01T00:00:00Z", `, ``, `grounds.json:38: grounds[1].rulings[0].valid_from: is missing`},
	"measure":          {"grounds.json", `"label", "remove"`, `"jail"`, `grounds.json:41: grounds[1].mildest[1]: must be one of none, correction`},
	"measure order":    {"grounds.json", `"label", "remove"`, `"remove", "label"`, `grounds.json:41: grounds[1].mildest[2]: must be named from the mildest`},
	"ground kind":      {"grounds.json", `"kind": "law",` + "\n" + `    "valid_to"`, `"kind": "custom", "valid_to"`, `grounds.json:4: grounds[0].kind: must be one of law, policy`},
	"policy orders":    {"grounds.json", `"kind": "law",` + "\n" + `    "valid_to"`, `"kind": "policy", "mildest": [], "rulings": [], "valid_to"`, ``},
	"ground without":   {"grounds.json", `"acts": ["flag"],` + "\n" + `    "categories": ["boato"],` + "\n" + `    "not_for": []`, `"acts": [], "categories": ["boato"], "not_for": []`, `grounds.json:20: grounds[1].warnings: a ground that carries no act must say why`},
	"clock hours":      {"clocks.json", `"hours": 48`, `"hours": 0`, `clocks.json:9: clocks[1].hours: must be above 0`},
	"clock both":       {"clocks.json", `"hours": 48, "days": 0`, `"hours": 48, "days": 2`, `clocks.json:9: clocks[1].days: must be 0 where hours count`},
	"clock none":       {"clocks.json", `"hours": 0, "days": 0, "starts": "receipt"`, `"hours": 1, "days": 0, "starts": "receipt"`, `clocks.json:4: clocks[0].hours: must be 0 where the basis is none`},
	"clock start":      {"clocks.json", `"known"`, `"noon"`, `clocks.json:16: clocks[2].starts: must be one of receipt`},
	"clock basis":      {"clocks.json", `"law"`, `"habit"`, `clocks.json:15: clocks[2].basis: must be one of law`},
	"clock pause":      {"clocks.json", `["needs_information"]`, `["needs_coffee"]`, `clocks.json:10: clocks[1].pauses[0]: must be one of removed`},
	"clock pause end":  {"clocks.json", `"max_pause_hours": 24`, `"max_pause_hours": 0`, `clocks.json:10: clocks[1].max_pause_hours: must be above 0`},
	"clock resume":     {"clocks.json", `"resumes": "information_given", `, ``, `clocks.json:7: clocks[1].resumes: is missing`},
	"clock reminder":   {"clocks.json", `[12, 2]`, `[48]`, `clocks.json:11: clocks[1].remind_hours[0]: must lie inside the time`},
	"clock reminders":  {"clocks.json", `[12, 2]`, `[2, 12]`, `clocks.json:11: clocks[1].remind_hours[1]: must be smaller than the one before`},
	"clocks overlap":   {"clocks.json", `"id": "complaint"`, `"id": "flag"`, `clocks.json:14: clocks[2].valid_from: the span overlaps with another "flag"`},
	"ladder clock":     {"ladders.json", `"after": "first_answer"`, `"after": "never"`, `ladders.json:5: ladders[0].steps[0].after: "never" is not a clock`},
	"retention start":  {"retention.json", `"closed"`, `"lunch"`, `retention.json:2: retention[0].after: must be one of closed`},
	"referral start":   {"referrals.json", `"known"`, `""`, `referrals.json:2: referrals[0].start: must be one of receipt`},
	"theme answer":     {"themes.json", `"prebunk"`, `"prebunks"`, `themes.json:3: themes[0].prebunks: is not a field`},
	"theme prebunk":    {"themes.json", `"prebunk": {"pt": "Os barcos circulam no dia da votação.", "fr": "Les bateaux circulent le jour du vote."}, `, ``, `themes.json:2: themes[0].prebunk: is missing: a recurrent rumour`},
	"signatory":        {"declaration.json", `"comissao", `, `"rei", `, `declaration.json:6: signatories[0]: "rei" is not an authority or a platform`},
	"absent":           {"declaration.json", `["onda"]`, `["comissao"]`, `declaration.json:7: absent[0]: "comissao" is not a platform`},
	"absent signed":    {"declaration.json", `["onda"]`, `["praca"]`, `declaration.json:7: absent[0]: "praca" stands among the signatories too`},
	"signed otherwise": {"platforms/onda.json", `"signatory": false`, `"signatory": true`, `platforms/onda.json:5: signatory: does not agree with the signatories`},
	"absence reason":   {"platforms/onda.json", `  "absence_reason": {"pt": "Não respondeu ao convite.", "fr": "N'a pas répondu à l'invitation."},` + "\n", ``, `platforms/onda.json:1: absence_reason: is missing: say why`},
	"platform twice":   {"platforms/onda.json", `"id": "onda"`, `"id": "praca"`, `platforms/praca.json:2: id: "praca" stands twice`},
	"host":             {"platforms/onda.json", `["onda.example"]`, `["https://onda.example"]`, `platforms/onda.json:20: hosts[0]: must be a host`},
	"channel kind":     {"platforms/onda.json", `"manual"`, `"pigeon"`, `platforms/onda.json:13: channels[0].kind: must be one of portal`},
	"channel target":   {"platforms/onda.json", `"target": ""`, `"target": "a@onda.example"`, `platforms/onda.json:13: channels[0].target: must be empty`},
	"channel proof":    {"platforms/onda.json", `"proof": {"pt": "Aviso de receção.", "fr": "Accusé de réception."}, `, ``, `platforms/onda.json:13: channels[0].proof: is missing`},
	"policy category":  {"platforms/praca.json", `["boato"]`, `["boat"]`, `platforms/praca.json:11: policies[0].categories[0]: "boat" is not a category`},
	"policy address":   {"platforms/praca.json", `https://praca.example/regras`, `regras`, `platforms/praca.json:11: policies[0].url: must be a full`},
	"pattern broken":   {"platforms/praca.json", `^/p/(\\d+)/?$`, `^/p/(\\d+/?$`, `platforms/praca.json:19: url_patterns[0].path_re: is not a regular expression`},
	"pattern example":  {"platforms/praca.json", `https://www.praca.example/p/42`, `https://www.praca.example/q/42`, `platforms/praca.json:19: url_patterns[0].example: does not fit its own pattern`},
	"pattern order":    {"platforms/praca.json", `https://praca.example/ana`, `https://praca.example/p/1`, `platforms/praca.json:20: url_patterns[1].example: is taken by url_patterns[0] (post)`},
	"pattern group":    {"platforms/praca.json", `"canonical": "https://praca.example/p/{1}"`, `"canonical": "https://praca.example/p/{2}"`, `platforms/praca.json:19: url_patterns[0].canonical: {2} stands for nothing`},
	"pattern query":    {"platforms/onda.json", `"id": "{q.v}"`, `"id": "{q.w}"`, `platforms/onda.json:18: url_patterns[0].id: {q.w} names a query key`},
	"redirector":       {"platforms/praca.json", `"param": "u"`, `"param": ""`, `platforms/praca.json:17: redirectors[0].param: is missing`},
	"front page":       {"platforms/praca.json", `"path_re": "^/?$"`, `"path_re": "("`, `platforms/praca.json:22: front_pages[0].path_re: is not a regular expression`},
	"claim verdict":    {"claims.json", `"salah"`, `"meh"`, `claims.json:6: claims[0].verdict: must be one of benar`},
	"claim day":        {"claims.json", `"2023-05-20"`, `"May 2023"`, `claims.json:7: claims[0].date: must be a day`},
	"claim address":    {"claims.json", `"https://jornal.example/2023/05/barco"`, `""`, `claims.json:9: claims[0].url: must be the full address`},
	"claim region":     {"claims.json", `"region": "S"`, `"region": "Z"`, `claims.json:11: claims[0].region: "Z" is not a code`},
	"claim theme":      {"claims.json", `"ferry"`, `"train"`, `claims.json:12: claims[0].theme: "train" is not a theme`},
	"claim keyword":    {"claims.json", `"barco", "cancelado"`, `"Barco", "cancelado"`, `claims.json:10: claims[0].keywords[0]: must be in small letters`},
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range faultCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := copyOf(t, small)
			breakFile(t, m, c)
			_, err := election.Load(m, ".")
			if c.want == "" {
				if err != nil {
					t.Fatalf("want no fault, got:\n%v", err)
				}
				return
			}
			var faults election.Faults
			if !errors.As(err, &faults) {
				t.Fatalf("want faults, got %v", err)
			}
			for _, f := range faults {
				if strings.HasPrefix(f.String(), c.want) {
					return
				}
			}
			t.Errorf("no fault starts with\n%s\namong:\n%v", c.want, err)
		})
	}
}

func breakFile(t *testing.T, m fstest.MapFS, c faultCase) {
	t.Helper()
	switch {
	case c.old == "" && c.new == "":
		delete(m, c.file)
	case c.old == "":
		m[c.file] = &fstest.MapFile{Data: []byte(c.new)}
	default:
		data := string(m[c.file].Data)
		if !strings.Contains(data, c.old) {
			t.Fatalf("%s does not hold %q", c.file, c.old)
		}
		m[c.file] = &fstest.MapFile{Data: []byte(strings.Replace(data, c.old, c.new, 1))}
	}
}

// TestFaultsAllAtOnce: an author gets the whole list, in the order of files and lines.
func TestFaultsAllAtOnce(t *testing.T) {
	t.Parallel()
	m := copyOf(t, small)
	for _, name := range []string{"clock hours", "claim verdict", "claim day", "region zone", "unknown field", "pattern broken"} {
		breakFile(t, m, faultCases[name])
	}
	_, err := election.Load(m, ".")
	var faults election.Faults
	if !errors.As(err, &faults) || len(faults) < 6 {
		t.Fatalf("want at least six faults, got %v", err)
	}
	for i := 1; i < len(faults); i++ {
		a, b := faults[i-1], faults[i]
		if a.File > b.File || (a.File == b.File && a.Line > b.Line) {
			t.Errorf("%s stands before %s", a, b)
		}
	}
	for _, name := range []string{"claim verdict", "claim day", "region zone", "unknown field", "pattern broken"} {
		if !strings.Contains(err.Error(), "\n"+faultCases[name].want) {
			t.Errorf("missing: %s", faultCases[name].want)
		}
	}
}

func TestFaultsBounded(t *testing.T) {
	t.Parallel()
	m := copyOf(t, small)
	m["contests.csv"] = &fstest.MapFile{Data: []byte("id,kind,region\n" + strings.Repeat("x,y,z\n", 2000))}
	_, err := election.Load(m, ".")
	var faults election.Faults
	if !errors.As(err, &faults) || len(faults) != 501 || !strings.Contains(faults[500].Problem, "more faults") {
		t.Fatalf("%d faults, want 500 and a line for the rest", len(faults))
	}
}

// TestFaultsWithoutFollowers: a file that cannot be read is one fault, not one for each reference to what it would have held.
func TestFaultsWithoutFollowers(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"clocks.json", "grounds.json", "categories.json", "regions.csv", "themes.json", "platforms/praca.json", "authorities.json"} {
		m := copyOf(t, small)
		m[file] = &fstest.MapFile{Data: []byte("\"broken")}
		_, err := election.Load(m, ".")
		var faults election.Faults
		if !errors.As(err, &faults) || len(faults) != 1 || faults[0].File != file {
			t.Errorf("%s broken: %v", file, err)
		}
	}
}
