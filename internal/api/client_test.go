package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// client knows nothing of Ronda but the OpenAPI document: it finds paths, parameters and required fields there, and holds each answer against it.
type client struct {
	t     *testing.T
	base  string
	token string
	doc   map[string]any
}

func newClient(t *testing.T, base, token string) *client {
	t.Helper()
	res, err := http.Get(base + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	c := &client{t: t, base: base, token: strings.TrimPrefix(token, "Authorization: ")}
	if err := json.NewDecoder(res.Body).Decode(&c.doc); err != nil {
		t.Fatal(err)
	}
	return c
}

type object = map[string]any

// at walks down a decoded document.
func at(v any, keys ...string) any {
	for _, k := range keys {
		m, ok := v.(object)
		if !ok {
			return nil
		}
		v = m[k]
	}
	return v
}

// operation finds an operation by its id.
func (c *client) operation(id string) (path, method string, op object) {
	c.t.Helper()
	for path, item := range at(c.doc, "paths").(object) {
		for method, op := range item.(object) {
			if at(op, "operationId") == id {
				return path, strings.ToUpper(method), op.(object)
			}
		}
	}
	c.t.Fatalf("the document has no operation %s", id)
	return "", "", nil
}

// do calls an operation. Arguments fill path, query and header parameters by name; body is sent as JSON. The answer must be as documented.
func (c *client) do(id string, want int, args map[string]string, body any) object {
	c.t.Helper()
	path, method, op := c.operation(id)
	req, err := http.NewRequest(method, c.base, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	query := url.Values{}
	known := map[string]bool{}
	params, _ := op["parameters"].([]any)
	for _, p := range params {
		name := at(p, "name").(string)
		known[name] = true
		value, given := args[name]
		if !given {
			if at(p, "required") == true {
				c.t.Fatalf("%s needs %s", id, name)
			}
			continue
		}
		switch at(p, "in") {
		case "path":
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
		case "query":
			query.Set(name, value)
		case "header":
			req.Header.Set(name, value)
		}
	}
	for name := range args {
		if !known[name] {
			c.t.Fatalf("%s does not know the parameter %s", id, name)
		}
	}
	if op["security"] != nil && c.token != "" {
		req.Header.Set("Authorization", c.token)
	}
	if body != nil {
		schema := at(op, "requestBody", "content", "application/json", "schema")
		if schema == nil {
			c.t.Fatalf("%s takes no JSON", id)
		}
		raw, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		c.check(id+" request", schema, decoded(c.t, raw))
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
		req.Header.Set("Content-Type", "application/json")
	}
	if req.URL, err = url.Parse(c.base + path + "?" + query.Encode()); err != nil {
		c.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode != want {
		c.t.Fatalf("%s: status %d, want %d: %s", id, res.StatusCode, want, raw)
	}
	documented := at(op, "responses", fmt.Sprint(want), "content", strings.Split(res.Header.Get("Content-Type"), ";")[0], "schema")
	if documented == nil {
		c.t.Fatalf("%s: the document says nothing of status %d as %s", id, want, res.Header.Get("Content-Type"))
	}
	out := decoded(c.t, raw)
	c.check(id+" answer", documented, out)
	m, _ := out.(object)
	return m
}

func decoded(t *testing.T, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("read %s: %v", raw, err)
	}
	return v
}

// check holds a value against a schema of the document: types, required and unknown fields, enumerations.
func (c *client) check(where string, schema, v any) {
	c.t.Helper()
	if ref, ok := at(schema, "$ref").(string); ok {
		name := ref[strings.LastIndex(ref, "/")+1:]
		if schema = at(c.doc, "components", "schemas", name); schema == nil {
			c.t.Fatalf("%s: the document lacks %s", where, ref)
		}
	}
	var types []string
	switch x := at(schema, "type").(type) {
	case string:
		types = []string{x}
	case []any:
		for _, y := range x {
			types = append(types, y.(string))
		}
	default:
		return // anything
	}
	if v == nil {
		if !slices.Contains(types, "null") {
			c.t.Errorf("%s: null, want %v", where, types)
		}
		return
	}
	kind := map[bool]string{true: "integer", false: "number"}
	got := ""
	switch x := v.(type) {
	case string:
		got = "string"
	case bool:
		got = "boolean"
	case float64:
		if got = kind[x == float64(int64(x))]; got == "integer" && slices.Contains(types, "number") {
			got = "number"
		}
	case []any:
		got = "array"
		for i, y := range x {
			c.check(fmt.Sprintf("%s[%d]", where, i), at(schema, "items"), y)
		}
	case object:
		got = "object"
		c.checkObject(where, schema, x)
	}
	if !slices.Contains(types, got) {
		c.t.Errorf("%s: %s, want %v", where, got, types)
	}
	if enum, ok := at(schema, "enum").([]any); ok && got != "array" && !slices.Contains(enum, v) {
		c.t.Errorf("%s: %v is none of %v", where, v, enum)
	}
}

func (c *client) checkObject(where string, schema any, x object) {
	c.t.Helper()
	required, _ := at(schema, "required").([]any)
	for _, name := range required {
		if _, ok := x[name.(string)]; !ok {
			c.t.Errorf("%s: %s is required and missing", where, name)
		}
	}
	for name, y := range x {
		switch p := at(schema, "properties", name); {
		case p != nil:
			c.check(where+"."+name, p, y)
		case at(schema, "additionalProperties") == false:
			c.t.Errorf("%s: the document does not know %s", where, name)
		}
	}
}
