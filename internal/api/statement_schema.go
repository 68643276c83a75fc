package api

import (
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"ronda"
)

// statementField describes one field of a statement for the OpenAPI document. The rules themselves are ronda.ReadStatement.
type statementField struct {
	name, text string
	values     []string
	many       bool
	max        int
	day, need  bool
	pattern    string
	example    any
}

func statementFields() []statementField {
	return []statementField{
		{name: "decision_visibility", values: ronda.DecisionVisibilities(), many: true, text: "Restrictions of the item. At least one of decision_visibility, decision_monetary, decision_provision and decision_account is needed.", example: []string{"DECISION_VISIBILITY_CONTENT_REMOVED"}},
		{name: "decision_visibility_other", max: 500, text: "Needed with DECISION_VISIBILITY_OTHER."},
		{name: "decision_monetary", values: ronda.DecisionMonetaries(), text: "Restriction of payments."},
		{name: "decision_monetary_other", max: 500, text: "Needed with DECISION_MONETARY_OTHER."},
		{name: "decision_provision", values: ronda.DecisionProvisions(), text: "Restriction of the service."},
		{name: "decision_account", values: ronda.DecisionAccounts(), text: "Restriction of the account."},
		{name: "account_type", values: ronda.AccountTypes(), text: "Kind of account."},
		{name: "decision_ground", values: ronda.DecisionGrounds(), need: true, text: "What the decision rests on.", example: "DECISION_GROUND_ILLEGAL_CONTENT"},
		{name: "decision_ground_reference_url", max: 500, text: "Address of the rule."},
		{name: "illegal_content_legal_ground", max: 500, text: "The law. Needed with DECISION_GROUND_ILLEGAL_CONTENT.", example: "UU 1/2024 Pasal 28 ayat (2)"},
		{name: "illegal_content_explanation", max: 2000, text: "Why the content breaks it. Needed with DECISION_GROUND_ILLEGAL_CONTENT.", example: "The video calls for violence against an ethnic group."},
		{name: "incompatible_content_ground", max: 500, text: "The platform's term. Needed with DECISION_GROUND_INCOMPATIBLE_CONTENT."},
		{name: "incompatible_content_explanation", max: 2000, text: "Why the content breaks it. Needed with DECISION_GROUND_INCOMPATIBLE_CONTENT."},
		{name: "incompatible_content_illegal", values: ronda.YesNo(), text: "Whether it is held to be illegal too."},
		{name: "content_type", values: ronda.ContentTypes(), many: true, need: true, text: "Kinds of content.", example: []string{"CONTENT_TYPE_VIDEO"}},
		{name: "content_type_other", max: 500, text: "Needed with CONTENT_TYPE_OTHER."},
		{name: "category", values: ronda.StatementCategories(), need: true, text: "Kind of infringement.", example: "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"},
		{name: "category_addition", values: ronda.StatementCategories(), many: true, text: "Further kinds."},
		{name: "category_specification", values: ronda.StatementKeywords(), many: true, text: "Keywords.", example: []string{"KEYWORD_HATE_SPEECH"}},
		{name: "category_specification_other", max: 500, text: "May come with KEYWORD_OTHER."},
		{name: "territorial_scope", values: ronda.StatementTerritories(), many: true, text: "Countries in which the decision holds: ID for Indonesia, and the EU and EEA countries.", example: []string{"ID"}},
		{name: "content_language", values: ronda.StatementLanguages(), text: "ISO 639-1 in capitals."},
		{name: "content_date", day: true, need: true, text: "When the content was published, from 2000-01-01.", example: "2024-11-18"},
		{name: "application_date", day: true, need: true, text: "From when the decision holds, from 2020-01-01.", example: "2024-11-20"},
		{name: "end_date_account_restriction", day: true, text: "When the restriction of the account ends; missing for no end."},
		{name: "end_date_monetary_restriction", day: true, text: "When the restriction of payments ends."},
		{name: "end_date_service_restriction", day: true, text: "When the restriction of the service ends."},
		{name: "end_date_visibility_restriction", day: true, text: "When the restriction of the item ends."},
		{name: "decision_facts", max: 5000, need: true, text: "Facts and circumstances, without personal data.", example: "A notice named the video; a reviewer confirmed it."},
		{name: "source_type", values: ronda.SourceTypes(), need: true, text: "What led to the decision.", example: "SOURCE_TYPE_OTHER_NOTIFICATION"},
		{name: "source_identity", max: 500, text: "Who notified; dropped with SOURCE_VOLUNTARY."},
		{name: "automated_detection", values: ronda.YesNo(), need: true, text: "Whether the content was found by automated means.", example: "No"},
		{name: "automated_decision", values: ronda.AutomatedDecisions(), need: true, text: "How far the decision was automated.", example: "AUTOMATED_DECISION_NOT_AUTOMATED"},
		{name: "puid", max: 500, need: true, pattern: "^[a-zA-Z0-9-_]+$", text: "The platform's own number of the statement, used once.", example: "TK421"},
		{name: "ronda_case", max: 100, pattern: "^[a-zA-Z0-9-_]+$", text: "Ours: the number of the case, as notices give it."},
		{name: "ronda_notice", max: 100, pattern: "^[a-zA-Z0-9-_]+$", text: "Ours: the id of the notice that the decision answers. It must be one to this platform. A statement that cites the country's law without one is counted in public as outside the log."},
	}
}

// statementSchema builds the schema of a statement. Unknown fields are ignored, as in the DSA database, so that exporters can be ahead of us.
func statementSchema(answer bool) *huma.Schema {
	s := &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{}, AdditionalProperties: true,
		Description: "A statement of reasons in the fields of the EU DSA Transparency Database."}
	for _, f := range statementFields() {
		p := &huma.Schema{Type: "string", Description: f.text, Pattern: f.pattern}
		if f.max > 0 {
			p.MaxLength = &f.max
		}
		if f.day {
			p.Format = "date"
		}
		for _, v := range f.values {
			p.Enum = append(p.Enum, v)
		}
		if f.many {
			p.Description = ""
			p = &huma.Schema{Type: "array", Items: p, Description: f.text}
		}
		if f.example != nil {
			p.Examples = []any{f.example}
		}
		if p.Nullable = !f.need && !f.many; p.Nullable && len(p.Enum) > 0 {
			p.Enum = append(p.Enum, nil)
		}
		s.Properties[f.name] = p
		if f.need {
			s.Required = append(s.Required, f.name)
		}
	}
	slices.Sort(s.Required)
	s.Properties["content_id"] = &huma.Schema{Type: "object", Description: "Known identifiers of the content. The one known key is EAN-13.",
		Properties: map[string]*huma.Schema{"EAN-13": {Type: "string", Pattern: "^[0-9]{13}$"}}, AdditionalProperties: true}
	if answer {
		delete(s.Properties, "content_id")
		for name, text := range map[string]string{"uuid": "The statement's id here.", "created_at": "When it was saved, UTC: 2024-11-20 03:00:00.",
			"platform_name": "The platform.", "permalink": "Its address.", "self": "Its address in this API.", "content_id_ean": "The EAN-13 of content_id."} {
			s.Properties[name] = &huma.Schema{Type: "string", Description: text, Nullable: name == "content_id_ean"}
		}
		s.Properties["sandbox"] = &huma.Schema{Type: "boolean", Description: "True for a statement of practice; missing otherwise."}
	}
	return s
}

// describeStatements writes the bodies of the statement paths into the document.
func (a *api) describeStatements() {
	schemas, paths := a.registry().Map(), a.huma.OpenAPI().Paths
	schemas["StatementInput"], schemas["StatementRecord"] = statementSchema(false), statementSchema(true)
	problem := a.schema(&statementProblem{})
	one, record := &huma.Schema{Ref: "#/components/schemas/StatementInput"}, &huma.Schema{Ref: "#/components/schemas/StatementRecord"}
	least, most := 1, maxStatements
	body := func(ct string, s *huma.Schema, text string) *huma.RequestBody {
		return &huma.RequestBody{Required: true, Description: text, Content: map[string]*huma.MediaType{ct: {Schema: s}}}
	}
	many := func(items *huma.Schema) *huma.Schema {
		return &huma.Schema{Type: "object", Required: []string{"statements"},
			Properties: map[string]*huma.Schema{"statements": {Type: "array", Items: items, MinItems: &least, MaxItems: &most}}}
	}
	single := paths["/api/v1/statement"].Post
	single.RequestBody = body("application/json", one, "The statement.")
	single.Responses["201"].Content["application/json"].Schema = record
	batch := paths["/api/v1/statements"].Post
	batch.RequestBody = body("application/json", many(one), "1 to 100 statements.")
	batch.Responses["201"].Content["application/json"].Schema = many(record)
	for _, op := range []*huma.Operation{single, batch} {
		delete(op.Responses, "400") // what cannot be read is a 422 here
		op.Responses["422"] = &huma.Response{Description: "Nothing was saved. The faults by field, in the words of the DSA database, in English.",
			Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}}
	}
	bulk := paths["/api/v1/statements/bulk"].Post
	bulk.RequestBody = body("application/x-ndjson", one, "One statement a line, at most 256 KB each; any number of lines.")
	bulk.Responses["200"] = &huma.Response{Description: "A result for each line, in order, while the upload goes on; at the end a line with `done: true` and the counts. An answer without it broke off: send the same lines again.",
		Content: map[string]*huma.MediaType{"application/x-ndjson": {Schema: &huma.Schema{OneOf: []*huma.Schema{a.schema(&BulkLine{}), a.schema(&BulkEnd{}), a.schema(&BulkFault{})}}}}}
	found := paths["/api/v1/statement/existing-puid/{puid}"].Get
	found.Responses["302"].Content = map[string]*huma.MediaType{"application/json": {Schema: record}}
	found.Responses["302"].Description = "There is one: this is it. No Location header, so that clients do not follow."
	found.Responses["404"] = &huma.Response{Description: "This platform has not used the PUID.", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}}
	show := paths["/api/v1/statement/{uuid}"].Get
	show.Responses["200"].Content["application/json"].Schema = record
}

func (a *api) statementRoutes() {
	const tag = "statements"
	base := spec{tag: tag, token: true, scope: ronda.SubmitStatement, liaison: true, sandbox: true}
	with := func(id, method, path, summary, text string, change func(*spec)) spec {
		s := base
		s.id, s.method, s.path, s.summary, s.text = id, method, path, summary, text
		if change != nil {
			change(&s)
		}
		return s
	}
	add(a, with("submitStatement", http.MethodPost, "/statement", "Hand in a statement of reasons",
		"As `POST /api/v1/statement` of the DSA Transparency Database. A PUID that the platform used before is refused with 422 and the statement that has it.",
		func(s *spec) { s.status, s.raw, s.body = http.StatusCreated, true, maxJSON }), a.submitStatement)
	add(a, with("submitStatements", http.MethodPost, "/statements", "Hand in up to 100 statements",
		"All or nothing, as in the DSA Transparency Database: with one fault nothing is saved, and each faulty statement is named by its place.",
		func(s *spec) { s.status, s.raw, s.body = http.StatusCreated, true, maxBatch }), a.submitStatements)
	add(a, with("bulkStatements", http.MethodPost, "/statements/bulk", "Hand in any number of statements",
		"NDJSON in, NDJSON out, as a stream: each line is a statement, each is saved or refused by itself, and its result comes once it is on disk. After a broken connection send the same file again: what is there is answered with `exists`.",
		func(s *spec) { s.raw, s.stream, s.errors = true, true, []int{http.StatusUnsupportedMediaType} }), a.bulkStatements)
	add(a, spec{id: "countStatements", method: http.MethodGet, path: "/statements/counts", tag: "open data", open: true, summary: "Statements of reasons by platform, and those outside of the log",
		text: "How many statements each platform handed in, and how many of them cite the country's law without naming a notice of the hub: an order may have come by another way. Counted anew every minute."}, a.countStatements)
	add(a, with("existingPuid", http.MethodGet, "/statement/existing-puid/{puid}", "Look for a PUID", "302 with the statement in the body where this platform has used the PUID, 404 where it has not.",
		func(s *spec) { s.status, s.errors = http.StatusFound, []int{404} }), a.existingPUID)
	add(a, with("getStatement", http.MethodGet, "/statement/{uuid}", "One statement", "A statement of this platform.", func(s *spec) { s.errors = []int{404} }), a.oneStatement)
}
