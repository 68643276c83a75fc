package ledger

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// leafVersion is the "v" of every entry of this format.
const leafVersion = 1

// ErrLeaf says that bytes are not an entry of the log's format.
var ErrLeaf = errors.New("not an entry of the log")

// Entry is a leaf read back: what everybody can see of an act.
type Entry struct {
	Version int
	Kind    string
	ID      string
	At      time.Time
	Public  map[string]any      // string, int64, bool, []string; times stay text
	Sealed  map[string][]string // commitments in hex
}

// ParseLeaf reads an entry and holds it to the format: canonical bytes, closed lists of fields, each value of its field's shape.
// The kind may be one that this program does not know, since an election can register its own.
func ParseLeaf(leaf []byte) (Entry, error) {
	if len(leaf) > MaxLeaf {
		return Entry{}, fmt.Errorf("%w: %d bytes long", ErrLeaf, len(leaf))
	}
	object, err := decodeObject(leaf)
	if err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	again, err := appendCanonical(nil, object)
	if err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	if !bytes.Equal(again, leaf) {
		return Entry{}, fmt.Errorf("%w: bytes are not canonical JSON", ErrLeaf)
	}
	e, err := entryOf(object)
	if err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	return e, nil
}

func decodeObject(leaf []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(leaf))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	v, err := wholeNumbers(object)
	if err != nil {
		return nil, err
	}
	return v.(map[string]any), nil
}

// wholeNumbers turns the decoder's numbers into int64, the only numbers that entries have.
func wholeNumbers(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		return v.Int64()
	case []any:
		for i := range v {
			x, err := wholeNumbers(v[i])
			if err != nil {
				return nil, err
			}
			v[i] = x
		}
	case map[string]any:
		for k := range v {
			x, err := wholeNumbers(v[k])
			if err != nil {
				return nil, err
			}
			v[k] = x
		}
	}
	return v, nil
}

func entryOf(object map[string]any) (Entry, error) {
	if len(object) != 6 {
		return Entry{}, fmt.Errorf("has %d members, not 6", len(object))
	}
	version, _ := object["v"].(int64)
	if version != leafVersion {
		return Entry{}, fmt.Errorf("has version %v", object["v"])
	}
	e := Entry{Version: leafVersion}
	e.Kind, _ = object["kind"].(string)
	e.ID, _ = object["id"].(string)
	if !plainKey(e.Kind) || checkWord(shapeID, e.ID) != nil {
		return Entry{}, fmt.Errorf("has kind %q and id %q", e.Kind, e.ID)
	}
	at, _ := object["at"].(string)
	var err error
	if e.At, err = parseTime(at); err != nil {
		return Entry{}, fmt.Errorf("at: %w", err)
	}
	if e.Public, err = leafPublic(object["public"]); err != nil {
		return Entry{}, err
	}
	e.Sealed, err = leafSealed(object["sealed"])
	return e, err
}

func leafPublic(v any) (map[string]any, error) {
	fields, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("public is not an object")
	}
	public := make(map[string]any, len(fields))
	for name, value := range fields {
		s, ok := publicFields[name]
		if !ok {
			return nil, fmt.Errorf("%q is not a public field of the log", name)
		}
		if s == shapeTime {
			text, _ := value.(string)
			if _, err := parseTime(text); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			public[name] = text
			continue
		}
		if list, ok := value.([]any); ok {
			value = words(list)
		}
		checked, err := publicValue(s, value)
		if err != nil {
			return nil, fmt.Errorf("%s %w", name, err)
		}
		public[name] = checked
	}
	return public, nil
}

func leafSealed(v any) (map[string][]string, error) {
	fields, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("sealed is not an object")
	}
	sealed := make(map[string][]string, len(fields))
	for name, value := range fields {
		list, ok := value.([]any)
		if !sealedFields[name] || !ok || len(list) == 0 {
			return nil, fmt.Errorf("%q is not a sealed field of the log with its commitments", name)
		}
		for _, c := range words(list) {
			if raw, err := hex.DecodeString(c); err != nil || len(raw) != 32 || checkWord(shapeHash, c) != nil {
				return nil, fmt.Errorf("sealed %s holds what is no commitment", name)
			}
			sealed[name] = append(sealed[name], c)
		}
	}
	return sealed, nil
}

// words returns a decoded list as text; what is no text becomes an empty word, which no shape accepts.
func words(list []any) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i], _ = v.(string)
	}
	return out
}

func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(timeLayout, s)
	if err != nil || t.Format(timeLayout) != s {
		return time.Time{}, fmt.Errorf("%q is not a time as the log writes it", s)
	}
	return t, nil
}
