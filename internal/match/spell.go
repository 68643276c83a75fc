package match

import (
	"slices"

	"ronda/internal/fingerprint"
)

// gramIndex finds the words of the dictionary that are spelled almost like a
// given one: by runs of three letters, and by the consonants, as chat spellings
// leave vowels out ("trjadi").
type gramIndex struct {
	lists  map[uint32][]uint32
	frames table // hash of the consonants -> words
}

// frame appends the first letter and the consonants of a word, doubled ones
// once.
func frame(dst, w []byte) []byte {
	for i, c := range w {
		if i > 0 && (c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'h' || c == dst[len(dst)-1]) {
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// leastFrame is the shortest frame that says something.
const leastFrame = 3

// framed returns up to limit words with the consonants of w that w can be a
// shortened or drawn out spelling of, the most used first.
func (d *dictionary) framed(w []byte, limit int, used func(word uint32) int) []near {
	var buf, other [fingerprint.MaxWord]byte
	if len(w) < leastFrame || len(w) > fingerprint.MaxWord || w[0] >= 0x80 || isNumber(w) {
		return nil
	}
	f := frame(buf[:0], w)
	if len(f) < leastFrame {
		return nil
	}
	var out []near
	tried := 0
	d.grams.frames.find(hash64(f), func(n uint32) bool {
		c := d.words.get(n)
		if string(frame(other[:0], c)) == string(f) && (within(w, c) || within(c, w)) && used(n) > 0 {
			out = append(out, near{n, 1})
		}
		tried++
		return tried < 200
	})
	slices.SortFunc(out, func(a, b near) int { return used(b.word) - used(a.word) })
	return out[:min(limit, len(out))]
}

// within says whether the letters of a stand in b in the same order.
func within(a, b []byte) bool {
	i := 0
	for _, c := range b {
		if i < len(a) && a[i] == c {
			i++
		}
	}
	return i == len(a)
}

const (
	minRespelled = 5 // letters; shorter words have too many neighbours
	maxGramList  = 20000
)

func grams(w []byte, yield func(g uint32)) {
	if len(w) > 24 {
		w = w[:24]
	}
	prev, cur := uint32('^'), uint32(w[0])
	for i := 1; i <= len(w); i++ {
		next := uint32('$')
		if i < len(w) {
			next = uint32(w[i])
		}
		yield(prev<<16 | cur<<8 | next)
		prev, cur = cur, next
	}
}

func (g *gramIndex) add(w []byte, n uint32) {
	if len(w) < minRespelled-1 || w[0] >= '0' && w[0] <= '9' || w[0] >= 0x80 {
		return
	}
	var buf [fingerprint.MaxWord]byte
	if len(w) <= len(buf) {
		if f := frame(buf[:0], w); len(f) >= leastFrame {
			g.frames.add(hash64(f), n)
		}
	}
	if g.lists == nil {
		g.lists = make(map[uint32][]uint32)
	}
	grams(w, func(t uint32) { g.lists[t] = append(g.lists[t], n) })
}

// near is a word that is spelled almost like another.
type near struct {
	word     uint32
	distance int
}

// nearby returns up to limit words within one slip of w (two for nine letters
// or more): a letter missing, added, exchanged, or two swapped. A word that
// usable refuses is passed over.
func (d *dictionary) nearby(w []byte, limit int, usable func(word uint32) bool) []near {
	if len(w) < minRespelled || len(w) > fingerprint.MaxWord || w[0] >= 0x80 || w[0] >= '0' && w[0] <= '9' {
		return nil
	}
	allowed := 1
	if len(w) >= 9 {
		allowed = 2
	}
	var lists [][]uint32
	grams(w, func(t uint32) {
		if l := d.grams.lists[t]; len(l) > 0 {
			lists = append(lists, l)
		}
	})
	slices.SortFunc(lists, func(a, b []uint32) int { return len(a) - len(b) })
	// A slip breaks at most four runs, so a word within reach shares one of
	// the five (nine) rarest runs that are known at all.
	if most := 4*allowed + 1; len(lists) > most {
		lists = lists[:most]
	}
	var out []near
	seen := make(map[uint32]struct{}, 64)
	for _, l := range lists {
		if len(l) > maxGramList {
			break
		}
		for _, n := range l {
			c := d.words.get(n)
			if len(c) > len(w)+allowed || len(c)+allowed < len(w) {
				continue
			}
			if _, ok := seen[n]; ok {
				continue
			}
			seen[n] = struct{}{}
			if dist := slips(w, c, allowed); dist <= allowed && usable(n) {
				out = append(out, near{n, dist})
			}
		}
	}
	slices.SortFunc(out, func(a, b near) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return int(a.word) - int(b.word)
	})
	return out[:min(len(out), limit)]
}

// slips is the number of letters added, left out, exchanged or swapped with
// their neighbour between a and b (optimal string alignment), or most+1 when
// it is more than most.
func slips(a, b []byte, most int) int {
	var rows [3][fingerprint.MaxWord + 2]int
	if len(a) > fingerprint.MaxWord || len(b) > fingerprint.MaxWord {
		return most + 1
	}
	two, one, cur := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			v := min(one[j]+1, cur[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				v = min(v, two[j-2]+1)
			}
			cur[j] = v
			best = min(best, v)
		}
		if best > most {
			return most + 1
		}
		two, one, cur = one, cur, two
	}
	return one[len(b)]
}
