package ronda

import "slices"

// QuarantineEvidence seals a file that must not be looked at, such as suspected abuse of a child: it has no picture from then on, nobody opens it here, no
// letter carries it, and the matter is referred to the police. There is no way back: whoever thinks it a mistake asks those it was referred to.
type QuarantineEvidence struct{ Evidence string }

func (QuarantineEvidence) action() Action { return TriageCase }

func (cmd QuarantineEvidence) apply(c *Case, a Actor, env Env, log *recorder) error {
	i := slices.IndexFunc(c.Evidence, func(e Evidence) bool { return e.ID == cmd.Evidence })
	if i < 0 {
		return Errorf(NotFound, "evidence.not_found", "")
	}
	e := &c.Evidence[i]
	if e.Quarantine {
		return Errorf(Conflict, "evidence.quarantined_already", "")
	}
	e.Quarantine, e.View, e.Thumb, e.Name = true, "", "", ""
	log.add(EventQuarantined, "evidence", e.ID)
	if slices.ContainsFunc(env.Pack.Referrals, func(p ReferralPath) bool { return p.ID == quarantinePath }) {
		c.Referrals = append(c.Referrals, Referral{ID: env.ID(), Path: quarantinePath, By: a.Account, At: env.Now})
		log.add(EventReferred, "path", quarantinePath)
	}
	return nil
}

// quarantinePath is where such material is referred to.
const quarantinePath = "police"
