package image

// tables find features that look alike without comparing all: each table takes other keyBits bits of a
// descriptor as its key (locality-sensitive hashing: Indyk and Motwani, 1998). Two views of one spot
// differ in about 30 of 256 bits and share a key in one table of 13; two unrelated spots in one of a
// million.
type tables struct {
	heads [numTables][]int32 // by key: last link of its chain, or 0
	links []link             // the first is unused
}

type link struct{ entry, next int32 }

const (
	numTables  = 8
	keyBits    = 20
	leastVotes = 2
)

// keyPlan holds the bits that make each table's key.
var keyPlan = func() (plan [numTables][keyBits]uint8) {
	seed := uint64(20)
	for t := range plan {
		taken := [256]bool{}
		for i := 0; i < keyBits; {
			seed = seed*6364136223846793005 + 1442695040888963407 // Knuth's MMIX generator
			if b := uint8(seed >> 56); !taken[b] {
				taken[b] = true
				plan[t][i] = b
				i++
			}
		}
	}
	return plan
}()

func newTables() tables {
	t := tables{links: make([]link, 1)}
	for i := range t.heads {
		t.heads[i] = make([]int32, 1<<keyBits)
	}
	return t
}

func key(table int, d *bits256) (k uint32) {
	for _, b := range keyPlan[table] {
		k = k<<1 | uint32(d[b/64]>>(b%64)&1)
	}
	return k
}

func (t *tables) add(entry int, fs []feature) {
	for i := range fs {
		for n := range t.heads {
			k := key(n, &fs[i].desc)
			t.links = append(t.links, link{int32(entry), t.heads[n][k]})
			t.heads[n][k] = int32(len(t.links) - 1)
		}
	}
}

// longestChain bounds what one key may cost: features that half of all pictures have tell nothing.
const longestChain = 2000

// votes counts for each entry the features that share a key with one of fs.
func (t *tables) votes(fs []feature) map[int]int {
	out := map[int]int{}
	for i := range fs {
		for n := range t.heads {
			at := t.heads[n][key(n, &fs[i].desc)]
			for steps := 0; at != 0 && steps < longestChain; steps++ {
				out[int(t.links[at].entry)]++
				at = t.links[at].next
			}
		}
	}
	return out
}
