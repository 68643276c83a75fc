package api

import (
	"github.com/danielgtaylor/huma/v2"
)

// introduction is the document's first page.
func (a *api) introduction() string {
	s := "Ronda is where reports of unlawful or false election content are checked, assessed and answered. Election: **" + a.opt.Pack.Name.In("en") + "**.\n\n" +
		"* Public paths need nothing. Others need a token: `Authorization: Bearer rt_…`.\n" +
		"* Errors are problem documents (RFC 9457) with a stable `code`; `errors` names each field. Sentences come in the language of `Accept-Language` (`id`, `en`).\n" +
		"* `Idempotency-Key` makes a repeat safe. Repeat with the same key after a timeout or a 5xx.\n" +
		"* Times are RFC 3339 in UTC. Unknown fields are refused, so that a misspelt one is noticed.\n" +
		"* Lists have a cursor: pass `next_cursor` as `cursor` until it is missing.\n" +
		"* 429 says in `Retry-After` how many seconds to wait.\n"
	if a.opt.Demo {
		s += "\n**This installation is a demonstration. All of its data is made up.**\n"
	}
	return s
}

func tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: "public", Description: "Check a message, report content, follow a report. No token needed."},
		{Name: "open data", Description: "What everyone may know: acts, fact-checks, contests, regions, platforms. Any origin may read it."},
		{Name: "notices", Description: "For platforms: receive notices, acknowledge them, answer each address. For authorities: what waits to be handed over."},
		{Name: "statements", Description: "Statements of reasons in the form of the EU DSA Transparency Database: change host and token of an existing exporter."},
		{Name: "web hook", Description: "For platforms: the web hook by which notices arrive, its key and its last deliveries."},
		{Name: "outside", Description: "For platforms: log an order that came by another way than through the hub. The public sees the counts and the log's entries."},
		{Name: "sandbox", Description: "Practice: with a token for practice the whole way of a notice can be tried. The same paths work, everything is marked with `sandbox: true`, and nothing of it reaches the log, a count, a queue or a public page."},
		{Name: "cases", Description: "For officers: cases of their mandate."},
	}
}

// finishDocument writes into the document what the framework cannot know: bodies that an action reads itself, and lists that are never null.
func (a *api) finishDocument() {
	if a.opt.Intake != nil {
		a.formBody("/api/v1/reports", &ReportBody{}, "A report.")
		a.formBody("/api/v1/reports/{code}/additions", &AdditionBody{}, "What is added.")
	}
	if a.opt.FactChecks != nil {
		a.twoForms("/api/v1/fact-checks", &FactCheckList{}, &Feed{})
		a.twoForms("/api/v1/fact-checks/{id}", &FactCheck{}, &ClaimReview{})
	}
	if a.opt.Statements != nil {
		a.describeStatements()
	}
	schemas := a.registry().Map()
	delete(schemas, "ErrorModel") // the framework's own, which never leaves here
	delete(schemas, "ErrorDetail")
	for _, s := range schemas {
		neverNull(s)
	}
}

// formBody describes a body that comes as JSON or as a form with files.
func (a *api) formBody(path string, v any, text string) {
	ref := a.schema(v)
	form := *a.registry().SchemaFromRef(ref.Ref)
	form.Properties = map[string]*huma.Schema{}
	for name, p := range a.registry().SchemaFromRef(ref.Ref).Properties {
		form.Properties[name] = p
	}
	form.Properties["files"] = &huma.Schema{Type: "array", Items: &huma.Schema{Type: "string", Format: "binary"}, Description: "Up to five files, at most 5 MB each: JPEG, PNG, PDF or MP4."}
	a.huma.OpenAPI().Paths[path].Post.RequestBody = &huma.RequestBody{Required: true, Description: text, Content: map[string]*huma.MediaType{
		"application/json": {Schema: ref}, "multipart/form-data": {Schema: &form},
	}}
}

// twoForms describes an answer that comes as JSON or as JSON-LD.
func (a *api) twoForms(path string, plain, linked any) {
	a.huma.OpenAPI().Paths[path].Get.Responses["200"].Content = map[string]*huma.MediaType{
		"application/json": {Schema: a.schema(plain)}, ldJSON: {Schema: a.schema(linked)},
	}
}

// neverNull says of lists what is true of all of ours: an empty one is [].
func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == "array" {
		s.Nullable = false
		neverNull(s.Items)
	}
	for _, p := range s.Properties {
		neverNull(p)
	}
}
