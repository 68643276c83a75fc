package ledger

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// shape is what a public field may hold. No shape can hold free text.
type shape int

const (
	shapeCode  shape = iota + 1 // one word of an enumeration: "tiktok", "ite-28-2", "34.04"
	shapeCodes                  // a list of such words
	shapeID                     // the id of a thing of ours
	shapeIDs
	shapeTime  // RFC 3339, microseconds, UTC
	shapeCount // a whole number from 0
	shapeFlag  // true or false
	shapeHash  // SHA-256 of a public document, lower-case hex
)

// timeLayout is RFC 3339 in UTC with exactly six digits of a second: one spelling for each instant.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// publicFields is the closed list, made once from the words below. A field that is not here cannot be logged in the open; adding one is a change of the format
// and belongs in docs/log.md.
var publicFields = func() map[string]shape {
	table := map[shape]string{
		shapeCode: "act authority body category channel clock contest criticised decision disposition exception ground kind level " +
			"measure office outcome pack partner_kind platform policy reason region requester role scope stage status step verdict",
		shapeCodes: "categories exceptions fields grounds measures outcomes policies reasons rules",
		shapeID:    "account appeal assessment case correction evidence item notice panel partner ref rule session",
		shapeIDs:   "items refs",
		shapeTime: "answered_at appealed_at captured_at content_at decided_at due_at effective_at erased_at published_at received_at " +
			"reported_at restored_at sent_at valid_from valid_to",
		shapeCount: "attempt count days hours items_count version warning",
		shapeFlag:  "conflict determined final government late outside_log overdue private split urgent",
		shapeHash:  "pack_sha256 register_sha256 rules_sha256",
	}
	fields := make(map[string]shape)
	for s, names := range table {
		for _, name := range strings.Fields(names) {
			fields[name] = s
		}
	}
	return fields
}()

// sealedFields is the closed list of what is only committed to.
var sealedFields = func() map[string]bool {
	fields := make(map[string]bool)
	for _, name := range strings.Fields("address analysis answer author contact decider document evidence letter_number name note " +
		"quote reason_text recipient reporter reviewer sender text title translation") {
		fields[name] = true
	}
	return fields
}()

// publicValue returns v as it stands in an entry, or says why it may not.
func publicValue(s shape, v any) (any, error) {
	switch s {
	case shapeCode, shapeID, shapeHash:
		return publicWord(s, v)
	case shapeCodes, shapeIDs:
		return publicWords(s, v)
	case shapeTime:
		t, ok := v.(time.Time)
		if !ok {
			return nil, fmt.Errorf("wants a time, not %T", v)
		}
		return formatTime(t)
	case shapeCount:
		n := reflect.ValueOf(v)
		if !n.CanInt() || n.Int() < 0 || n.Int() > maxSafeInt {
			return nil, fmt.Errorf("wants a whole number from 0, not %v", v)
		}
		return n.Int(), nil
	case shapeFlag:
		b, ok := v.(bool)
		if !ok {
			return nil, fmt.Errorf("wants true or false, not %T", v)
		}
		return b, nil
	}
	return nil, fmt.Errorf("has no shape")
}

func publicWord(s shape, v any) (string, error) {
	value := reflect.ValueOf(v)
	if value.Kind() != reflect.String {
		return "", fmt.Errorf("wants a word, not %T", v)
	}
	word := value.String()
	if err := checkWord(s, word); err != nil {
		return "", err
	}
	return word, nil
}

func publicWords(s shape, v any) ([]string, error) {
	list := reflect.ValueOf(v)
	if list.Kind() != reflect.Slice || list.Len() > maxWords {
		return nil, fmt.Errorf("wants a list of at most %d words, not %T", maxWords, v)
	}
	one := shapeCode
	if s == shapeIDs {
		one = shapeID
	}
	words := make([]string, list.Len())
	for i := range words {
		word, err := publicWord(one, list.Index(i).Interface())
		if err != nil {
			return nil, err
		}
		words[i] = word
	}
	return words, nil
}

// maxWords bounds a list in an entry; an act on more addresses than this is several acts.
const maxWords = 256

// checkWord holds a word to the narrow alphabet of codes, ids and hashes. Personal data does not fit through it by accident: no
// blanks, no '@', no '/', and no run of digits alone that could be a phone or identity number.
func checkWord(s shape, word string) error {
	if s == shapeHash {
		if raw, err := hex.DecodeString(word); err != nil || len(raw) != 32 || strings.ToLower(word) != word {
			return fmt.Errorf("wants a SHA-256 in lower-case hex")
		}
		return nil
	}
	if word == "" || len(word) > 80 {
		return fmt.Errorf("wants a word of 1 to 80 letters")
	}
	digits := 0
	for i := range len(word) {
		c := word[i]
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z', s == shapeID && c >= 'A' && c <= 'Z':
		case (c == '.' || c == '_' || c == '-') && i > 0 && i < len(word)-1:
		default:
			return fmt.Errorf("%q has a letter that codes and ids do not have", word)
		}
	}
	if digits == len(word) && digits >= 9 {
		return fmt.Errorf("a number of %d digits may be a person's", digits)
	}
	return nil
}

// formatTime writes t in the one spelling of the log. Years that RFC 3339 cannot hold are refused.
func formatTime(t time.Time) (string, error) {
	t = t.UTC().Truncate(time.Microsecond)
	if t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
		return "", fmt.Errorf("wants a time that is set, not %v", t)
	}
	return t.Format(timeLayout), nil
}
