package main

import (
	"context"
	"encoding/binary"
	"fmt"

	"ronda"
	"ronda/internal/fingerprint"
	"ronda/internal/partner"
)

// joinPartners makes the service of society's partners, and lets intake ask which of their reports go first.
func (a *app) joinPartners() {
	a.partners = &partner.Service{Pack: a.pack, Store: a.db, Flags: a.db, Accounts: a.accounts, Keys: a.keys, Throttle: a.limits, Env: a.cases.Env, Leaf: a.cases.Leaf, Log: a.log}
	a.intake.Partners = a.partners
}

// prioritise puts the case that a partner's report joined in front, where nobody has looked at it yet.
func (a *app) prioritise(ctx context.Context, j ronda.Job) error {
	r, err := a.db.Report(ctx, j.Args["report"])
	if err != nil {
		return fmt.Errorf("load report: %w", err)
	}
	_, err = a.cases.Do(ctx, ronda.System(), r.Case, 0, ronda.Prioritise{Org: r.Org})
	if ronda.KindOf(err) == ronda.Conflict { // in front already, or under way
		return nil
	}
	return err
}

// signatureOf is a text's near-duplicate signature as it is stored, nil for a text too short to have one.
func signatureOf(text string) []byte {
	sig, ok := fingerprint.ReadText(text).Signature()
	if !ok {
		return nil
	}
	out := make([]byte, 0, 2*fingerprint.SignatureSize)
	for _, v := range sig {
		out = binary.BigEndian.AppendUint16(out, v)
	}
	return out
}
