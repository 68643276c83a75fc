package ronda

import "time"

// Role is what an account is there for. Mandate (the office's authority) and region bound it further.
type Role string

// The roles.
const (
	RoleOfficer  Role = "officer"  // triages, assesses, reads second
	RoleLead     Role = "lead"     // assigns, merges, splits, returns, closes in bulk
	RoleContact  Role = "contact"  // the agency's contact officer (narahubung): sends requests
	RoleLiaison  Role = "liaison"  // a platform's person or program
	RolePartner  Role = "partner"  // a society partner
	RoleObserver Role = "observer" // reads masked
	RoleAuditor  Role = "auditor"  // reads everything masked, the draws and audits; changes nothing
	RoleAdmin    Role = "admin"    // creates accounts; sees no case content
	RoleSystem   Role = "system"   // Ronda itself: clocks, draws, deliveries
)

// Roles lists the roles that an account can hold.
func Roles() []Role {
	return []Role{RoleOfficer, RoleLead, RoleContact, RoleLiaison, RolePartner, RoleObserver, RoleAuditor, RoleAdmin}
}

// Actor is who does something: an account's person, a token's program, or Ronda itself.
type Actor struct {
	Account   string   // account id; "" for the public
	Name      string   // shown to colleagues, never in events
	Org       string   // organisation id: an authority's id, a platform's id or a partner's id
	Office    string   // Office.ID for authorities
	Unit      string   // directorate or team inside the office, where the office has several
	Roles     []Role   // empty for the public
	Platform  string   // platform id, for liaisons
	Conflicts []string // contests ("governor-32"), regions ("32.04") or organisations declared as a conflict
	Scopes    []string // for tokens: what the token may be used for; empty means all that the roles allow
	Demo      bool
	Sandbox   bool // a token for practice: it reaches nothing real
}

// Public is anyone who is not signed in.
func Public() Actor { return Actor{} }

// System is Ronda itself.
func System() Actor {
	return Actor{Account: "system", Name: "Ronda", Org: "ronda", Roles: []Role{RoleSystem}}
}

// Has tells whether the actor holds the role.
func (a Actor) Has(r Role) bool { return contains(a.Roles, r) }

// Is tells whether the actor is Ronda itself.
func (a Actor) Is(r Role) bool { return len(a.Roles) == 1 && a.Roles[0] == r }

// SignedIn tells whether the actor is known.
func (a Actor) SignedIn() bool { return a.Account != "" }

// SameOffice tells whether two actors sit in the same office and unit, so that one can lean on the other.
func (a Actor) SameOffice(b Actor) bool { return a.Office == b.Office && a.Unit == b.Unit }

// Account is a person or a program that can sign in.
type Account struct {
	ID         string
	Login      string // e-mail address or user name, folded to lower case
	Name       string
	Actor      Actor // the mandate
	CreatedAt  time.Time
	DisabledAt time.Time
	Lang       string
	Waiting    bool // invited, and not opened yet: cannot sign in, is drawn for nothing
}

// Organisation is a body with accounts: an authority, a platform, a partner or an auditor.
type Organisation struct {
	ID        string
	Kind      string // "authority", "platform", "partner", "auditor", "operator"
	Name      string
	Detail    string // authority id, platform id or partner kind
	Region    string
	CreatedAt time.Time
}

// AccountFilter chooses accounts for a list. Zero fields do not filter.
type AccountFilter struct {
	Org      string
	Office   string
	Platform string
	Enabled  bool // leave disabled accounts out
}
