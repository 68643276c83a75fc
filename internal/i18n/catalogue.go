package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
)

//go:embed messages
var embedded embed.FS

// Catalogue is the set of all texts. It never changes after loading and is safe for concurrent use.
type Catalogue struct {
	languages []string
	texts     map[string]map[string]message // by language, then by key
}

// message is one text, with the form for a count of one where the language has it.
type message struct {
	One, Other string
}

// UnmarshalJSON accepts a plain text or an object with the forms.
func (m *message) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &m.Other)
	}
	var forms map[string]string
	if err := json.Unmarshal(b, &forms); err != nil {
		return fmt.Errorf("read plural forms: %w", err)
	}
	for name, text := range forms {
		switch name {
		case "one":
			m.One = text
		case "other":
			m.Other = text
		default:
			return fmt.Errorf("unknown plural form %q", name)
		}
	}
	return nil
}

// Load reads the texts that are built into the program. The first language is the one at the root of the site.
func Load(languages ...string) (*Catalogue, error) {
	if len(languages) == 0 {
		languages = []string{"id", "en"}
	}
	sub, err := fs.Sub(embedded, "messages")
	if err != nil {
		return nil, fmt.Errorf("open built-in messages: %w", err)
	}
	return LoadFS(sub, languages...)
}

// LoadFS reads <language>/*.json from fsys and checks that all languages say the same things.
func LoadFS(fsys fs.FS, languages ...string) (*Catalogue, error) {
	c := &Catalogue{languages: languages, texts: map[string]map[string]message{}}
	for _, lang := range languages {
		files, err := fs.Glob(fsys, lang+"/*.json")
		if err != nil {
			return nil, fmt.Errorf("list messages of %s: %w", lang, err)
		}
		all := map[string]message{}
		for _, name := range files {
			if err := readFile(fsys, name, all); err != nil {
				return nil, err
			}
		}
		c.texts[lang] = all
	}
	return c, c.compare()
}

func readFile(fsys fs.FS, name string, into map[string]message) error {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read messages: %w", err)
	}
	var area map[string]message
	if err := json.Unmarshal(raw, &area); err != nil {
		return fmt.Errorf("read messages of %s: %w", name, err)
	}
	for key, m := range area {
		if _, twice := into[key]; twice {
			return fmt.Errorf("message %q of %s is defined twice", key, path.Base(name))
		}
		into[key] = m
	}
	return nil
}

// compare fails when one language lacks a key or uses other placeholders than the first language.
func (c *Catalogue) compare() error {
	first := c.texts[c.languages[0]]
	for _, lang := range c.languages[1:] {
		other := c.texts[lang]
		for key, m := range first {
			o, ok := other[key]
			if !ok {
				return fmt.Errorf("message %q is missing in %s", key, lang)
			}
			if a, b := slots(m.Other), slots(o.Other); !slices.Equal(a, b) {
				return fmt.Errorf("message %q has placeholders %v in %s and %v in %s", key, a, c.languages[0], b, lang)
			}
		}
		for key := range other {
			if _, ok := first[key]; !ok {
				return fmt.Errorf("message %q is missing in %s", key, c.languages[0])
			}
		}
	}
	return nil
}

var slotRE = regexp.MustCompile(`\{[a-z_]+\}`)

func slots(s string) []string {
	found := slotRE.FindAllString(s, -1)
	sort.Strings(found)
	return slices.Compact(found)
}

// Languages lists the languages, the one at the root of the site first.
func (c *Catalogue) Languages() []string { return c.languages }

// Keys lists all keys in order.
func (c *Catalogue) Keys() []string {
	keys := make([]string, 0, len(c.texts[c.languages[0]]))
	for k := range c.texts[c.languages[0]] {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Printer writes in one language. Times without a zone of their own are shown in zone.
func (c *Catalogue) Printer(lang string, zone *time.Location) Printer {
	if _, ok := c.texts[lang]; !ok {
		lang = c.languages[0]
	}
	if zone == nil {
		zone = time.UTC
	}
	return Printer{catalogue: c, Lang: lang, Zone: zone}
}

// Printer writes texts, numbers and times in one language.
type Printer struct {
	catalogue *Catalogue
	Lang      string
	Zone      *time.Location
}

// Has tells whether there is a text for the key.
func (p Printer) Has(key string) bool {
	_, ok := p.catalogue.texts[p.Lang][key]
	return ok
}

// T returns the text for key with its placeholders filled. The arguments are name, value pairs; integers and times are
// written in the language's way, and an integer named "n" chooses between the forms for one and for many. A key that
// does not exist comes back in ⟦brackets⟧: visible, findable and refused by the tests.
func (p Printer) T(key string, args ...any) string {
	m, ok := p.catalogue.texts[p.Lang][key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	text := m.Other
	if len(args) < 2 {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		name := fmt.Sprint(args[i])
		if n, isInt := integer(args[i+1]); isInt && n == 1 && name == "n" && m.One != "" {
			text = m.One
		}
		pairs = append(pairs, "{"+name+"}", p.Value(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Value writes a number, a time or anything else in the way of the language.
func (p Printer) Value(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case time.Time:
		return p.Time(x)
	case float64:
		return p.Decimal(x, 1)
	case fmt.Stringer:
		return x.String()
	}
	if n, ok := integer(v); ok {
		return p.Number(n)
	}
	return fmt.Sprint(v)
}
