package match

import (
	"math"

	"ronda/internal/fingerprint"
)

// dictionary numbers the words of all documents in the order of their first
// appearance, so that frequent words have small numbers. Each word knows the
// number of the key that it is compared by (its stem); words that carry no
// story have none. It only grows.
type dictionary struct {
	words    arena
	wordKey  []uint32 // by word: key number, or noKey
	keys     arena
	byWord   table
	byKey    table
	grams    gramIndex
	keyWords []uint32    // by key: the word that it was first seen as
	keyCap   []float32   // by key: the most that its rarity may count
	trust    []wordTrust // by key
	rates    *WordRates
	related  map[uint32][]uint32 // by key: the keys that tell the same in other words
	scratch  []byte
}

const noKey = ^uint32(0)

// arena holds many short strings end to end.
type arena struct {
	bytes []byte
	ends  []uint32
}

func (a *arena) add(s []byte) uint32 {
	a.bytes = append(a.bytes, s...)
	a.ends = append(a.ends, uint32(len(a.bytes)))
	return uint32(len(a.ends) - 1)
}

func (a *arena) get(n uint32) []byte {
	start := uint32(0)
	if n > 0 {
		start = a.ends[n-1]
	}
	return a.bytes[start:a.ends[n]]
}

func (a *arena) len() int { return len(a.ends) }

// word returns the number of a word, if it has one.
func (d *dictionary) word(w []byte, h uint64) (n uint32, ok bool) {
	d.byWord.find(h, func(c uint32) bool {
		if string(d.words.get(c)) == string(w) {
			n, ok = c, true
			return false
		}
		return true
	})
	return n, ok
}

// key returns the number of a key, if it has one.
func (d *dictionary) key(k []byte) (n uint32, ok bool) {
	d.byKey.find(hash64(k), func(c uint32) bool {
		if string(d.keys.get(c)) == string(k) {
			n, ok = c, true
			return false
		}
		return true
	})
	return n, ok
}

// add returns the number of a word and gives it one if it has none.
func (d *dictionary) add(w []byte, h uint64) uint32 {
	if n, ok := d.word(w, h); ok {
		return n
	}
	n := d.words.add(w)
	d.byWord.add(h, n)
	if fingerprint.IsStop(w) {
		d.wordKey = append(d.wordKey, noKey)
		return n
	}
	d.scratch = fingerprint.Key(d.scratch[:0], w)
	k, ok := d.key(d.scratch)
	if !ok {
		k = d.keys.add(d.scratch)
		d.byKey.add(hash64(d.scratch), k)
		d.keyWords = append(d.keyWords, n)
		d.relate(k)
		most, ok := fingerprint.CommonRarity(d.scratch)
		if !ok {
			most = math.MaxFloat32
		}
		d.keyCap = append(d.keyCap, most)
		rate, own := d.rates.of(d.scratch)
		d.trust = append(d.trust, rate.trust(own))
	}
	d.wordKey = append(d.wordKey, k)
	d.grams.add(w, n)
	return n
}

// relate notes which known keys tell the same as a new one in other words.
func (d *dictionary) relate(k uint32) {
	for _, r := range fingerprint.RelatedKeys(d.keys.get(k)) {
		other, ok := d.key([]byte(r))
		if !ok || other == k {
			continue
		}
		if d.related == nil {
			d.related = make(map[uint32][]uint32)
		}
		d.related[k] = append(d.related[k], other)
		d.related[other] = append(d.related[other], k)
	}
}
