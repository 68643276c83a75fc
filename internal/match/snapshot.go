package match

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"

	"ronda/internal/fingerprint"
)

// A snapshot is, after the magic and the version of the normal form: the
// cursor, the words in their order, the kinds, then for each document its
// length, kind, day and record, a zero length, and a CRC-32C of all that.
// Postings are worked out again when it is read, which takes less time than
// reading them would.
const snapshotMagic = "RONDAIX1"

// Cursor is the number of the last change that the index holds, as its follower
// set it; a snapshot keeps it.
func (x *Index) Cursor() int64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.cursor
}

// SetCursor notes the number of the last change that the index holds.
func (x *Index) SetCursor(seq int64) {
	x.mu.Lock()
	x.cursor = seq
	x.mu.Unlock()
}

// snapshotChunk is how many documents are written under one lock.
const snapshotChunk = 1000

// Snapshot writes the index for a fast start. Changes go on meanwhile: the
// snapshot holds every change up to its cursor and maybe some later ones,
// which are put again when they are followed.
func (x *Index) Snapshot(w io.Writer) error {
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	out := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<20)
	x.mu.RLock()
	words, docs, kinds := x.dict.words, len(x.docs.info), x.docs.kinds
	head := binary.AppendUvarint([]byte(snapshotMagic), fingerprint.TextVersion)
	head = binary.AppendUvarint(head, uint64(x.cursor))
	x.mu.RUnlock() // words and kinds only grow: what they are now stays as it is
	head = binary.AppendUvarint(head, uint64(words.len()))
	for i := range words.len() {
		head = appendText(head, words.get(uint32(i)))
		if len(head) > 1<<16 {
			out.Write(head) // an error stays in out until Flush
			head = head[:0]
		}
	}
	head = binary.AppendUvarint(head, uint64(len(kinds)))
	for _, k := range kinds {
		head = appendText(head, []byte(k))
	}
	out.Write(head)
	for from := 0; from < docs; from += snapshotChunk {
		out.Write(x.packDocs(from, min(docs, from+snapshotChunk), uint32(words.len()), len(kinds)))
	}
	out.WriteByte(0)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	if _, err := w.Write(sum.Sum(nil)); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return nil
}

func appendText(dst, text []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// packDocs packs some documents. One that has words or a kind that were not
// there when the snapshot began was put after its cursor and is left out.
func (x *Index) packDocs(from, to int, words uint32, kinds int) []byte {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var out []byte
	var r record
	for doc := from; doc < to; doc++ {
		info := &x.docs.info[doc]
		if !info.alive || int(info.kind) >= kinds {
			continue
		}
		size := x.docs.unpack(uint32(doc), &r)
		known := true
		for _, w := range r.title {
			known = known && w < words
		}
		for _, w := range r.narration {
			known = known && w < words
		}
		if known {
			out = binary.AppendUvarint(out, uint64(size)+6)
			out = append(out, 1, info.kind)
			out = binary.LittleEndian.AppendUint32(out, uint32(info.day))
			out = append(out, x.docs.bytes(uint32(doc))[:size]...)
		}
	}
	return out
}

// The errors of Load.
var (
	errNotEmpty = errors.New("the index is not empty")
	errDamaged  = errors.New("the file is damaged")
	errOther    = errors.New("the file is of another version")
)

// Load reads what Snapshot wrote into an empty index. When it fails the index
// stays empty and has to be built from the store.
func (x *Index) Load(r io.Reader) error {
	fresh := NewWith(x.ranker)
	if err := fresh.load(r); err != nil {
		return fmt.Errorf("read snapshot: %w", err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.docs.info) > 0 {
		return fmt.Errorf("read snapshot: %w", errNotEmpty)
	}
	x.dict, x.post, x.docs = fresh.dict, fresh.post, fresh.docs
	x.byID, x.byAddress, x.byExact = fresh.byID, fresh.byAddress, fresh.byExact
	x.cursor = fresh.cursor
	x.counted()
	return nil
}

// loader reads a snapshot and sums it up.
type loader struct {
	r   *bufio.Reader
	sum hash.Hash32
	buf []byte
}

func (l *loader) ReadByte() (byte, error) {
	c, err := l.r.ReadByte()
	if err == nil {
		l.sum.Write([]byte{c})
	}
	return c, err
}

// number reads a number that may not be larger than most.
func (l *loader) number(most uint64) (int, error) {
	n, err := binary.ReadUvarint(l)
	if err != nil || n > most {
		return 0, errDamaged
	}
	return int(n), nil
}

// take reads n bytes, valid until the next call.
func (l *loader) take(n int) ([]byte, error) {
	if cap(l.buf) < n {
		l.buf = make([]byte, n)
	}
	l.buf = l.buf[:n]
	if _, err := io.ReadFull(l.r, l.buf); err != nil {
		return nil, errDamaged
	}
	l.sum.Write(l.buf)
	return l.buf, nil
}

// The largest things that a snapshot may hold.
const (
	maxSnapshotWords = 1 << 28
	maxSnapshotDoc   = 1 << 16
)

func (x *Index) load(r io.Reader) error {
	l := &loader{r: bufio.NewReaderSize(r, 1<<20), sum: crc32.New(crc32.MakeTable(crc32.Castagnoli))}
	magic, err := l.take(len(snapshotMagic))
	if err != nil || string(magic) != snapshotMagic {
		return errOther
	}
	if version, err := l.number(1 << 32); err != nil || version != fingerprint.TextVersion {
		return errOther
	}
	cursor, err := l.number(1<<63 - 1)
	if err != nil {
		return err
	}
	x.cursor = int64(cursor)
	if err := x.loadWords(l); err != nil {
		return err
	}
	if err := x.loadDocs(l); err != nil {
		return err
	}
	x.post.grow(len(x.dict.keyWords))
	want := l.sum.Sum32()
	var got [4]byte
	if _, err := io.ReadFull(l.r, got[:]); err != nil || binary.BigEndian.Uint32(got[:]) != want {
		return errDamaged
	}
	return nil
}

func (x *Index) loadWords(l *loader) error {
	n, err := l.number(maxSnapshotWords)
	if err != nil {
		return err
	}
	for i := range n {
		size, err := l.number(4 * fingerprint.MaxWord)
		if err != nil {
			return err
		}
		w, err := l.take(size)
		if err != nil {
			return err
		}
		if len(w) == 0 || x.dict.add(w, hash64(w)) != uint32(i) {
			return errDamaged // a word twice
		}
	}
	kinds, err := l.number(255)
	if err != nil {
		return err
	}
	for range kinds {
		size, err := l.number(64)
		if err != nil {
			return err
		}
		k, err := l.take(size)
		if err != nil {
			return err
		}
		x.docs.kinds = append(x.docs.kinds, DocKind(k))
	}
	return nil
}

func (x *Index) loadDocs(l *loader) error {
	var a analysis
	for {
		size, err := l.number(maxSnapshotDoc)
		if err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
		b, err := l.take(size)
		if err != nil {
			return err
		}
		if size < 7 || int(b[1]) >= len(x.docs.kinds) {
			return errDamaged
		}
		kind, day := x.docs.kinds[b[1]], int32(binary.LittleEndian.Uint32(b[2:]))
		id, ok := a.fromRecord(b[6:], uint32(x.dict.words.len()))
		doc, free := x.newNumber()
		if !ok || !free {
			return errDamaged
		}
		for i, words := range a.words {
			a.exact[i] = x.exactOf(words)
		}
		x.enter(doc, kind, id, day, &a)
	}
}

// fromRecord fills the words and addresses from a packed record, and returns
// its id; ok is false when it is damaged.
func (a *analysis) fromRecord(b []byte, words uint32) (id string, ok bool) {
	next := func() (uint64, bool) {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return 0, false
		}
		b = b[n:]
		return v, true
	}
	n, ok := next()
	if !ok || n > uint64(len(b)) {
		return "", false
	}
	id, b = string(b[:n]), b[n:]
	for i := range a.words {
		a.words[i] = a.words[i][:0]
		n, ok := next()
		if !ok || n > MaxNarration {
			return "", false
		}
		for range n {
			w, ok := next()
			if !ok || w >= uint64(words) {
				return "", false
			}
			a.words[i] = append(a.words[i], uint32(w))
		}
	}
	if len(b) < 1 || len(b) != 1+8*int(b[0]) {
		return "", false
	}
	a.addresses = a.addresses[:0]
	for b = b[1:]; len(b) > 0; b = b[8:] {
		a.addresses = append(a.addresses, binary.LittleEndian.Uint64(b))
	}
	return id, true
}
