package match

import "encoding/binary"

// hash64 is a fast hash of short strings that stays the same in every process,
// as snapshots hold it. (Multiply and fold, after wyhash by Wang Yi, public
// domain; it is not meant to withstand an attacker, and everything that relies
// on it for identity compares the bytes as well.)
func hash64(b []byte) uint64 {
	const m = 0x9E3779B97F4A7C15
	h := uint64(len(b)) * m
	for len(b) >= 8 {
		h = mix(h ^ binary.LittleEndian.Uint64(b))
		b = b[8:]
	}
	var tail uint64
	for i, c := range b {
		tail |= uint64(c) << (8 * i)
	}
	return mix(h ^ tail ^ m)
}

func mix(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	return h ^ h>>32
}

// table maps hashes to numbers. A hash may have several numbers: the caller
// tells them apart by what they stand for. The zero table is empty. An entry
// is 8 bytes: 32 bits of the hash, which also give its place, and the number.
type table struct {
	slots []uint64 // hash bits << 32 | number + 1; 0 is free
	used  int      // slots that are not free, graves among them
	live  int
}

const grave = 0xFFFFFFFF

func tag(h uint64) uint64 { return h >> 32 << 32 }

// find calls yield with each number that may belong to h until it returns
// false.
func (t *table) find(h uint64, yield func(n uint32) bool) {
	if len(t.slots) == 0 {
		return
	}
	mask := uint64(len(t.slots) - 1)
	want := tag(h)
	for i := h >> 32 & mask; t.slots[i] != 0; i = (i + 1) & mask {
		s := t.slots[i]
		if tag(s) == want && uint32(s) != grave && !yield(uint32(s)-1) {
			return
		}
	}
}

// add adds a number under h.
func (t *table) add(h uint64, n uint32) {
	if 4*(t.used+1) > 3*len(t.slots) {
		t.rehash()
	}
	t.place(tag(h) | uint64(n+1))
	t.live++
}

func (t *table) place(slot uint64) {
	mask := uint64(len(t.slots) - 1)
	i := slot >> 32 & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = slot
	t.used++
}

// remove takes a number away from h.
func (t *table) remove(h uint64, n uint32) {
	if len(t.slots) == 0 {
		return
	}
	mask := uint64(len(t.slots) - 1)
	want := tag(h) | uint64(n+1)
	for i := h >> 32 & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if t.slots[i] == want {
			t.slots[i] |= grave
			t.live--
			return
		}
	}
}

// rehash makes room and clears graves away.
func (t *table) rehash() {
	size := 64
	for 2*t.live >= size {
		size *= 2
	}
	old := t.slots
	t.slots, t.used = make([]uint64, size), 0
	for _, s := range old {
		if s != 0 && uint32(s) != grave {
			t.place(s)
		}
	}
}
