package ronda

// The kinds of event of a published fact-check. They belong to no case; Data holds its id under "claim".
const (
	EventClaimSaved     EventKind = "claim.saved"
	EventClaimRetracted EventKind = "claim.retracted"
)
