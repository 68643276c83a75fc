package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxRequest bounds the body of add-checkpoint: 64 lines of proof and a checkpoint with many signatures.
const maxRequest = 1 << 16

// maxProof is the most proof lines that the protocol allows.
const maxProof = 63

// Server answers add-checkpoint for the logs it was told of. It signs a checkpoint only when the log has signed it and it
// continues, by a proof, the last one signed here; what it signs it has stored durably before.
type Server struct {
	signer *torchwood.CosignatureSigner
	logs   map[string]note.Verifiers
	states *States
	log    *slog.Logger
}

// NewServer returns a witness for the logs whose verifier keys are given. A log's origin is the name of its key; several keys of
// one name are all accepted, as during a rotation.
func NewServer(signer *torchwood.CosignatureSigner, states *States, log *slog.Logger, vkeys ...string) (*Server, error) {
	byOrigin := make(map[string][]note.Verifier)
	for _, vkey := range vkeys {
		v, err := note.NewVerifier(strings.TrimSpace(vkey))
		if err != nil {
			return nil, fmt.Errorf("read key of a log %q: %w", vkey, err)
		}
		byOrigin[v.Name()] = append(byOrigin[v.Name()], v)
	}
	s := &Server{signer: signer, logs: make(map[string]note.Verifiers), states: states, log: log}
	for origin, list := range byOrigin {
		s.logs[origin] = note.VerifierList(list...)
	}
	return s, nil
}

// Handler serves add-checkpoint, and at the root a line for people that says whose witness this is.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", s.serveAdd)
	mux.HandleFunc("GET /{$}", s.serveAbout)
	return mux
}

// answer is what the witness says to a request: a status and a body.
type answer struct {
	status int
	kind   string // content type
	body   []byte
	misfit bool // the log signed what does not continue its own tree, or the proof is bad
}

func refuse(status int, format string, args ...any) answer {
	return answer{status: status, kind: "text/plain; charset=utf-8", body: fmt.Appendf(nil, format+"\n", args...)}
}

func conflict(size int64) answer {
	return answer{status: http.StatusConflict, kind: "text/x.tlog.size", body: fmt.Appendf(nil, "%d\n", size)}
}

func (s *Server) serveAdd(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	a := refuse(http.StatusRequestEntityTooLarge, "the request is longer than %d bytes", maxRequest)
	if err == nil {
		a = s.add(r.Context(), body)
	}
	w.Header().Set("Content-Type", a.kind)
	w.WriteHeader(a.status)
	if _, err := w.Write(a.body); err != nil {
		s.log.DebugContext(r.Context(), "answer was not taken", "error", err)
	}
}

func (s *Server) serveAbout(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "Witness of transparency logs (c2sp.org/tlog-witness)\n%s\n", s.signer.Verifier())
	for origin := range s.logs {
		if last, err := s.states.Last(origin); err == nil {
			fmt.Fprintf(w, "%s %d %s\n", origin, last.N, last.Hash)
		}
	}
}

// add takes one request through the checks of the protocol, in its order.
func (s *Server) add(ctx context.Context, body []byte) answer {
	old, proof, signed, err := parseRequest(body)
	if err != nil {
		return refuse(http.StatusBadRequest, "%v", err)
	}
	origin, _, _ := strings.Cut(string(signed), "\n")
	keys, known := s.logs[origin]
	if !known {
		return refuse(http.StatusNotFound, "this witness does not know the log")
	}
	n, err := note.Open(signed, keys)
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	if errors.As(err, &unverified) || errors.As(err, &invalid) {
		return refuse(http.StatusForbidden, "the checkpoint bears no valid signature of the log")
	}
	if err != nil {
		return refuse(http.StatusBadRequest, "not a signed note: %v", err)
	}
	c, err := torchwood.ParseCheckpoint(n.Text)
	if err != nil || c.Origin != origin || old > c.N {
		return refuse(http.StatusBadRequest, "not a checkpoint of at least the old size")
	}
	var result answer
	err = s.states.Update(origin, func(last tlog.Tree) (State, bool) {
		if a := judge(last, old, c.Tree, proof); a.status != http.StatusOK {
			result = a
			return State{}, false
		}
		return State{Tree: c.Tree, Signed: signed}, true
	})
	if err != nil {
		s.log.ErrorContext(ctx, "state was not stored", "origin", origin, "error", err)
		return refuse(http.StatusInternalServerError, "state was not stored")
	}
	if result.status == 0 {
		return s.cosign(ctx, n.Text)
	}
	if result.misfit {
		s.keepEvidence(ctx, origin, signed)
	}
	return result
}

// judge decides whether tree may follow last.
func judge(last tlog.Tree, old int64, tree tlog.Tree, proof tlog.TreeProof) answer {
	switch {
	case last.N != old:
		return conflict(last.N)
	case old == tree.N && old > 0 && last.Hash != tree.Hash:
		a := conflict(last.N)
		a.misfit = true
		return a
	case (old == 0 || old == tree.N) && len(proof) > 0:
		return refuse(http.StatusUnprocessableEntity, "no proof is wanted here")
	case old > 0 && old < tree.N && tlog.CheckTree(proof, tree.N, tree.Hash, old, last.Hash) != nil:
		a := refuse(http.StatusUnprocessableEntity, "the tree does not continue the one of size %d that this witness signed", old)
		a.misfit = true
		return a
	}
	return answer{status: http.StatusOK}
}

func (s *Server) cosign(ctx context.Context, text string) answer {
	signed, err := note.Sign(&note.Note{Text: text}, s.signer)
	if err != nil {
		s.log.ErrorContext(ctx, "cosignature was not made", "error", err)
		return refuse(http.StatusInternalServerError, "cosignature was not made")
	}
	return answer{status: http.StatusOK, kind: "text/plain; charset=utf-8", body: signed[len(text)+1:]}
}

// keepEvidence stores a checkpoint that the log has signed though it does not fit: together with the last state it proves what
// the log did. Anybody can also send a bad proof for a good checkpoint, so it is a lead and not yet a proof.
func (s *Server) keepEvidence(ctx context.Context, origin string, signed []byte) {
	s.log.WarnContext(ctx, "checkpoint does not continue the last one", "origin", origin)
	if err := s.states.Keep(origin, signed); err != nil {
		s.log.ErrorContext(ctx, "evidence was not stored", "origin", origin, "error", err)
	}
}

// parseRequest reads the body of add-checkpoint.
func parseRequest(body []byte) (old int64, proof tlog.TreeProof, signed []byte, err error) {
	head, signed, ok := bytes.Cut(body, []byte("\n\n"))
	if !ok {
		return 0, nil, nil, errors.New("no empty line before the checkpoint")
	}
	lines := strings.Split(string(head), "\n")
	text, ok := strings.CutPrefix(lines[0], "old ")
	old, numErr := strconv.ParseInt(text, 10, 64)
	if !ok || numErr != nil || old < 0 || strconv.FormatInt(old, 10) != text {
		return 0, nil, nil, errors.New("no old size in the first line")
	}
	if len(lines)-1 > maxProof {
		return 0, nil, nil, fmt.Errorf("more than %d lines of proof", maxProof)
	}
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, nil, fmt.Errorf("line of proof: %w", err)
		}
		proof = append(proof, h)
	}
	return old, proof, signed, nil
}
