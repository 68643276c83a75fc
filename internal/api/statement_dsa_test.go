package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestStatementLikeTheDSADatabase holds POST /statement against what the DSA Transparency Database is known to answer from outside: what it takes,
// what it drops, and which fields it names.
func TestStatementLikeTheDSADatabase(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	tiktok := r.token("tiktok")
	none := map[string]any{"decision_visibility": nil, "decision_monetary": nil, "decision_provision": nil, "decision_account": nil}
	with := func(more map[string]any) map[string]any {
		out := maps.Clone(none)
		maps.Copy(out, more)
		return out
	}
	tests := map[string]struct {
		change map[string]any
		faults []string       // fields with a fault; none: saved
		saved  map[string]any // what the answer holds
	}{
		"language of any country":       {map[string]any{"content_language": "VI"}, nil, map[string]any{"content_language": "VI"}},
		"language in small letters":     {map[string]any{"content_language": "en"}, []string{"content_language"}, nil},
		"account type":                  {map[string]any{"account_type": "ACCOUNT_TYPE_BUSINESS"}, nil, map[string]any{"account_type": "ACCOUNT_TYPE_BUSINESS"}},
		"two faults":                    {map[string]any{"account_type": "ACCOUNT_TYPE_NOT_VALID", "application_date": "2023-12-20-05"}, []string{"account_type", "application_date"}, nil},
		"no leading zeros":              {map[string]any{"application_date": "2023-7-5"}, []string{"application_date"}, nil},
		"date with time":                {map[string]any{"application_date": "2023-07-15 00:00:00"}, []string{"application_date"}, nil},
		"application before 2020":       {map[string]any{"application_date": "2019-12-31"}, []string{"application_date"}, nil},
		"content before 2000":           {map[string]any{"content_date": "1999-12-31"}, []string{"content_date"}, nil},
		"no such day":                   {map[string]any{"content_date": "2023-02-30"}, []string{"content_date"}, nil},
		"end date":                      {map[string]any{"decision_account": "DECISION_ACCOUNT_SUSPENDED", "end_date_account_restriction": "2023-08-01"}, nil, map[string]any{"end_date_account_restriction": "2023-08-01"}},
		"broken end date":               {map[string]any{"end_date_monetary_restriction": "soon"}, []string{"end_date_monetary_restriction"}, nil},
		"no decision":                   {none, []string{"decision_account", "decision_monetary", "decision_provision", "decision_visibility"}, nil},
		"monetary alone":                {with(map[string]any{"decision_monetary": "DECISION_MONETARY_TERMINATION"}), nil, map[string]any{"decision_monetary": "DECISION_MONETARY_TERMINATION", "decision_visibility": []any{}}},
		"monetary other, unsaid":        {with(map[string]any{"decision_monetary": "DECISION_MONETARY_OTHER"}), []string{"decision_monetary_other"}, nil},
		"provision alone":               {with(map[string]any{"decision_provision": "DECISION_PROVISION_TOTAL_SUSPENSION"}), nil, nil},
		"visibility as a word":          {map[string]any{"decision_visibility": "DECISION_VISIBILITY_CONTENT_REMOVED"}, []string{"decision_visibility"}, nil},
		"visibility other, unsaid":      {map[string]any{"decision_visibility": []string{"DECISION_VISIBILITY_CONTENT_DEMOTED", "DECISION_VISIBILITY_OTHER"}}, []string{"decision_visibility_other"}, nil},
		"content type as a word":        {map[string]any{"content_type": "CONTENT_TYPE_OTHER"}, []string{"content_type"}, nil},
		"content type other, null":      {map[string]any{"content_type": []string{"CONTENT_TYPE_IMAGE", "CONTENT_TYPE_OTHER"}, "content_type_other": nil}, []string{"content_type_other"}, nil},
		"content type other dropped":    {map[string]any{"content_type": []string{"CONTENT_TYPE_IMAGE"}, "content_type_other": "x"}, nil, map[string]any{"content_type_other": nil}},
		"territories once, sorted":      {map[string]any{"territorial_scope": []string{"PT", "DE", "ES", "DE", "PT", "ID"}}, nil, map[string]any{"territorial_scope": []any{"DE", "ES", "ID", "PT"}}},
		"EEA":                           {map[string]any{"territorial_scope": []string{"IS", "LI", "NO"}}, nil, nil},
		"a country outside":             {map[string]any{"territorial_scope": []string{"US"}}, []string{"territorial_scope"}, nil},
		"source of voluntary dropped":   {map[string]any{"source_type": "SOURCE_VOLUNTARY"}, nil, map[string]any{"source_identity": nil}},
		"trusted flagger":               {map[string]any{"source_type": "SOURCE_TRUSTED_FLAGGER"}, nil, map[string]any{"source_identity": "foo"}},
		"incompatible needs its ground": {map[string]any{"decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT"}, []string{"incompatible_content_explanation", "incompatible_content_ground"}, nil},
		"illegal dropped": {map[string]any{"decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT", "incompatible_content_ground": "a", "incompatible_content_explanation": "b",
			"incompatible_content_illegal": "No"}, nil, map[string]any{"illegal_content_legal_ground": nil, "incompatible_content_illegal": "No"}},
		"illegal needs its ground":   {map[string]any{"illegal_content_legal_ground": nil}, []string{"illegal_content_legal_ground"}, nil},
		"ground too long":            {map[string]any{"illegal_content_legal_ground": strings.Repeat("a", 501)}, []string{"illegal_content_legal_ground"}, nil},
		"explanation too long":       {map[string]any{"illegal_content_explanation": strings.Repeat("a", 2001)}, []string{"illegal_content_explanation"}, nil},
		"facts at the limit":         {map[string]any{"decision_facts": strings.Repeat("a", 5000)}, nil, nil},
		"facts too long":             {map[string]any{"decision_facts": strings.Repeat("a", 5001)}, []string{"decision_facts"}, nil},
		"address of the rule":        {map[string]any{"decision_ground_reference_url": "not an address"}, []string{"decision_ground_reference_url"}, nil},
		"automated decision as yes":  {map[string]any{"automated_decision": "Yes"}, []string{"automated_decision"}, nil},
		"automated detection, wrong": {map[string]any{"automated_detection": "maybe"}, []string{"automated_detection"}, nil},
		"own category left out":      {map[string]any{"category_addition": []string{"STATEMENT_CATEGORY_ANIMAL_WELFARE", "STATEMENT_CATEGORY_VIOLENCE"}}, nil, map[string]any{"category_addition": []any{"STATEMENT_CATEGORY_VIOLENCE"}}},
		"keyword":                    {map[string]any{"category_specification": []string{"KEYWORD_NOT_ONE"}}, []string{"category_specification"}, nil},
		"number with a blank":        {map[string]any{"puid": "a b"}, []string{"puid"}, nil},
		"number too long":            {map[string]any{"puid": strings.Repeat("a", 501)}, []string{"puid"}, nil},
		"no number":                  {map[string]any{"puid": nil}, []string{"puid"}, nil},
		"a field that nobody knows":  {map[string]any{"foo": "bar"}, nil, nil},
	}
	i := 0
	for name, tt := range tests {
		i++
		change := map[string]any{"puid": fmt.Sprintf("dsa-%d", i)}
		maps.Copy(change, tt.change)
		a := r.call("POST", "/api/v1/statement", aStatement(t, change), tiktok)
		if len(tt.faults) > 0 {
			var ref refusal
			a.json(t, &ref)
			if got := slices.Sorted(maps.Keys(ref.Errors)); a.status != 422 || !slices.Equal(got, tt.faults) {
				t.Errorf("%s: %d, faults %v, want %v", name, a.status, got, tt.faults)
			}
			continue
		}
		var got map[string]any
		a.json(t, &got)
		if a.status != 201 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		for field, want := range tt.saved {
			if fmt.Sprint(got[field]) != fmt.Sprint(want) {
				t.Errorf("%s: %s is %v, want %v", name, field, got[field], want)
			}
		}
	}

	// In a batch each faulty statement is named by its place, and nothing is saved.
	var list []any
	for i, other := range []any{"needed", false, nil, "left", nil} {
		doc := statementDoc(map[string]any{"puid": fmt.Sprintf("batch-%d", i), "decision_visibility": []string{"DECISION_VISIBILITY_OTHER"}, "decision_visibility_other": other})
		switch i {
		case 1:
			delete(doc, "decision_visibility_other")
		case 3:
			doc["decision_visibility"] = []string{"DECISION_VISIBILITY_CONTENT_LABELLED"}
		}
		list = append(list, doc)
	}
	body, err := json.Marshal(map[string]any{"statements": list})
	if err != nil {
		t.Fatal(err)
	}
	a := r.call("POST", "/api/v1/statements", string(body), tiktok)
	var ref refusal
	a.json(t, &ref)
	if a.status != 422 || !slices.Equal(slices.Sorted(maps.Keys(ref.Errors)), []string{"statement_1", "statement_2", "statement_4"}) {
		t.Errorf("batch: %d %v", a.status, ref.Errors)
	}
	for _, name := range []string{"statement_1", "statement_2", "statement_4"} {
		one, _ := ref.Errors[name].(map[string]any)
		if fmt.Sprint(one["decision_visibility_other"]) != "[The decision visibility other field is required.]" {
			t.Errorf("%s: %v", name, one)
		}
	}
	r.want(r.call("GET", "/api/v1/statement/existing-puid/batch-0", "", tiktok), 404, "statement.not_found")
}
