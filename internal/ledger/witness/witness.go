// Package witness is how others vouch that the public log shows everybody the same tree: both sides of C2SP tlog-witness. A
// [Server] is run by a university or a partner with one command; a [Client] asks one for the log. A witness promises only this:
// each tree it signs continues the one it signed before.
package witness

import (
	"errors"
	"fmt"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

// Party says in whose hands a witness is. Only an independent one counts.
type Party string

// The parties.
const (
	Independent Party = "independent" // neither of the government nor of who runs the log
	Government  Party = "government"
	Operator    Party = "operator"
)

// Info describes a witness, as the log publishes it.
type Info struct {
	Name  string `json:"name"`  // for people: "Universitas …"
	Key   string `json:"vkey"`  // verifier key of its cosignatures; its name tells the witness apart
	URL   string `json:"url"`   // submission prefix; add-checkpoint is below it
	Party Party  `json:"party"` // who says so is the publisher of the list
}

// Check reads the key and refuses a party or an address that makes no sense.
func (i Info) Check() (*torchwood.CosignatureVerifier, error) {
	v, err := torchwood.NewCosignatureVerifier(i.Key)
	if err != nil {
		return nil, fmt.Errorf("read key of witness %q: %w", i.Name, err)
	}
	if i.Party != Independent && i.Party != Government && i.Party != Operator {
		return nil, fmt.Errorf("witness %q: party %q is none of independent, government, operator", i.Name, i.Party)
	}
	if i.URL != "" && !strings.HasPrefix(i.URL, "https://") && !strings.HasPrefix(i.URL, "http://") {
		return nil, fmt.Errorf("witness %q: address %q is not a web address", i.Name, i.URL)
	}
	return v, nil
}

// Sighting is a valid cosignature found on a checkpoint.
type Sighting struct {
	Info
	At int64 // when the witness signed, seconds since 1970
}

// ErrNoText says that a checkpoint is not a signed note.
var ErrNoText = errors.New("not a signed note")

// Cosigned returns which of the witnesses have validly cosigned the checkpoint. A key that is listed twice counts once.
func Cosigned(signed []byte, witnesses []Info) ([]Sighting, error) {
	var found []Sighting
	seen := make(map[string]bool)
	for _, w := range witnesses {
		v, err := w.Check()
		if err != nil {
			return nil, err
		}
		if seen[v.String()] {
			continue
		}
		n, err := note.Open(signed, note.VerifierList(v))
		var unverified *note.UnverifiedNoteError
		var invalid *note.InvalidSignatureError
		if errors.As(err, &unverified) || errors.As(err, &invalid) {
			continue // not signed by this one, or a forged line in its name
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoText, err)
		}
		at, err := torchwood.CosignatureTimestamp(n.Sigs[0])
		if err != nil {
			continue
		}
		seen[v.String()] = true
		found = append(found, Sighting{Info: w, At: at})
	}
	return found, nil
}

// CountIndependent tells how many distinct keys of independent witnesses are among those found.
func CountIndependent(found []Sighting) int {
	n := 0
	for _, s := range found {
		if s.Party == Independent {
			n++
		}
	}
	return n
}
