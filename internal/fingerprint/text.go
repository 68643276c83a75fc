// Package fingerprint makes content comparable. It is part of the second stage
// of the flow, between intake and matching: a text gets one normal form
// whatever it wears, tokens, stems and a signature of near-duplicates.
// (Images have their own package below this one.)
//
// Every step is a pure function of its input: the same text gives the same
// fingerprint in every process and every version that keeps TextVersion.
package fingerprint

import (
	"crypto/sha256"
	"strings"
)

// TextVersion names the rules of the normal form. It changes when a change of
// the rules would give stored fingerprints another value.
const TextVersion = 2

// Text is what is known of a text after reading it once.
type Text struct {
	Tokens    []Token
	Addresses []string // web addresses as written, in order
	Disguised int      // tokens that were written to avoid filters
	Truncated bool     // the text had more than MaxTokens tokens
}

// MaxTokens is the most tokens that ReadText takes from a text. A forwarded
// message has 30 to 400; what is beyond 4,000 does not change the answer and
// would only cost time.
const MaxTokens = 4000

// ReadText takes a text apart. What messengers and people put around a message
// that they pass on ("Diteruskan berkali-kali", "Fwd:") is left out, web addresses are collected apart. Start and End of
// the tokens count in the text without that frame.
func ReadText(s string) Text {
	var t Text
	z := NewScanner(withoutFrame(s))
	for z.Next() {
		if len(t.Tokens) == MaxTokens {
			t.Truncated = true
			break
		}
		t.Tokens = append(t.Tokens, Token{
			Text: string(z.Word), Start: z.Start, End: z.End,
			Number: z.Number, Disguised: z.Disguised, Capital: z.Capital,
		})
	}
	t.Addresses = z.Addresses
	t.Tokens = dropChainPhrases(t.Tokens)
	for _, k := range t.Tokens {
		if k.Disguised {
			t.Disguised++
		}
	}
	return t
}

// Normalize returns the normal form of a text: its tokens, lower case and
// without disguise, one space between them.
func Normalize(s string) string {
	return ReadText(s).Normal()
}

// Normal returns the normal form: the tokens with one space between them.
func (t Text) Normal() string {
	var b strings.Builder
	for i, k := range t.Tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(k.Text)
	}
	return b.String()
}

// Exact returns the exact fingerprint: equal for two texts whose normal forms
// are equal. It is not secret; where the fingerprint of a private text is
// kept, key it.
func (t Text) Exact() [32]byte {
	return sha256.Sum256([]byte(t.Normal()))
}
