// Package factcheck reads known claims from the formats that fact-checkers
// publish (ClaimReview as JSON-LD in a file or a page, Mafindo's JSON, CSV
// with a map of columns) and writes them as ClaimReview. It stands beside the
// matching stage: what it reads is saved by the store and found by match.
//
// A bad row never stops the good ones: it is reported with its line.
package factcheck

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"ronda"
)

// Record is a known claim as it was read.
type Record struct {
	ID        string        `json:"id"`        // stays the same when the same check is read again
	URL       string        `json:"url"`       // of the published check; may be empty in a CSV that has none
	Title     string        `json:"title"`     // the claim that was reviewed
	Narration string        `json:"narration"` // the text that went around; may be empty
	Truth     string        `json:"truth"`     // the correction in one sentence; may be empty
	Verdict   ronda.Verdict `json:"verdict"`
	Date      string        `json:"date"` // YYYY-MM-DD or empty
	Outlet    string        `json:"outlet"`
	OutletURL string        `json:"outlet_url,omitempty"`
	Author    string        `json:"author,omitempty"`
	Language  string        `json:"language,omitempty"` // BCP 47, such as "id"
	Tags      []string      `json:"tags,omitempty"`
	Appearing []string      `json:"appearing,omitempty"` // addresses where the claim went around
	Line      int           `json:"-"`                   // of the file that it was read from
}

// RowError is what is wrong with one row.
type RowError struct {
	Line  int    // of the file, from 1; for JSON the line where the object begins
	Field string // the field at fault, or empty
	Err   error
}

func (e *RowError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("line %d: %v", e.Line, e.Err)
	}
	return fmt.Sprintf("line %d: %s: %v", e.Line, e.Field, e.Err)
}

func (e *RowError) Unwrap() error { return e.Err }

// The limits of a record, in bytes.
const (
	maxTitle     = 1000
	maxNarration = 64 << 10
	maxTruth     = 4000
	maxURL       = 2000
)

var (
	errMissing = errors.New("is missing")
	errTooLong = errors.New("is too long")
	errNotUTF8 = errors.New("is not valid UTF-8 text")
	errAddress = errors.New("is not an http or https address")
	errDate    = errors.New("is not a date such as 2024-11-27")
	errVerdict = errors.New("is not a verdict that is known")
	errColumns = errors.New("has more columns than the first line")
)

// ErrNone says that a file holds no claim that is known to the reader.
var ErrNone = errors.New("there is no ClaimReview and no object of Mafindo in it")

// MissingColumn says that a table has no column for a field that each claim needs.
type MissingColumn string

// Error names the field.
func (m MissingColumn) Error() string {
	return fmt.Sprintf("no column for %s: name it in the map of columns", string(m))
}

// repeated says on which line the same id was first.
type repeated int

func (r repeated) Error() string { return fmt.Sprintf("is the same as that of line %d", int(r)) }

// Code tells what is wrong with a row, for texts in the reader's language: "missing", "long", "encoding", "address", "date", "verdict", "columns",
// "repeated" or "form".
func (e *RowError) Code() string {
	var r repeated
	if errors.As(e.Err, &r) {
		return "repeated"
	}
	for err, code := range map[error]string{errMissing: "missing", errTooLong: "long", errNotUTF8: "encoding", errAddress: "address", errDate: "date",
		errVerdict: "verdict", errColumns: "columns"} {
		if errors.Is(e.Err, err) {
			return code
		}
	}
	return "form"
}

// clean trims a record, gives it an id where it has none, and says what is
// wrong with it. origin is put before a derived id.
func (r *Record) clean(origin string) (field string, err error) {
	for _, f := range []struct {
		name string
		text *string
		most int
	}{{"title", &r.Title, maxTitle}, {"narration", &r.Narration, maxNarration}, {"truth", &r.Truth, maxTruth},
		{"url", &r.URL, maxURL}, {"outlet", &r.Outlet, maxTitle}, {"author", &r.Author, maxTitle}, {"id", &r.ID, 200}} {
		*f.text = strings.TrimSpace(strings.ReplaceAll(*f.text, "\x00", ""))
		if !utf8.ValidString(*f.text) {
			return f.name, errNotUTF8
		}
		if len(*f.text) > f.most {
			return f.name, errTooLong
		}
	}
	if r.Title == "" {
		return "title", errMissing
	}
	if r.Outlet == "" {
		return "outlet", errMissing
	}
	if r.URL != "" {
		u, err := url.Parse(r.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return "url", errAddress
		}
	}
	if r.Verdict == "" {
		return "verdict", errVerdict
	}
	if r.Date != "" {
		day, err := readDate(r.Date)
		if err != nil {
			return "date", err
		}
		r.Date = day
	}
	if r.ID == "" {
		from := r.URL
		if from == "" {
			from = r.Outlet + "\x00" + r.Title
		}
		r.ID = origin + "-" + shortHash(from)
	}
	return "", nil
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:10]))
}

// dateLayouts are the dates that are met, once names of months are English.
var dateLayouts = []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-1-2",
	"2006/1/2", "20060102", "2/1/2006", "2-1-2006", "2.1.2006", "2 January 2006", "2 Jan 2006", "2-Jan-2006", "January 2, 2006", "Jan 2, 2006", time.RFC1123Z, time.RFC1123}

// months brings Indonesian names of months to the English ones.
var months = strings.NewReplacer("januari", "January", "februari", "February", "pebruari", "February", "maret", "March", "april", "April", "juni", "June",
	"juli", "July", "agustus", "August", "september", "September", "oktober", "October", "nopember", "November", "november", "November",
	"desember", "December", "mei", "May", "agu", "Aug", "okt", "Oct", "des", "Dec")

// readDate brings the dates that are met to YYYY-MM-DD. A day before a month is how they are written here.
func readDate(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if day, rest, ok := strings.Cut(s, ", "); ok && !strings.ContainsAny(day, "0123456789") && rest != "" {
		if short, err := readDate(rest); err == nil { // "Rabu, 20 November 2024"
			return short, nil
		}
	}
	for _, text := range []string{s, months.Replace(strings.ToLower(s))} {
		for _, layout := range dateLayouts {
			if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1900 && t.Year() <= 2200 {
				return t.Format(time.DateOnly), nil
			}
		}
	}
	if len(s) > 10 {
		if t, err := time.Parse(time.DateOnly, s[:10]); err == nil && t.Year() >= 1900 && t.Year() <= 2200 {
			return t.Format(time.DateOnly), nil
		}
	}
	if words := strings.Fields(s); len(words) > 3 { // with a time after it
		return readDate(strings.Join(words[:3], " "))
	}
	return "", errDate
}
