package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"ronda"
)

// strictJSON is the framework's JSON with the traps closed: broken UTF-8, half surrogates, NUL and names that occur twice are refused instead of
// quietly repaired, because what is stored must be what was sent.
var strictJSON = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	},
	Unmarshal: func(data []byte, v any) error {
		if _, first := v.(*any); first { // the framework reads twice: once to validate, once into the struct
			if err := checkJSON(data); err != nil {
				return err
			}
		}
		return json.Unmarshal(data, v)
	},
}

// maxDepth bounds the nesting of a document; ours need five levels.
const maxDepth = 32

// checkJSON refuses a document that cannot be stored as it was sent. The error's text is safe to show: it holds no value.
func checkJSON(data []byte) error {
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	for values := 0; ; {
		tok, err := dec.ReadToken()
		if errors.Is(err, io.EOF) && values == 1 {
			return nil
		}
		var syntax *jsontext.SyntacticError
		if errors.As(err, &syntax) {
			return fmt.Errorf("%s: %w", place(string(syntax.JSONPointer)), syntax.Err)
		}
		if err != nil {
			return err
		}
		if dec.StackDepth() > maxDepth {
			return errors.New("nested too deeply")
		}
		if tok.Kind() == '"' && strings.ContainsRune(tok.String(), 0) {
			return fmt.Errorf("%s: text with a NUL character", place(string(dec.StackPointer())))
		}
		if dec.StackDepth() == 0 {
			if values++; values > 1 {
				return errors.New("more than one value")
			}
		}
	}
}

func place(pointer string) string {
	if pointer == "" {
		return "document"
	}
	return pointer
}

// decode reads the JSON body of a request that may also come as a form, checks it against the schema of v and fills v.
func (a *api) decode(c *caller, v any) error {
	data, err := io.ReadAll(c.r.Body)
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	if len(data) == 0 {
		return ronda.Errorf(ronda.Invalid, "api.body_missing", "body")
	}
	var parsed any
	if err := strictJSON.Unmarshal(data, &parsed); err != nil {
		return &Problem{Type: "about:blank", Title: "Bad Request", Status: 400, Code: "api.json_broken", Detail: c.text.T("error.api.json_broken"),
			Errors: []Fault{{Location: "body", Code: "api.json_broken", Message: err.Error()}}}
	}
	if err := a.validate(v, parsed); err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return ronda.Errorf(ronda.Invalid, "api.json_broken", "body")
	}
	return nil
}

// validate checks a parsed document against the schema of the type of v, the one that the OpenAPI document shows.
func (a *api) validate(v, parsed any) error {
	var res huma.ValidateResult
	path := huma.NewPathBuffer([]byte("body"), 4)
	huma.Validate(a.registry(), a.schema(v), path, huma.ModeWriteToServer, parsed, &res)
	var details []*huma.ErrorDetail
	for _, err := range res.Errors {
		var d *huma.ErrorDetail
		if errors.As(err, &d) {
			details = append(details, d)
		}
	}
	if len(details) > 0 {
		return &ronda.Error{Kind: ronda.Invalid, Code: "api.invalid", Fields: faultsOf(details)}
	}
	return nil
}
