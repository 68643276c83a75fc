package ronda

import "time"

// AccountEventKind names what happened to an account. The kinds are stable: the auditor's desk relies on them.
type AccountEventKind string

// The kinds of account event.
const (
	AccountProposed     AccountEventKind = "grant.proposed"
	AccountGranted      AccountEventKind = "grant.confirmed"
	AccountGrantRefused AccountEventKind = "grant.refused"
	AccountGrantExpired AccountEventKind = "grant.expired"
	AccountTryRefused   AccountEventKind = "grant.attempt_refused" // somebody tried to confirm what they may not
	AccountFounded      AccountEventKind = "account.founded"       // from now on administrators watch each other
	AccountCreated      AccountEventKind = "account.created"
	AccountChanged      AccountEventKind = "account.changed"
	AccountInvited      AccountEventKind = "account.invited"
	AccountOpened       AccountEventKind = "account.opened" // the holder used the link
	AccountDisabled     AccountEventKind = "account.disabled"
	AccountPassword     AccountEventKind = "account.password_changed"
	AccountFactorAdded  AccountEventKind = "factor.added"
	AccountFactorGone   AccountEventKind = "factor.removed"
	AccountFactorReset  AccountEventKind = "factor.reset" // all of them, by others
	AccountCodesMade    AccountEventKind = "recovery.made"
	AccountCodeUsed     AccountEventKind = "recovery.used"
	AccountTokenMade    AccountEventKind = "token.made"
	AccountTokenRevoked AccountEventKind = "token.revoked"
	AccountSubjectBound AccountEventKind = "institution.bound"
)

// AccountEvent is one thing that happened to an account, for the auditors. Data holds ids and enumerations only.
type AccountEvent struct {
	Seq     int64             `json:"seq"` // given by the store, without gaps
	Kind    AccountEventKind  `json:"kind"`
	Account string            `json:"account"` // whose, "" where there is none yet
	Actor   string            `json:"actor"`   // who did it: an account, "system", or MachineActor
	Office  string            `json:"office"`  // the actor's office, else organisation
	At      time.Time         `json:"at"`
	Data    map[string]string `json:"data,omitempty"`
}

// MachineActor stands for whoever has the machine itself and rescues an installation with the command line.
const MachineActor = "machine"

// Machine is that actor.
func Machine() Actor { return Actor{Account: MachineActor, Name: "Ronda", Org: "machine"} }

// NoteAccount makes an event about an account.
func NoteAccount(kind AccountEventKind, by Actor, account string, at time.Time, data ...string) AccountEvent {
	e := AccountEvent{Kind: kind, Account: account, Actor: by.Account, Office: houseOf(by), At: at}
	for i := 0; i+1 < len(data); i += 2 {
		if e.Data == nil {
			e.Data = map[string]string{}
		}
		e.Data[data[i]] = data[i+1]
	}
	return e
}

// houseOf is the office of an actor, else the organisation.
func houseOf(a Actor) string {
	if a.Office != "" {
		return a.Office
	}
	return a.Org
}

// AccountChange is what one command did to an account: the store saves all of it in one transaction, or none. Zero fields change nothing.
type AccountChange struct {
	Account     *Account // added, or replaced
	Password    string   // its new hash
	Grant       *Grant   // added, or moved on from the state below
	GrantFrom   GrantState
	GrantCode   []byte // keyed hash of the code that belongs to the invitation
	Link        *NewLink
	Add         *Factor
	Drop        string    // id of a factor that is taken off
	DropAll     string    // account whose factors and recovery codes are taken off
	Codes       [][]byte  // keyed hashes of new recovery codes; older ones are dropped
	CodesOf     string    // whose
	EndSessions string    // account whose sessions end
	KeepSession string    // except this one
	EndTokens   string    // account whose tokens are revoked
	Disable     string    // account that is closed
	Subject     *Identity // an institution's name for an account
	Events      []AccountEvent
	At          time.Time
}

// NewLink is a link that works once, under the hash of its secret.
type NewLink struct {
	Hash                []byte
	Kind, Account, Data string
	ExpiresAt           time.Time
}

// FactorKind says what a second factor is.
type FactorKind string

// The kinds of second factor.
const (
	FactorTOTP    FactorKind = "totp"    // codes of an app (RFC 6238)
	FactorPasskey FactorKind = "passkey" // a key of a phone, computer or stick (WebAuthn)
)

// Factor is something that an account holder has besides the password.
type Factor struct {
	ID         string
	Account    string
	Kind       FactorKind
	Name       string // as its owner calls it
	Secret     []byte // sealed with a key outside the database, for codes
	Credential []byte // id of a passkey
	Data       string // the passkey's public part
	LastStep   int64  // the newest code's number: a code works once
	CreatedAt  time.Time
	LastUsed   time.Time
}

// Identity is an institution's name for one of our accounts.
type Identity struct{ Issuer, Subject, Account string }
