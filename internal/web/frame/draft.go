package frame

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// Draft names a set of answers that a person carries through the pages of one form, sealed in cookies that only those
// pages receive. So Back and reload keep the answers without any script, and nothing lies on the server before it is sent.
type Draft struct {
	Name string        // of the cookie
	Path string        // of the form without language: "/lapor"
	Life time.Duration // how long unfinished answers stay with the person
}

// ErrDraftTooLong is returned when the answers do not fit into what a browser carries.
var ErrDraftTooLong = errors.New("draft is too long to carry")

// A browser keeps 4,096 bytes a cookie, and common proxies take header lines of 8 KB.
const (
	draftPart  = 3400
	draftParts = 2
)

// LoadDraft reads the answers into v and tells whether there were any.
func (f *Frame) LoadDraft(r *http.Request, d Draft, v any) bool {
	sealed := ""
	for i := range draftParts {
		c, err := r.Cookie(d.part(i))
		if err != nil {
			break
		}
		sealed += c.Value
	}
	return sealed != "" && f.sealer.Open(d.Name, sealed, f.opt.Now(), v) == nil
}

// SaveDraft gives the answers to the person, for the pages of the form in every language.
func (f *Frame) SaveDraft(w http.ResponseWriter, d Draft, v any) error {
	sealed, err := f.sealer.Seal(d.Name, v, f.opt.Now().Add(d.Life))
	if err != nil {
		return err
	}
	if len(sealed) > draftPart*draftParts {
		return ErrDraftTooLong
	}
	f.writeDraft(w, d, sealed)
	return nil
}

// DropDraft takes the answers away.
func (f *Frame) DropDraft(w http.ResponseWriter, d Draft) { f.writeDraft(w, d, "") }

func (f *Frame) writeDraft(w http.ResponseWriter, d Draft, sealed string) {
	for i := range draftParts {
		part := sealed[min(len(sealed), i*draftPart):min(len(sealed), (i+1)*draftPart)]
		for _, lang := range f.opt.Messages.Languages() {
			c := &http.Cookie{Name: d.part(i), Value: part, Path: f.prefix(lang) + d.Path, MaxAge: int(d.Life / time.Second),
				HttpOnly: true, Secure: f.Secure(), SameSite: http.SameSiteLaxMode}
			if part == "" {
				c.MaxAge = -1
			}
			http.SetCookie(w, c)
		}
	}
}

func (d Draft) part(i int) string { return d.Name + strconv.Itoa(i) }
