package ronda_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ronda"
)

// aStatement is the statement from which every case departs: the fields of the DSA database's own tests.
func aStatement(change map[string]any) map[string]any {
	doc := map[string]any{
		"decision_visibility": []any{"DECISION_VISIBILITY_CONTENT_DISABLED", "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED"},
		"decision_monetary":   nil, "decision_provision": nil, "decision_account": nil,
		"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT", "category": "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
		"illegal_content_legal_ground": "foo", "illegal_content_explanation": "bar", "puid": "TK421", "territorial_scope": []any{"ID", "DE", "ID"},
		"source_type": "SOURCE_ARTICLE_16", "source_identity": "foo", "decision_facts": "decision and facts", "content_type": []any{"CONTENT_TYPE_SYNTHETIC_MEDIA"},
		"automated_detection": "No", "automated_decision": "AUTOMATED_DECISION_PARTIALLY", "application_date": "2024-11-20", "content_date": "2024-11-19",
	}
	maps.Copy(doc, change)
	return doc
}

func TestStatementReads(t *testing.T) {
	t.Parallel()
	s, faults := ronda.ReadStatement(aStatement(map[string]any{
		"incompatible_content_ground": "dropped", "decision_monetary_other": "dropped", "content_type_other": "dropped", "some_new_field": 1,
		"category_addition": []any{"STATEMENT_CATEGORY_VIOLENCE", "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"},
	}))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if s.IncompatibleGround+s.DecisionMonetaryOther+s.ContentTypeOther != "" || len(s.CategoryAddition) != 1 || !slices.Equal(s.Territory, []string{"DE", "ID"}) || s.SourceIdentity != "foo" {
		t.Errorf("statement %+v", s)
	}
	if s, _ = ronda.ReadStatement(aStatement(map[string]any{"source_type": "SOURCE_VOLUNTARY"})); s.SourceIdentity != "" {
		t.Error("the identity of a voluntary source was kept")
	}
	if s, faults = ronda.ReadStatement(aStatement(map[string]any{"puid": json.Number("4711")})); len(faults) > 0 || s.PUID != "4711" {
		t.Errorf("a number as PUID: %v %v", s.PUID, faults)
	}
}

// TestStatementFaults: the words of each rule, as existing exporters know them.
func TestStatementFaults(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		change map[string]any
		field  string
		text   string
	}{
		{map[string]any{"puid": ""}, "puid", "The puid field is required."},
		{map[string]any{"puid": "very bad + â pu+id !"}, "puid", "The puid format is invalid."},
		{map[string]any{"puid": strings.Repeat("a", 501)}, "puid", "The puid field must not be greater than 500 characters."},
		{map[string]any{"content_language": "XX"}, "content_language", "The selected content language is invalid."},
		{map[string]any{"content_language": "en"}, "content_language", "The selected content language is invalid."},
		{map[string]any{"application_date": "2023-4-4-4"}, "application_date", "The application date does not match the format YYYY-MM-DD."},
		{map[string]any{"application_date": "2019-12-31"}, "application_date", "The application date must be a date after or equal to 2020-01-01."},
		{map[string]any{"content_date": "1999-12-31"}, "content_date", "The content date must be a date after or equal to 2000-01-01."},
		{map[string]any{"content_date": nil}, "content_date", "The content date field is required."},
		{map[string]any{"end_date_account_restriction": "soon"}, "end_date_account_restriction", "The end date of account restriction does not match the format YYYY-MM-DD."},
		{map[string]any{"territorial_scope": []any{"XY", "ZZ"}}, "territorial_scope", "The selected territorial scope is invalid."},
		{map[string]any{"decision_ground_reference_url": "notvalidurl"}, "decision_ground_reference_url", "The decision ground reference url field must be a valid URL."},
		{map[string]any{"decision_visibility": []any{"DECISION_VISIBILITY_OTHER"}}, "decision_visibility_other", "The decision visibility other field is required."},
		{map[string]any{"content_type": []any{"CONTENT_TYPE_IMAGE", "CONTENT_TYPE_OTHER"}}, "content_type_other", "The content type other field is required."},
		{map[string]any{"content_type": "CONTENT_TYPE_OTHER"}, "content_type", "The content type field must be an array."},
		{map[string]any{"decision_monetary": "DECISION_MONETARY_OTHER"}, "decision_monetary_other", "The decision monetary other field is required when decision monetary is other."},
		{map[string]any{"illegal_content_legal_ground": nil}, "illegal_content_legal_ground", "The illegal content legal ground field is required when decision ground is illegal content."},
		{map[string]any{"decision_facts": strings.Repeat("é", 5001)}, "decision_facts", "The decision facts field must not be greater than 5000 characters."},
		{map[string]any{"automated_decision": "Yes"}, "automated_decision", "The selected automated decision is invalid."},
		{map[string]any{"category": []any{}}, "category", "The category field must be a string."},
		{map[string]any{"content_id": map[string]any{"EAN-13": "12"}}, "content_id.EAN-13", "The content id.EAN-13 field must be 13 digits."},
		{map[string]any{"ronda_notice": "a b"}, "ronda_notice", "The ronda notice format is invalid."},
	} {
		_, faults := ronda.ReadStatement(aStatement(x.change))
		if len(faults) != 1 || faults[0].Field != x.field || faults[0].Message != x.text {
			t.Errorf("%v: %v, want %s: %s", x.change, faults, x.field, x.text)
		}
	}
	_, faults := ronda.ReadStatement(map[string]any{})
	if len(faults) != 14 || faults[0].Message != "The decision visibility field is required when none of decision monetary / decision provision / decision account are present." || faults[13].Field != "puid" {
		t.Errorf("an empty statement: %d faults %v", len(faults), faults)
	}
}

func TestStatementsOutsideTheLog(t *testing.T) {
	t.Parallel()
	p := &ronda.Pack{Country: "ID", Regions: []ronda.Region{{Name: "Indonesia"}}, Authorities: []ronda.Authority{{ID: "bawaslu", Names: []ronda.Named{{Short: "Bawaslu"}}}},
		Grounds: []ronda.Ground{{Cite: "UU ITE Pasal 28 ayat (2)", Law: "UU 11/2008 jo. UU 1/2024", Kind: ronda.GroundLaw}, {Cite: "Permenkominfo 5/2020", Kind: ronda.GroundLaw}}}
	f := ronda.NewLawFinder(p)
	for text, want := range map[string]bool{
		"UU 1/2024 art. 28(2)": true, "Article 28(2) of the ITE law": true, "order under PERMENKOMINFO 5": true, "letter of Bawaslu Jawa Barat": true, "Indonesian Criminal Code": true,
		"NetzDG § 1": false, "Criminal Code, Article 130": false, "Permanent ban": false,
	} {
		s := ronda.Statement{DecisionGround: "DECISION_GROUND_ILLEGAL_CONTENT", IllegalGround: text, Territory: []string{"DE", "ID"}}
		if f.OutsideLog(s) != want {
			t.Errorf("%q: outside %v, want %v", text, !want, want)
		}
		s.RondaNotice = "01JD"
		if f.OutsideLog(s) {
			t.Errorf("%q counts although it names our notice", text)
		}
		s.RondaNotice, s.DecisionGround = "", "DECISION_GROUND_INCOMPATIBLE_CONTENT"
		if f.OutsideLog(s) {
			t.Errorf("%q counts although it rests on the platform's own terms", text)
		}
	}
	if !f.OutsideLog(ronda.Statement{DecisionGround: "DECISION_GROUND_ILLEGAL_CONTENT", IllegalGround: "local law", Territory: []string{"ID"}}) {
		t.Error("a decision of local law for the country alone does not count")
	}
}

func TestUUID(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	ids := ronda.IDs{Rand: rand.Reader}
	at := time.Date(2024, 11, 20, 3, 0, 0, 0, time.UTC)
	last := ""
	for i := range 50 {
		id := ids.UUID(at.Add(time.Duration(i) * time.Millisecond))
		if !form.MatchString(id) || id <= last {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
	fixed := ronda.IDs{Rand: bytes.NewReader(make([]byte, 16))}
	if got := fixed.UUID(time.UnixMilli(0x0123456789ab)); got != "01234567-89ab-7000-8000-000000000000" {
		t.Error(got)
	}
}

// FuzzReadStatement: no document makes the reader fail otherwise than by naming fields.
func FuzzReadStatement(f *testing.F) {
	seed, err := json.Marshal(aStatement(nil))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(seed))
	f.Add(`{"puid":{},"content_type":[1],"content_id":{"EAN-13":{}},"territorial_scope":"ID"}`)
	f.Fuzz(func(t *testing.T, in string) {
		var doc map[string]any
		if json.Unmarshal([]byte(in), &doc) != nil {
			return
		}
		s, faults := ronda.ReadStatement(doc)
		seen := map[string]bool{}
		for _, x := range faults {
			if x.Message == "" || seen[x.Field] {
				t.Errorf("fault %+v", x)
			}
			seen[x.Field] = true
		}
		if len(faults) == 0 && (!ronda.ValidPUID(s.PUID) || len(s.ContentType) == 0) {
			t.Errorf("accepted %s", fmt.Sprint(doc))
		}
	})
}
