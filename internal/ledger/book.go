package ledger

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind is a registered kind of act with the public fields that it must carry. All kinds share the one closed list of fields.
type Kind struct {
	Name     string
	Requires []string
}

// Book says what may be entered in the log: the kinds of act, and for some fields the only words that they may hold. Make it
// with [NewBook], register what the election adds before the server starts, and only read it afterwards.
type Book struct {
	kinds map[string]Kind
	words map[string]map[string]bool
}

// NewBook returns the book with the kinds of act of every election.
func NewBook() *Book {
	b := &Book{kinds: make(map[string]Kind), words: make(map[string]map[string]bool)}
	for _, line := range []string{
		"notice_flag case notice platform",
		"notice_request case notice authority",
		"notice_order case notice platform authority sent_at", // the clock runs from receipt, which is an entry of its own
		"warning notice platform warning",
		"recommendation notice platform", // blocking is recommended at most, and never carried out
		"receipt notice received_at",
		"answer notice item outcome",
		"recheck notice item outcome", // what was seen later at an address that was answered as taken down
		"withdrawal notice reason",
		"appeal appeal item",
		"appeal_decision appeal decision",
		"restoration item",
		"correction ref",
		"alert ref level",
		"official_statement ref authority version",
		"fact_check verdict",
		"referral case body",
		"accreditation partner partner_kind decision",
		"suspension partner reason",
		"rules_change pack pack_sha256",
		"statement platform outside_log", // an order that a platform received elsewhere
		"erasure ref fields",
		"campaign_register contest authority region version register_sha256",
		"campaign_mark contest authority region rule decision ref",
		"key_change effective_at",
	} {
		words := strings.Fields(line)
		b.kinds[words[0]] = Kind{Name: words[0], Requires: words[1:]}
	}
	return b
}

// Register adds a kind of act. It refuses a name that is taken or no plain key, and fields that are not on the closed list.
func (b *Book) Register(k Kind) error {
	if !plainKey(k.Name) {
		return fmt.Errorf("register kind %q: not a plain name", k.Name)
	}
	if _, taken := b.kinds[k.Name]; taken {
		return fmt.Errorf("register kind %q: registered already", k.Name)
	}
	for _, f := range k.Requires {
		if _, ok := publicFields[f]; !ok {
			return fmt.Errorf("register kind %q: %q is not a public field of the log", k.Name, f)
		}
	}
	b.kinds[k.Name] = k
	return nil
}

// Allow limits a field that holds words to those given, for instance platforms to those of the election. A second call adds.
func (b *Book) Allow(field string, words ...string) error {
	s, ok := publicFields[field]
	if !ok || s != shapeCode && s != shapeCodes {
		return fmt.Errorf("allow words: %q is not a public field of words", field)
	}
	if b.words[field] == nil {
		b.words[field] = make(map[string]bool)
	}
	for _, w := range words {
		if err := checkWord(shapeCode, w); err != nil {
			return fmt.Errorf("allow words of %s: %w", field, err)
		}
		b.words[field][w] = true
	}
	return nil
}

// Kinds lists the registered kinds by name.
func (b *Book) Kinds() []string { return slices.Sorted(maps.Keys(b.kinds)) }

// checkPublic turns the public fields of an act into what stands in its entry.
func (b *Book) checkPublic(kind Kind, fields map[string]any) (map[string]any, error) {
	public := make(map[string]any, len(fields))
	for name, v := range fields {
		s, ok := publicFields[name]
		if !ok {
			return nil, fmt.Errorf("field %q is not a public field of the log", name)
		}
		value, err := publicValue(s, v)
		if err != nil {
			return nil, fmt.Errorf("field %q %w", name, err)
		}
		if err := b.checkWords(name, value); err != nil {
			return nil, err
		}
		public[name] = value
	}
	for _, name := range kind.Requires {
		if _, ok := public[name]; !ok {
			return nil, fmt.Errorf("field %q is missing", name)
		}
	}
	return public, nil
}

func (b *Book) checkWords(name string, value any) error {
	allowed := b.words[name]
	if allowed == nil {
		return nil
	}
	words, ok := value.([]string)
	if !ok {
		words = []string{value.(string)}
	}
	for _, w := range words {
		if !allowed[w] {
			return fmt.Errorf("field %q: %q is not one of its words", name, w)
		}
	}
	return nil
}
