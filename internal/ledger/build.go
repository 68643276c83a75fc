package ledger

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"ronda"
)

// Act is an official act in the words of the log.
type Act = ronda.LogAct

// Sealed opens one commitment of an entry. It is stored apart from the entry and can be erased; the entry stays.
type Sealed struct {
	Entry string // Act.ID
	Field string
	N     int    // place among the entry's values of this field, from 0
	Salt  []byte // 32 random bytes of its own
	Value string
}

// MaxLeaf is the longest entry in bytes that a tlog-tiles entry bundle can carry.
const MaxLeaf = 1<<16 - 1

// ErrRefused says that an act cannot be entered as it is: an unknown kind or field, or a value that the field may not hold.
// It is a mistake in the program that makes acts, never of the person who acts.
var ErrRefused = errors.New("not fit for the log")

// Build makes the entry of an act with the kinds of every election: see [Book.Build].
func Build(act Act, rand io.Reader) (leaf []byte, sealed []Sealed, err error) {
	return NewBook().Build(act, rand)
}

// Build makes the bytes of the entry that an act owes, and the rows that open its commitments, with salts from rand (32 bytes
// for each value; use crypto/rand.Reader). Made a second time the bytes would differ, so they are stored once and kept.
// Any field outside the closed lists, and any value that does not fit its field, is refused with [ErrRefused].
func (b *Book) Build(act Act, rand io.Reader) (leaf []byte, sealed []Sealed, err error) {
	kind, ok := b.kinds[act.Kind]
	if !ok {
		return nil, nil, fmt.Errorf("%w: kind %q is not registered", ErrRefused, act.Kind)
	}
	if err := checkWord(shapeID, act.ID); err != nil {
		return nil, nil, fmt.Errorf("%w: id of %s %w", ErrRefused, act.Kind, err)
	}
	at, err := formatTime(act.At)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: time of %s %s %w", ErrRefused, act.Kind, act.ID, err)
	}
	public, err := b.checkPublic(kind, act.Public)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s %s: %w", ErrRefused, act.Kind, act.ID, err)
	}
	commitments, sealed, err := seal(act, rand)
	if err != nil {
		return nil, nil, fmt.Errorf("seal %s %s: %w", act.Kind, act.ID, err)
	}
	leaf, err = appendCanonical(nil, map[string]any{
		"v": int64(leafVersion), "kind": act.Kind, "id": act.ID, "at": at, "public": public, "sealed": commitments,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s %s: %w", ErrRefused, act.Kind, act.ID, err)
	}
	if len(leaf) > MaxLeaf {
		return nil, nil, fmt.Errorf("%w: %s %s: entry of %d bytes is longer than %d", ErrRefused, act.Kind, act.ID, len(leaf), MaxLeaf)
	}
	return leaf, sealed, nil
}

// Leaf builds the row set of an act as the store saves it in the act's transaction. The case and the notice are those that the
// act names in the open.
func (b *Book) Leaf(act Act, rand io.Reader) (ronda.Leaf, error) {
	leaf, sealed, err := b.Build(act, rand)
	if err != nil {
		return ronda.Leaf{}, err
	}
	row := ronda.Leaf{ID: act.ID, Kind: act.Kind, At: act.At.UTC(), Bytes: leaf, Sealed: make([]ronda.SealedField, len(sealed))}
	row.Case, _ = publicWord(shapeID, act.Public["case"])
	row.Notice, _ = publicWord(shapeID, act.Public["notice"])
	for i, s := range sealed {
		row.Sealed[i] = ronda.SealedField{Name: s.Field, Salt: s.Salt, Value: s.Value}
	}
	return row, nil
}

// seal commits to each sealed value under a fresh salt, keeping the order of values within a field.
func seal(act Act, rand io.Reader) (map[string]any, []Sealed, error) {
	commitments := make(map[string]any)
	sealed := make([]Sealed, 0, len(act.Sealed))
	for _, s := range act.Sealed {
		if !sealedFields[s.Field] {
			return nil, nil, fmt.Errorf("%w: %q is not a sealed field of the log", ErrRefused, s.Field)
		}
		if !utf8.ValidString(s.Value) {
			return nil, nil, fmt.Errorf("%w: sealed %s is not UTF-8", ErrRefused, s.Field)
		}
		salt := make([]byte, SaltSize)
		if _, err := io.ReadFull(rand, salt); err != nil {
			return nil, nil, fmt.Errorf("draw salt: %w", err)
		}
		list, _ := commitments[s.Field].([]string)
		row := Sealed{Entry: act.ID, Field: s.Field, N: len(list), Salt: salt, Value: s.Value}
		commitments[s.Field] = append(list, Commitment(row.Field, row.Salt, row.Value))
		sealed = append(sealed, row)
	}
	return commitments, sealed, nil
}
