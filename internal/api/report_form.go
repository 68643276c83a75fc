package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"ronda"
	"ronda/internal/intake"
)

// readForm reads a body that comes as JSON or as a form with files into v, whose fields are texts, lists of texts and switches. Call done at the end:
// it closes the files.
func (a *api) readForm(c *caller, v any) (files []intake.Upload, done func(), err error) {
	done = func() {}
	switch mediaType(c.r) {
	case "application/json", "":
		return nil, done, a.decode(c, v)
	case "multipart/form-data":
	default:
		return nil, done, ronda.Errorf(ronda.Invalid, "api.media_type", "header.Content-Type")
	}
	// All of it stays in memory, at most maxUpload: an unsealed file of a reporter has no business on a disk.
	if err := c.r.ParseMultipartForm(maxUpload); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, done, errTooLarge
		}
		return nil, done, &ronda.Error{Kind: ronda.Invalid, Code: "api.form_broken", Field: "body", Err: err}
	}
	form := c.r.MultipartForm
	var open []multipart.File
	done = func() {
		for _, f := range open {
			_ = f.Close() // memory
		}
		_ = form.RemoveAll() // nothing was written
	}
	if err := a.fill(v, form.Value); err != nil {
		return nil, done, err
	}
	for name, heads := range form.File {
		if name != "files" {
			return nil, done, unknownField(name)
		}
		for _, h := range heads {
			f, err := h.Open()
			if err != nil {
				return nil, done, fmt.Errorf("open uploaded file: %w", err)
			}
			open = append(open, f)
			files = append(files, intake.Upload{Name: h.Filename, Data: f, Size: h.Size})
		}
	}
	return files, done, nil
}

// fill makes the document that the form stands for and reads it as JSON would be read: one schema, one set of rules.
func (a *api) fill(v any, values map[string][]string) error {
	kinds := map[string]reflect.Kind{}
	t := reflect.TypeOf(v).Elem()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		kinds[name] = t.Field(i).Type.Kind()
	}
	doc := map[string]any{}
	for name, given := range values {
		kind, known := kinds[name]
		if !known {
			return unknownField(name)
		}
		for _, s := range given {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				return ronda.Errorf(ronda.Invalid, "text.broken", name)
			}
		}
		switch kind {
		case reflect.Slice:
			var items []any
			for _, s := range given {
				if s != "" {
					items = append(items, s)
				}
			}
			doc[name] = append([]any{}, items...)
		case reflect.Bool:
			doc[name] = given[0] == "true" || given[0] == "1" || given[0] == "on"
		default:
			if len(given) > 1 {
				return ronda.Errorf(ronda.Invalid, "api.repeated", name)
			}
			doc[name] = given[0]
		}
	}
	if err := a.validate(v, doc); err != nil {
		return err
	}
	data, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("read form: %w", err)
	}
	return json.Unmarshal(data, v)
}

func unknownField(name string) error {
	if len(name) > 100 || !utf8.ValidString(name) {
		name = "body"
	}
	return &ronda.Error{Kind: ronda.Invalid, Code: "api.invalid", Fields: []*ronda.Error{ronda.Errorf(ronda.Invalid, "api.unknown_field", name)}}
}
