package ronda

import (
	"slices"
	"strings"
	"time"
)

// RequestState says what became of a request to erase.
type RequestState string

// The states of a request.
const (
	RequestOpen    RequestState = "open"
	RequestGranted RequestState = "granted"
	RequestRefused RequestState = "refused"
)

// ErasureRequest asks for somebody's data to be erased before its time. Whoever enters it names a code and a reason and is shown nothing. Two people of
// the office that holds the case grant it, or one refuses with a reason; nobody decides their own request. An account goes by two administrators.
type ErasureRequest struct {
	ID        string          `json:"id"`
	Version   int64           `json:"version"`
	State     RequestState    `json:"state"`
	Scope     ErasureScope    `json:"scope"`
	Ref       string          `json:"ref"`
	Case      string          `json:"case,omitempty"`
	Number    string          `json:"number,omitempty"` // of the case, for people
	Kinds     []RetentionKind `json:"kinds"`
	Reason    string          `json:"reason"` // gone when it is decided
	AskedBy   string          `json:"asked_by"`
	AskedAt   time.Time       `json:"asked_at"`
	GrantedBy []string        `json:"granted_by,omitempty"`
	RefusedBy string          `json:"refused_by,omitempty"`
	Answer    string          `json:"answer,omitempty"` // why it was refused
	DecidedAt time.Time       `json:"decided_at,omitzero"`
}

// AskedByReporter stands for the holder of a ticket's code, AskedByOperator for a person at the machine.
const (
	AskedByReporter = "reporter"
	AskedByOperator = "operator"
)

// KindsOf is what a request of a scope reaches.
func KindsOf(scope ErasureScope) []RetentionKind {
	switch scope {
	case EraseOfReport:
		return []RetentionKind{KeepContact, KeepReport, KeepEvidence}
	case EraseOfCase:
		return CaseKinds()
	case EraseOfAccount:
		return []RetentionKind{KeepSession}
	}
	return nil
}

// NewErasureRequest makes a request. The case is the zero value for an account.
func NewErasureRequest(scope ErasureScope, ref string, c Case, reason, by string, env Env) (ErasureRequest, error) {
	kinds := KindsOf(scope)
	if len(kinds) == 0 || ref == "" {
		return ErasureRequest{}, Errorf(Invalid, "erasure.scope", "code")
	}
	if by != AskedByReporter && !Sentence(reason) {
		return ErasureRequest{}, Errorf(Invalid, "erasure.reason", "reason")
	}
	return ErasureRequest{ID: env.ID(), Version: 1, State: RequestOpen, Scope: scope, Ref: ref, Case: c.ID, Number: c.Number, Kinds: kinds,
		Reason: strings.TrimSpace(reason), AskedBy: by, AskedAt: env.Now}, nil
}

// DecideRequest is one person's word on a request. The second different person who grants it makes it granted.
func DecideRequest(r ErasureRequest, c Case, a Actor, grant bool, why string, env Env) (ErasureRequest, error) {
	action := DecideErasure
	if r.Scope == EraseOfAccount {
		action = ManageAccount
	}
	if err := Can(a, action, c, env.Pack); err != nil {
		return r, err
	}
	switch {
	case r.State != RequestOpen:
		return r, Errorf(Conflict, "erasure.decided", "")
	case a.Account == r.AskedBy:
		return r, Errorf(Forbidden, "erasure.own", "")
	case a.Account == r.Ref:
		return r, Errorf(Forbidden, "erasure.own", "")
	case slices.Contains(r.GrantedBy, a.Account):
		return r, Errorf(Forbidden, "erasure.second_person", "")
	}
	r.GrantedBy = append([]string(nil), r.GrantedBy...)
	r.Version++
	if !grant {
		if !Sentence(why) {
			return r, Errorf(Invalid, "erasure.answer", "why")
		}
		r.State, r.RefusedBy, r.Answer, r.DecidedAt, r.Reason = RequestRefused, a.Account, strings.TrimSpace(why), env.Now, ""
		return r, nil
	}
	if c.Held(env.Now) {
		return r, Errorf(Conflict, "erasure.held", "")
	}
	if r.Scope == EraseOfCase && c.Stage.Open() {
		return r, Errorf(Conflict, "erasure.case_open", "")
	}
	r.GrantedBy = append(r.GrantedBy, a.Account)
	if len(r.GrantedBy) >= 2 {
		r.State, r.DecidedAt, r.Reason = RequestGranted, env.Now, ""
	}
	return r, nil
}
