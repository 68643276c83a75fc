package safefetch

import "errors"

// Reason says which rule refused a request.
type Reason string

// The reasons. Their text may be shown to operators, never to the stranger whose address it was:
// the difference between two refusals maps a network.
const (
	BadURL       Reason = "malformed address"
	BadScheme    Reason = "scheme other than http and https"
	Credentials  Reason = "credentials in the address"
	BadHost      Reason = "host that is no public name"
	BadPort      Reason = "port not allowed"
	BadAddress   Reason = "address outside the public internet"
	Redirects    Reason = "redirect not followed"
	TooLarge     Reason = "answer too large"
	BadType      Reason = "media type not wanted"
	BadEncoding  Reason = "content encoding not understood"
	BadExpansion Reason = "compressed answer expands too much"
)

// Refused is the error of a request that a rule stopped. Other errors of the package are the
// network's.
type Refused struct {
	Reason Reason
	Detail string
}

func (e *Refused) Error() string {
	if e.Detail == "" {
		return "fetch refused: " + string(e.Reason)
	}
	return "fetch refused: " + string(e.Reason) + ": " + e.Detail
}

// IsRefused reports whether err is a refusal for the given reason.
func IsRefused(err error, why Reason) bool {
	var r *Refused
	return errors.As(err, &r) && r.Reason == why
}

func refuse(why Reason, detail string) error { return &Refused{Reason: why, Detail: detail} }
