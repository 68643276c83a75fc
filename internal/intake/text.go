package intake

import (
	"errors"
	"strconv"
	"strings"

	"ronda"
	"ronda/internal/mask"
)

// cleanText validates a text at the edge and turns the refusal into words for its field.
func cleanText(s string, limit int, field string) (string, error) {
	out, err := mask.Clean(s, limit)
	switch {
	case err == nil:
		return out, nil
	case errors.Is(err, mask.ErrTooLong):
		return "", ronda.Errorf(ronda.Invalid, "text.too_long", field).With("limit", strconv.Itoa(limit))
	default:
		return "", ronda.Errorf(ronda.Invalid, "text.broken", field)
	}
}

// looksLikeAddress tells whether a whole text is meant as one address: one word with a dot or a scheme.
func looksLikeAddress(s string) bool {
	return !strings.ContainsAny(s, " \n\t") && (strings.Contains(s, "://") || strings.Contains(s, ".")) && len(s) < 4096
}
