package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a delivery. The first three are those of the Standard Webhooks specification (standardwebhooks.com, 1.0.0), so that its libraries
// can check them; the last names the key.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
	HeaderKey       = "Ronda-Key-Id"
)

// Tolerance is how old a delivery may be, or how far ahead its clock, before a recipient should refuse it.
const Tolerance = 5 * time.Minute

// Errors of Verify.
var (
	ErrSignature = errors.New("signature does not fit")
	ErrStale     = errors.New("timestamp is too far from now")
)

// Sign puts the headers of a delivery on h: its number, which is the same for every try of one notice, the time of this try, and HMAC-SHA256 over
// "id.timestamp.body".
func Sign(h http.Header, key []byte, keyID, id string, at time.Time, body []byte) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, stamp)
	h.Set(HeaderSignature, "v1,"+base64.StdEncoding.EncodeToString(mac(key, id, stamp, body)))
	h.Set(HeaderKey, keyID)
}

// Verify checks a delivery as a recipient must: the signature, then the time. A recipient also remembers the numbers that it has seen for twice
// the tolerance, and takes each once.
func Verify(h http.Header, key []byte, body []byte, now time.Time) (id string, err error) {
	id, stamp := h.Get(HeaderID), h.Get(HeaderTimestamp)
	want := mac(key, id, stamp, body)
	fits := false
	for _, part := range strings.Fields(h.Get(HeaderSignature)) {
		version, sig, _ := strings.Cut(part, ",")
		got, err := base64.StdEncoding.DecodeString(sig)
		fits = fits || (version == "v1" && err == nil && hmac.Equal(got, want))
	}
	if !fits {
		return "", ErrSignature
	}
	sec, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return "", ErrStale
	}
	if off := now.Sub(time.Unix(sec, 0)); off > Tolerance || off < -Tolerance {
		return "", ErrStale
	}
	return id, nil
}

func mac(key []byte, id, stamp string, body []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(id + "." + stamp + "."))
	m.Write(body)
	return m.Sum(nil)
}
