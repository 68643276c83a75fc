package ronda

import (
	"strings"
	"unicode"
)

// The rules that alerts, fact-checks, kits and official statements share.

// mayPublish asks the table of permissions, the actor's own declared conflicts and the organisation's mandate.
func mayPublish(a Actor, action Action, m Mandate, contest, region string, p *Pack) error {
	if region == "" && contest != "" {
		c, _ := p.Contest(contest)
		region = c.Region
	}
	if err := Can(a, action, Case{Region: region, Contest: contest}, p); err != nil {
		return err
	}
	if m == nil || a.Org == "" {
		return Errorf(Forbidden, "publish.no_mandate", "")
	}
	return m.MayWork(contest, region, p)
}

// trimmed drops blanks around the texts, and languages that hold nothing.
func (t Text) trimmed() Text {
	out := Text{}
	for lang, s := range t {
		if s = strings.TrimSpace(s); s != "" {
			out[lang] = s
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// checkText holds a text to its length in every language; the language at the root of the site must be there.
func checkText(f *faults, field string, t Text, root string, least, most int, code string) {
	t = t.trimmed()
	if len([]rune(t[root])) < least {
		f.add(field, code+"_missing")
		return
	}
	for _, s := range t {
		if len([]rune(s)) > most {
			f.add(field, code+"_long")
			return
		}
	}
}

func checkPlace(f *faults, p *Pack, region, contest, platform string) {
	if _, ok := p.Region(region); !ok && region != "" {
		f.add("region", "publish.region")
	}
	if contest != "" {
		c, ok := p.Contest(contest)
		if !ok || region != "" && !p.Within(region, c.Region) && !p.Within(c.Region, region) {
			f.add("contest", "publish.contest")
		}
	}
	if _, ok := p.Platform(platform); !ok && platform != "" {
		f.add("platform", "publish.platform")
	}
}

// Bounds of the run of words that is a repetition. Shorter runs ("surat suara tercoblos") are how one speaks of the subject.
const (
	repeatLeast = 4
	repeatMost  = 6
)

// Repeats tells whether a text says again, word for word, what goes around: half of the claim in a row, at least four words and at most six,
// or all of a claim of three words. Case, marks and spaces do not matter.
func Repeats(text, claim string) bool {
	words := foldedWords(claim)
	run := min(repeatMost, max(repeatLeast, (len(words)+1)/2), len(words))
	if run < 3 {
		return false
	}
	said := " " + strings.Join(foldedWords(text), " ") + " "
	for i := 0; i+run <= len(words); i++ {
		if strings.Contains(said, " "+strings.Join(words[i:i+run], " ")+" ") {
			return true
		}
	}
	return false
}

func foldedWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// repeatsAny compares every language of a text with what goes around: as it was given, and as the linked check has it.
func repeatsAny(text, claim Text, known FactCheck) bool {
	for _, t := range text {
		for _, c := range claim {
			if Repeats(t, c) {
				return true
			}
		}
		for _, c := range known.Claim {
			if Repeats(t, c) {
				return true
			}
		}
		if Repeats(t, known.Narration) {
			return true
		}
	}
	return false
}
