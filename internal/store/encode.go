package store

import (
	"encoding/json"
	"fmt"

	"ronda"
)

// encode makes the JSON that is stored. Text that could not be read back as it was is refused: encoding/json would quietly write U+FFFD
// for broken UTF-8, and a NUL cannot stand in PostgreSQL's text.
func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	if lossy(b) {
		return "", ronda.Errorf(ronda.Invalid, "text.invalid", "")
	}
	return string(b), nil
}

// lossy finds the two escapes that stand for broken text: \u0000, and \ufffd, which the encoder writes for broken UTF-8 only (a real
// U+FFFD is written as itself).
func lossy(doc []byte) bool {
	for i := 0; i+1 < len(doc); i++ {
		if doc[i] != '\\' {
			continue
		}
		if i+6 <= len(doc) {
			if s := string(doc[i : i+6]); s == `\u0000` || s == `\ufffd` {
				return true
			}
		}
		i++
	}
	return false
}

// decode reads stored JSON.
func decode[T any](doc string) (T, error) {
	var v T
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		return v, fmt.Errorf("decode %T: %w", v, err)
	}
	return v, nil
}
