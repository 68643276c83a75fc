package match

import (
	"encoding/binary"
	"slices"
)

// docInfo is what is known of a document without unpacking it. 16 bytes.
type docInfo struct {
	place uint64 // slab << 32 | offset of its record
	day   int32  // days since 1970, or noDay
	kind  uint8
	alive bool
}

const (
	noDay     = -1 << 31
	slabBytes = 1 << 18
)

// documents holds one packed record for each document: its id, the numbers of
// the words of its title and narration, the hashes of its addresses.
type documents struct {
	info   []docInfo
	slabs  [][]byte
	dead   []int // by slab: bytes of records that nobody needs
	kinds  []DocKind
	free   []uint32 // numbers of deleted documents whose postings are swept away
	doomed []uint64 // bit set: the documents that a running sweep clears away
	live   int
}

func (s *documents) kindNumber(k DocKind) uint8 {
	if i := slices.Index(s.kinds, k); i >= 0 {
		return uint8(i)
	}
	s.kinds = append(s.kinds, k)
	return uint8(len(s.kinds) - 1)
}

// record is a document unpacked.
type record struct {
	id        []byte
	title     []uint32
	narration []uint32
	addresses []uint64
}

// store packs a record and returns where it is. A record that is larger than
// a slab gets one of its own.
func (s *documents) store(buf []byte) uint64 {
	n := len(s.slabs) - 1
	if n < 0 || len(s.slabs[n])+len(buf) > cap(s.slabs[n]) {
		s.slabs = append(s.slabs, make([]byte, 0, max(slabBytes, len(buf))))
		s.dead = append(s.dead, 0)
		n++
	}
	at := len(s.slabs[n])
	s.slabs[n] = append(s.slabs[n], buf...)
	return uint64(n)<<32 | uint64(at)
}

func pack(buf []byte, id string, title, narration []uint32, addresses []uint64) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(id)))
	buf = append(buf, id...)
	buf = packWords(buf, title)
	buf = packWords(buf, narration)
	buf = append(buf, uint8(len(addresses)))
	for _, a := range addresses {
		buf = binary.LittleEndian.AppendUint64(buf, a)
	}
	return buf
}

func packWords(buf []byte, words []uint32) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(words)))
	for _, w := range words {
		buf = binary.AppendUvarint(buf, uint64(w))
	}
	return buf
}

// bytes returns the record of a document, with what follows it in its slab.
func (s *documents) bytes(doc uint32) []byte {
	p := s.info[doc].place
	return s.slabs[p>>32][uint32(p):]
}

func (s *documents) id(doc uint32) []byte {
	b := s.bytes(doc)
	n, k := binary.Uvarint(b)
	return b[k : k+int(n)]
}

// unpack reads the record of a document into r, whose slices it uses again,
// and returns the record's length in bytes.
func (s *documents) unpack(doc uint32, r *record) int {
	b := s.bytes(doc)
	n, at := binary.Uvarint(b)
	r.id = b[at : at+int(n)]
	at += int(n)
	r.title, at = unpackWords(b, at, r.title[:0])
	r.narration, at = unpackWords(b, at, r.narration[:0])
	count := int(b[at])
	at++
	r.addresses = r.addresses[:0]
	for range count {
		r.addresses = append(r.addresses, binary.LittleEndian.Uint64(b[at:]))
		at += 8
	}
	return at
}

func unpackWords(b []byte, at int, dst []uint32) ([]uint32, int) {
	n, k := uvarint(b, at)
	at = k
	for range n {
		var w uint32
		w, at = uvarint(b, at)
		dst = append(dst, w)
	}
	return dst, at
}

// uvarint reads one number; a fast path for one and two bytes, which most
// words have.
func uvarint(b []byte, at int) (uint32, int) {
	c := uint32(b[at])
	if c < 0x80 {
		return c, at + 1
	}
	d := uint32(b[at+1])
	if d < 0x80 {
		return c&0x7f | d<<7, at + 2
	}
	v, n := binary.Uvarint(b[at:])
	return uint32(v), at + n
}
