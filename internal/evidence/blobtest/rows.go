package blobtest

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"ronda/internal/evidence"
)

// Rows is what the database keeps for evidence, in memory: case keys, upload marks, rows that refer to
// blobs, looks and the home. Each method is one transaction. Processes that share it call Process.
type Rows struct {
	mu      sync.Mutex
	keys    map[string][]byte
	erased  map[string]bool
	marks   map[string]int  // name to generation of its process
	alive   map[int]bool    // generations with a lease
	rows    map[string]bool // names that evidence rows refer to
	looks   []evidence.Look
	homeID  string
	next    int
	LookErr error // what Looked fails with
}

// NewRows makes an empty database.
func NewRows() *Rows {
	return &Rows{keys: map[string][]byte{}, erased: map[string]bool{}, marks: map[string]int{}, alive: map[int]bool{}, rows: map[string]bool{}}
}

// Process is one process on the database, with a lease of its own.
type Process struct {
	*Rows
	generation int
}

// Process starts a process.
func (r *Rows) Process() *Process {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next++
	r.alive[r.next] = true
	return &Process{r, r.next}
}

// End takes the process's lease away, as when it died or hung too long.
func (p *Process) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.alive, p.generation)
}

// ErrStale is the error of a commit whose mark was taken away.
var ErrStale = errors.New("the upload's mark is gone")

// Commit saves a row that refers to blobs.
func (p *Process) Commit(names ...string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, n := range names {
		if g, ok := p.marks[n]; !ok || g != p.generation {
			return ErrStale
		}
	}
	for _, n := range names {
		delete(p.marks, n)
		p.rows[n] = true
	}
	return nil
}

// Mark implements evidence.Marks.
func (p *Process) Mark(_ context.Context, name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.alive[p.generation] {
		return ErrStale
	}
	if _, ok := p.marks[name]; ok || p.rows[name] {
		return evidence.ErrExists
	}
	p.marks[name] = p.generation
	return nil
}

// Release implements evidence.Marks.
func (p *Process) Release(_ context.Context, name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.marks[name] == p.generation {
		delete(p.marks, name)
	}
	return nil
}

// Condemn implements evidence.Marks.
func (p *Process) Condemn(_ context.Context, names []string) ([]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n, g := range p.marks {
		if !p.alive[g] {
			delete(p.marks, n)
		}
	}
	var doomed []string
	for _, n := range names {
		if _, marked := p.marks[n]; !marked && !p.rows[n] {
			doomed = append(doomed, n)
		}
	}
	return doomed, nil
}

// CaseKey implements evidence.KeyRows.
func (r *Rows) CaseKey(_ context.Context, caseID string) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.keys[caseID]
	if !ok {
		return nil, evidence.ErrNoKey
	}
	return bytes.Clone(k), nil
}

// AddCaseKey implements evidence.KeyRows.
func (r *Rows) AddCaseKey(_ context.Context, caseID string, wrapped []byte) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.erased[caseID] {
		return nil, evidence.ErrNoKey
	}
	if k, ok := r.keys[caseID]; ok {
		return bytes.Clone(k), nil
	}
	r.keys[caseID] = bytes.Clone(wrapped)
	return bytes.Clone(wrapped), nil
}

// DeleteCaseKey implements evidence.KeyRows.
func (r *Rows) DeleteCaseKey(_ context.Context, caseID string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.keys, caseID)
	r.erased[caseID] = true
	return nil
}

// Looked implements evidence.LookLog.
func (r *Rows) Looked(_ context.Context, l evidence.Look) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.LookErr != nil {
		return r.LookErr
	}
	r.looks = append(r.looks, l)
	return nil
}

// Looks lists the looks so far.
func (r *Rows) Looks() []evidence.Look {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]evidence.Look(nil), r.looks...)
}

// ClaimHome implements evidence.Homes.
func (r *Rows) ClaimHome(_ context.Context, id string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.homeID == "" {
		r.homeID = id
	}
	return r.homeID, nil
}
