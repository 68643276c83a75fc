package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"

	"ronda/internal/ledger/witness"
)

// proofFormat is the first member of every proof file.
const proofFormat = "ronda-log-proof/1"

// maxProofFile bounds a proof file in bytes: an entry in base64, 64 hashes and a checkpoint.
const maxProofFile = 1 << 18

var (
	// ErrProof says that a proof does not prove its entry.
	ErrProof = errors.New("proof does not hold")
	// ErrProofFile says that something is no proof file.
	ErrProofFile = errors.New("not a proof file")
)

// ProofFile holds all that is needed to check, without the network, that an entry stands in the log: the entry, the hashes that
// lead from it to the root, and the signed checkpoint with this root. What must come from elsewhere is the log's public key.
type ProofFile struct {
	Format     string           `json:"format"`
	Origin     string           `json:"origin"`
	Key        string           `json:"vkey"` // as the log itself states it; compare it with a copy of your own
	Index      int64            `json:"index"`
	Leaf       []byte           `json:"leaf"` // the entry's bytes, in base64
	Hashes     tlog.RecordProof `json:"hashes"`
	Checkpoint string           `json:"checkpoint"`
}

// prove makes the proof of an entry under a checkpoint that covers it.
func prove(ctx context.Context, from getter, c Checkpoint, index int64, vkeys []string) (ProofFile, error) {
	n := index / tileWidth
	bundle, err := getTile(ctx, from, tlog.Tile{H: tileHeight, L: -1, N: n, W: int(min(c.N-n*tileWidth, tileWidth))})
	if err != nil {
		return ProofFile{}, fmt.Errorf("prove entry %d: %w", index, err)
	}
	leaves, err := splitBundle(bundle, int(min(c.N-n*tileWidth, tileWidth)))
	if err != nil {
		return ProofFile{}, fmt.Errorf("prove entry %d: %w", index, err)
	}
	leaf := leaves[index%tileWidth]
	record, err := tlog.ProveRecord(c.N, index, hashes(ctx, from, c.Tree))
	if err != nil {
		return ProofFile{}, fmt.Errorf("prove entry %d: %w", index, err)
	}
	if err := tlog.CheckRecord(record, c.N, c.Hash, index, tlog.RecordHash(leaf)); err != nil {
		return ProofFile{}, fmt.Errorf("prove entry %d: the published bundle does not hold the signed entry: %w", index, err)
	}
	return ProofFile{Format: proofFormat, Origin: c.Origin, Key: vkeys[0], Index: index, Leaf: leaf, Hashes: record,
		Checkpoint: string(c.Signed)}, nil
}

// ParseProof reads a proof file. It says nothing about whether the proof holds.
func ParseProof(data []byte) (ProofFile, error) {
	if len(data) > maxProofFile {
		return ProofFile{}, fmt.Errorf("%w: %d bytes long", ErrProofFile, len(data))
	}
	var p ProofFile
	if err := json.Unmarshal(data, &p); err != nil {
		return ProofFile{}, fmt.Errorf("%w: %w", ErrProofFile, err)
	}
	if p.Format != proofFormat {
		return ProofFile{}, fmt.Errorf("%w: format is %q", ErrProofFile, p.Format)
	}
	return p, nil
}

// Check proves that the entry stands at its number in the log that one of the keys signs, and returns the witnesses on the
// checkpoint. The error is [ErrProof] with the reason.
func (p ProofFile) Check(vkeys []string, witnesses []witness.Info) ([]witness.Sighting, error) {
	keys, err := Verifiers(vkeys...)
	if err != nil {
		return nil, err
	}
	c, err := OpenCheckpoint([]byte(p.Checkpoint), p.Origin, keys)
	if err != nil {
		return nil, fmt.Errorf("%w: checkpoint: %w", ErrProof, err)
	}
	if p.Index < 0 || p.Index >= c.N {
		return nil, fmt.Errorf("%w: the checkpoint has %d entries and none with number %d", ErrProof, c.N, p.Index)
	}
	if err := tlog.CheckRecord(p.Hashes, c.N, c.Hash, p.Index, tlog.RecordHash(p.Leaf)); err != nil {
		return nil, fmt.Errorf("%w: the entry and the hashes do not lead to the signed root", ErrProof)
	}
	found, err := witness.Cosigned(c.Signed, witnesses)
	if err != nil {
		return nil, fmt.Errorf("%w: cosignatures: %w", ErrProof, err)
	}
	return found, nil
}

// TLogProof returns the proof in the text form of c2sp.org/tlog-proof@v1, for other people's tools. The entry is not in it.
func (p ProofFile) TLogProof() []byte {
	return torchwood.FormatProof(p.Index, p.Hashes, []byte(p.Checkpoint))
}

// MarshalIndent writes the proof file as it is offered for download.
func (p ProofFile) MarshalIndent() ([]byte, error) {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write proof file: %w", err)
	}
	return append(data, '\n'), nil
}

// FetchProof makes the proof of an entry from a published log that is elsewhere. The proof is checked before it is returned.
func FetchProof(ctx context.Context, src Source, vkeys []string, index int64) (ProofFile, error) {
	keys, err := Verifiers(vkeys...)
	if err != nil {
		return ProofFile{}, err
	}
	signed, err := src.Get(ctx, checkpointName, maxCheckpoint)
	if err != nil {
		return ProofFile{}, fmt.Errorf("prove entry %d: %w", index, err)
	}
	origin, err := keyOrigin(vkeys[0])
	if err != nil {
		return ProofFile{}, err
	}
	c, err := OpenCheckpoint(signed, origin, keys)
	if err != nil {
		return ProofFile{}, fmt.Errorf("prove entry %d: %w", index, err)
	}
	if index < 0 || index >= c.N {
		return ProofFile{}, fmt.Errorf("prove entry %d: the log has %d entries: %w", index, c.N, ErrNotYet)
	}
	return prove(ctx, src, c, index, vkeys)
}

// Consistent proves that the newer signed checkpoint continues the older one, by hashes out of the published tiles, and returns
// that proof (RFC 6962 section 2.1.2). The error is [ErrProof] when it does not.
func Consistent(ctx context.Context, src Source, vkeys []string, older, newer []byte) (tlog.TreeProof, error) {
	keys, err := Verifiers(vkeys...)
	if err != nil {
		return nil, err
	}
	origin, err := keyOrigin(vkeys[0])
	if err != nil {
		return nil, err
	}
	a, err := OpenCheckpoint(older, origin, keys)
	if err != nil {
		return nil, fmt.Errorf("older checkpoint: %w", err)
	}
	b, err := OpenCheckpoint(newer, origin, keys)
	if err != nil {
		return nil, fmt.Errorf("newer checkpoint: %w", err)
	}
	if a.N > b.N || a.N == b.N && a.Hash != b.Hash {
		return nil, fmt.Errorf("%w: trees of %d and %d entries are two different ones", ErrProof, a.N, b.N)
	}
	if a.N == 0 || a.N == b.N {
		return nil, nil
	}
	proof, err := tlog.ProveTree(b.N, a.N, hashes(ctx, src, b.Tree))
	if err != nil {
		return nil, fmt.Errorf("prove consistency of sizes %d and %d: %w", a.N, b.N, err)
	}
	if err := tlog.CheckTree(proof, b.N, b.Hash, a.N, a.Hash); err != nil {
		return nil, fmt.Errorf("%w: the tree of %d entries is not the beginning of that of %d", ErrProof, a.N, b.N)
	}
	return proof, nil
}
