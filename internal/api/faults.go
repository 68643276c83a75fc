package api

import (
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"ronda"
)

// schemaFaults maps the words of the schema validator to codes with texts of their own in every language. The first that fits wins; the groups
// fill the text's places.
var schemaFaults = []struct {
	re   *regexp.Regexp
	code string
	args []string
}{
	{regexp.MustCompile(`^expected required property (\S+) to be present`), "api.required", []string{"name"}},
	{regexp.MustCompile(`parameter is missing$`), "api.required", nil},
	{regexp.MustCompile(`^unexpected property`), "api.unknown_field", nil},
	{regexp.MustCompile(`^unknown query parameter`), "api.unknown_parameter", nil},
	{regexp.MustCompile(`^expected value to be one of "(.*)"`), "api.one_of", []string{"values"}},
	{regexp.MustCompile(`^expected array length <= (\d+)`), "api.too_many", []string{"limit"}},
	{regexp.MustCompile(`^expected array length >= (\d+)`), "api.too_few", []string{"limit"}},
	{regexp.MustCompile(`^expected length <= (\d+)`), "api.too_long", []string{"limit"}},
	{regexp.MustCompile(`^expected length >= (\d+)`), "api.too_short", []string{"limit"}},
	{regexp.MustCompile(`^expected number ([<>]=? \S+)`), "api.range", []string{"bound"}},
	{regexp.MustCompile(`^expected string to be (RFC.*)`), "api.format", []string{"format"}},
	{regexp.MustCompile(`^expected string to (?:be|match)`), "api.pattern", nil},
	{regexp.MustCompile(`^expected (boolean|number|integer|string|array|object)`), "api.type", []string{"type"}},
	{regexp.MustCompile(`^invalid (boolean|float|integer)`), "api.type", []string{"type"}},
}

// faultsOf turns the validator's findings into errors with codes. Values are not echoed: they may be anybody's data.
func faultsOf(details []*huma.ErrorDetail) []*ronda.Error {
	var out []*ronda.Error
	for _, d := range details {
		e := ronda.Errorf(ronda.Invalid, "api.invalid", d.Location)
		for _, f := range schemaFaults {
			m := f.re.FindStringSubmatch(d.Message)
			if m == nil {
				continue
			}
			e.Code = f.code
			for i, name := range f.args {
				e.With(name, strings.ReplaceAll(m[i+1], `", "`, ", "))
			}
			break
		}
		if name := e.Args["name"]; e.Code == "api.required" && name != "" {
			e.Field = strings.TrimPrefix(d.Location+"."+name, ".")
		}
		out = append(out, e)
	}
	return out
}
