package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"ronda"
	"ronda/internal/ledger/witness"
)

// openingFormat is the first member of every opening.
const openingFormat = "ronda-log-opening/1"

// Opening shows sealed fields of one entry to somebody who may see them, a court for instance, with the proof that the entry has
// committed to exactly these values and stands in the log.
type Opening struct {
	Format string        `json:"format"`
	Proof  ProofFile     `json:"proof"`
	Fields []OpenedField `json:"fields"`
}

// OpenedField is a sealed value with the salt that opens its commitment.
type OpenedField struct {
	Field string `json:"field"`
	N     int    `json:"n"`
	Salt  []byte `json:"salt"`
	Value string `json:"value"`
}

// NewOpening opens the sealed fields of an entry that still have their salts: those of the names given, or all. It refuses a
// value that does not match, because then the database was altered.
func NewOpening(proof ProofFile, leaf ronda.Leaf, names ...string) (Opening, error) {
	o := Opening{Format: openingFormat, Proof: proof}
	if string(proof.Leaf) != string(leaf.Bytes) {
		return o, fmt.Errorf("open entry %s: the database holds another entry than the log", leaf.ID)
	}
	sealed, err := Locate(leaf)
	if err != nil {
		return o, err
	}
	for _, s := range sealed {
		if len(names) == 0 || slices.Contains(names, s.Field) {
			o.Fields = append(o.Fields, OpenedField{Field: s.Field, N: s.N, Salt: s.Salt, Value: s.Value})
		}
	}
	if len(o.Fields) == 0 {
		return o, fmt.Errorf("open entry %s: %w, or it was erased", leaf.ID, ErrNotSealed)
	}
	return o, nil
}

// Locate finds for each stored sealed field the commitment that it opens. Values that were erased are simply not there any more;
// one that opens nothing is [ErrMismatch].
func Locate(leaf ronda.Leaf) ([]Sealed, error) {
	entry, err := ParseLeaf(leaf.Bytes)
	if err != nil {
		return nil, fmt.Errorf("locate sealed fields of %s: %w", leaf.ID, err)
	}
	var found []Sealed
	for _, s := range leaf.Sealed {
		n := slices.Index(entry.Sealed[s.Name], Commitment(s.Name, s.Salt, s.Value))
		if n < 0 || len(s.Salt) != SaltSize {
			return found, fmt.Errorf("sealed %s of %s: %w", s.Name, leaf.ID, ErrMismatch)
		}
		found = append(found, Sealed{Entry: leaf.ID, Field: s.Name, N: n, Salt: s.Salt, Value: s.Value})
	}
	return found, nil
}

// ParseOpening reads an opening. It says nothing about whether it holds.
func ParseOpening(data []byte) (Opening, error) {
	var o Opening
	if err := json.Unmarshal(data, &o); err != nil {
		return o, fmt.Errorf("read opening: %w", err)
	}
	if o.Format != openingFormat || o.Proof.Format != proofFormat {
		return o, errors.New("read opening: it is none")
	}
	return o, nil
}

// Check proves that the entry stands in the log and that each value is what it committed to. It returns the witnesses on the
// proof's checkpoint. Errors: [ErrProof], [ErrMismatch], [ErrNotSealed].
func (o Opening) Check(vkeys []string, witnesses []witness.Info) ([]witness.Sighting, error) {
	found, err := o.Proof.Check(vkeys, witnesses)
	if err != nil {
		return nil, err
	}
	for _, f := range o.Fields {
		if err := Open(o.Proof.Leaf, Sealed{Field: f.Field, N: f.N, Salt: f.Salt, Value: f.Value}); err != nil {
			return nil, err
		}
	}
	return found, nil
}
