package match

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// WordRate says how a word behaves in pairs of a message and the title that
// answers it. It is fitted like the trees; the file holds a hash of the word's
// key, not the word.
type WordRate struct {
	Kept    float64 // how often a title's word stands in the message that the title answers
	Common  float64 // how often it is met in messages, per word of a message
	Carried float64 // how often a message's word stands in the title that answers it
}

// WordRates holds the rates by the hash of the word's key. Words that are not
// in it have the rates of Default.
type WordRates struct {
	Default WordRate
	byKey   map[uint32]WordRate
}

// rateBytes is the size of one word in the file: 32 bits of hash, and the rates
// as a probability, a logarithm and a probability.
const rateBytes = 7

// The bounds of what a byte can say.
const (
	leastCommon = 1e-6
	commonStep  = 0.06
)

// NewWordRates returns rates by key.
func NewWordRates(def WordRate, byKey map[string]WordRate) *WordRates {
	r := &WordRates{Default: def, byKey: make(map[uint32]WordRate, len(byKey))}
	for key, w := range byKey {
		r.byKey[uint32(hash64([]byte(key)))] = w
	}
	return r
}

// of returns the rates of a key and whether they are its own.
func (r *WordRates) of(key []byte) (WordRate, bool) {
	if r == nil {
		return WordRate{Kept: 0.6, Common: 1e-5, Carried: 0.15}, false
	}
	if w, ok := r.byKey[uint32(hash64(key))]; ok {
		return w, true
	}
	return r.Default, false
}

// MarshalText packs the rates; the default comes first, under the hash 0.
func (r *WordRates) MarshalText() ([]byte, error) {
	var out []byte
	put := func(h uint32, w WordRate) {
		out = binary.LittleEndian.AppendUint32(out, h)
		common := math.Round(math.Log(max(w.Common, leastCommon)/leastCommon) / commonStep)
		out = append(out, byte(math.Round(255*w.Kept)), byte(min(255, common)), byte(math.Round(255*w.Carried)))
	}
	put(0, r.Default)
	for _, h := range sortedHashes(r.byKey) {
		put(h, r.byKey[h])
	}
	return base64.StdEncoding.AppendEncode(nil, out), nil
}

// UnmarshalText reads what MarshalText packed.
func (r *WordRates) UnmarshalText(text []byte) error {
	b, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("decode word rates: %w", err)
	}
	if len(b) < rateBytes || len(b)%rateBytes != 0 {
		return errors.New("decode word rates: the length does not fit")
	}
	r.byKey = make(map[uint32]WordRate, len(b)/rateBytes)
	for i := 0; i < len(b); i += rateBytes {
		w := WordRate{float64(b[i+4]) / 255, leastCommon * math.Exp(commonStep*float64(b[i+5])), float64(b[i+6]) / 255}
		if h := binary.LittleEndian.Uint32(b[i:]); i == 0 {
			r.Default = w
		} else {
			r.byKey[h] = w
		}
	}
	return nil
}

func sortedHashes(m map[uint32]WordRate) []uint32 {
	out := make([]uint32, 0, len(m))
	for h := range m {
		out = append(out, h)
	}
	slices.Sort(out)
	return out
}

// wordTrust is a word's rates as logarithms, so that a query needs none.
type wordTrust struct {
	kept, lost       float32 // log of Kept and of 1-Kept
	carried, dropped float32 // log of Carried and of 1-Carried
	common           float32
	own              bool
}

func (w WordRate) trust(own bool) wordTrust {
	log := func(p float64) float32 { return float32(math.Log(min(max(p, 0.02), 0.98))) }
	return wordTrust{log(w.Kept), log(1 - w.Kept), log(w.Carried), log(1 - w.Carried), float32(w.Common), own}
}
