package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// maxSafeInt is the largest integer that every JSON reader keeps exact (RFC 8785 section 3.2.2.3, RFC 7493 section 2.2).
const maxSafeInt = 1<<53 - 1

// errCanonical marks a value that has no canonical form here.
var errCanonical = errors.New("no canonical form")

// appendCanonical appends v as canonical JSON (RFC 8785). It knows only the shapes that entries have: objects with lower-case
// ASCII keys, lists, strings, whole numbers and booleans. Anything else is refused, so that no second spelling can creep in.
func appendCanonical(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return appendCanonicalString(dst, v)
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int64:
		if v > maxSafeInt || v < -maxSafeInt {
			return nil, fmt.Errorf("%w: number %d is not exact in every reader", errCanonical, v)
		}
		return strconv.AppendInt(dst, v, 10), nil
	case []string:
		return appendCanonicalList(dst, v)
	case []any:
		return appendCanonicalList(dst, v)
	case map[string]any:
		return appendCanonicalObject(dst, v)
	}
	return nil, fmt.Errorf("%w: type %T", errCanonical, v)
}

func appendCanonicalList[T any](dst []byte, list []T) ([]byte, error) {
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendCanonical(dst, v); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

func appendCanonicalObject(dst []byte, object map[string]any) ([]byte, error) {
	keys := make([]string, 0, len(object))
	for k := range object {
		if !plainKey(k) {
			return nil, fmt.Errorf("%w: key %q", errCanonical, k)
		}
		keys = append(keys, k)
	}
	slices.Sort(keys) // for ASCII keys the byte order is the UTF-16 order that RFC 8785 asks for
	dst = append(dst, '{')
	for i, k := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '"')
		dst = append(dst, k...)
		dst = append(dst, '"', ':')
		var err error
		if dst, err = appendCanonical(dst, object[k]); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// appendCanonicalString escapes what RFC 8785 section 3.2.2.2 says and nothing else.
func appendCanonicalString(dst []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return nil, fmt.Errorf("%w: string is not UTF-8", errCanonical)
	}
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\b':
			dst = append(dst, '\\', 'b')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\f':
			dst = append(dst, '\\', 'f')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"'), nil
}

// plainKey tells whether k is a key that entries may have: a-z first, then a-z, 0-9 and underscore.
func plainKey(k string) bool {
	if k == "" || len(k) > 48 || k[0] < 'a' || k[0] > 'z' {
		return false
	}
	for i := range len(k) {
		c := k[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}
