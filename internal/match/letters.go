package match

// mostPattern is how many letters a pattern has at most: one bit of a machine word for each.
const mostPattern = 64

// pattern is a row of letters that is looked for with slips, after Myers, "A fast bit-vector algorithm for approximate string
// matching based on dynamic programming" (1999).
type pattern struct {
	at   [256]uint64 // by letter: its places
	used []byte      // the letters that at is set for
	n    int
}

// set makes the first letters of s the pattern.
func (p *pattern) set(s []byte) {
	for _, c := range p.used {
		p.at[c] = 0
	}
	p.used = p.used[:0]
	p.n = min(len(s), mostPattern)
	for i, c := range s[:p.n] {
		if p.at[c] == 0 {
			p.used = append(p.used, c)
		}
		p.at[c] |= 1 << i
	}
}

// slips is the least number of letters that must be put in, left out or changed so that the pattern stands somewhere in the text.
func (p *pattern) slips(text []byte) int {
	if p.n == 0 {
		return 0
	}
	plus, minus := ^uint64(0), uint64(0)
	last := uint64(1) << (p.n - 1)
	now, least := p.n, p.n
	for _, c := range text {
		eq := p.at[c]
		vertical := eq | minus
		horizontal := ((eq & plus) + plus) ^ plus | eq
		up := minus | ^(horizontal | plus)
		down := plus & horizontal
		switch {
		case up&last != 0:
			now++
		case down&last != 0:
			now--
			least = min(least, now)
		}
		up <<= 1 // nothing is carried in: the pattern may begin anywhere in the text
		down <<= 1
		plus = down | ^(vertical | up)
		minus = up & vertical
	}
	return least
}

// likeness is the share of the pattern's letters that stand in the text in their order, 0 to 1.
func (p *pattern) likeness(text []byte) float32 {
	if p.n == 0 {
		return 0
	}
	return 1 - float32(p.slips(text))/float32(p.n)
}

// spell appends the letters of numbered words.
func (d *dictionary) spell(dst []byte, words []uint32, most int) []byte {
	for _, w := range words {
		if len(dst) >= most {
			break
		}
		dst = append(dst, d.words.get(w)...)
	}
	return dst
}

// A narration is compared with messages of up to shortMessage letters: of a longer one the words say enough. Of a narration and of a
// message mostSpelled letters are looked at.
const (
	shortMessage = 160
	mostSpelled  = 600
)

// spellQuery makes the first letters of the query the pattern. Words that carry no story count too: in a message that was cut to a
// few words they are half of what is left.
func (x *Index) spellQuery(q *query) {
	q.letters = q.letters[:0]
	for i := range q.text.Tokens {
		if len(q.letters) > mostSpelled {
			break
		}
		q.letters = append(q.letters, q.text.Tokens[i].Text...)
	}
	q.lead.set(q.letters)
}

// describeLetters says whether the title's letters stand in the query in their order, and the query's first letters in the narration
// or the title: that finds a message again of which a few words are left, each with a mistake.
func (x *Index) describeLetters(q *query, f *features) {
	text := x.dict.spell(q.spelled[:0], q.rec.title, mostSpelled)
	q.title.set(text)
	f[fNearTitle] = q.title.likeness(q.letters)
	if len(q.rec.narration) > 0 && len(q.letters) <= shortMessage {
		text = x.dict.spell(text[:0], q.rec.narration, mostSpelled)
	}
	f[fNearText] = q.lead.likeness(text)
	f[fNearGap] = max(f[fNearTitle], f[fNearText])
	q.spelled = text
}
