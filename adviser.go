package ronda

import "time"

// Invitation asks a partner for advice on a case.
type Invitation struct {
	Partner string    `json:"partner"` // organisation id
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// invited tells whether the organisation's advice was asked for.
func (c Case) invited(org string) bool {
	return org != "" && indexFunc(c.Invited, func(i Invitation) bool { return i.Partner == org }) >= 0
}

// maxInvited bounds how many partners advise on one case.
const maxInvited = 8

// InviteAdvice asks a partner for advice. Who reported the case, or has ties to its contest, does not advise on it.
type InviteAdvice struct{ Partner Partner }

func (InviteAdvice) action() Action { return TriageCase }

func (cmd InviteAdvice) apply(c *Case, a Actor, env Env, log *recorder) error {
	// Later whoever invites may be drawn as a reader, and a refusal would tell that this partner had reported it.
	if err := c.needStage(StageNew, StageTriage, StageAssessment); err != nil {
		return err
	}
	if err := c.partnerFits(cmd.Partner, env.Pack); err != nil {
		return err
	}
	if c.invited(cmd.Partner.ID) {
		return Errorf(Conflict, "advice.invited_already", "partner")
	}
	if len(c.Invited) >= maxInvited {
		return Errorf(Conflict, "advice.too_many", "partner")
	}
	c.Invited = append(c.Invited, Invitation{Partner: cmd.Partner.ID, By: a.Account, At: env.Now})
	log.add(EventInvited, "partner", cmd.Partner.ID)
	return nil
}

// MayInvite tells whether a partner could be invited to advise on the case.
func (c Case) MayInvite(p Partner, pack *Pack) error {
	if c.invited(p.ID) {
		return Errorf(Conflict, "advice.invited_already", "partner")
	}
	return c.partnerFits(p, pack)
}

// partnerFits tells whether a partner may advise on the case: accredited there, without a tie, and not the one who reported it.
func (c Case) partnerFits(p Partner, pack *Pack) error {
	if contains(c.ReporterOrg, p.ID) {
		return Errorf(Forbidden, "advice.reported_it", "partner")
	}
	for _, x := range append([]string{c.Contest}, c.Also...) {
		if x != "" && contains(p.Ties, x) {
			return Errorf(Forbidden, "partner.tied", "partner").With("contest", x)
		}
	}
	return p.MayWork(c.Contest, c.Region, pack)
}

// mayAdvise holds an invited partner to what bound it when it was invited: a tie that was declared since bars it.
func (c Case) mayAdvise(a Actor, p Partner, pack *Pack) error {
	if p.ID == "" || p.ID != a.Org {
		return Errorf(Forbidden, "partner.not_accredited", "")
	}
	return c.partnerFits(p, pack)
}

// AdviceCase is a case as an invited partner sees it: what goes around and where, and its own words. Nothing of it depends on who reported it or
// how often, who reads it, how far it has come, or what anybody concluded.
type AdviceCase struct {
	ID         string
	Number     string
	Title      string
	Category   string
	Region     string
	Contest    string
	Items      []AdviceItem
	Transcript *Transcript
	Pictures   []Evidence // re-encoded ones only
	Asked      time.Time
	Own        []Note
}

// AdviceItem is one address of an AdviceCase.
type AdviceItem struct{ Platform, Kind, Address string }

// SeeForAdvice shows a case to an invited partner, or says NotFound as for a case that does not exist.
func SeeForAdvice(a Actor, c Case, p Partner, pack *Pack) (AdviceCase, error) {
	if Can(a, AdviseCase, c, pack) != nil || c.mayAdvise(a, p, pack) != nil {
		return AdviceCase{}, Errorf(NotFound, "case.not_found", "")
	}
	out := AdviceCase{ID: c.ID, Number: c.Number, Title: c.Title, Category: c.Category, Region: c.Region, Contest: c.Contest, Transcript: c.Transcript}
	for _, it := range c.Items {
		if !it.Private {
			out.Items = append(out.Items, AdviceItem{it.Platform, it.Kind, it.Address})
		}
	}
	for _, e := range c.Evidence {
		if e.View != "" && !e.Quarantine && e.Kind != "proof" && e.Kind != "determination" && e.Kind != "complaint" {
			out.Pictures = append(out.Pictures, Evidence{ID: e.ID, View: e.View, Thumb: e.Thumb, MediaType: e.MediaType, CapturedAt: e.CapturedAt, Blob: e.Blob})
		}
	}
	for _, i := range c.Invited {
		if i.Partner == a.Org {
			out.Asked = i.At
		}
	}
	for _, n := range c.Notes {
		if n.Advice && n.Office == a.Org {
			out.Own = append(out.Own, n)
		}
	}
	return out, nil
}

// Prioritise puts a case that nobody has looked at yet in front, because a partner that may do so flagged it too.
type Prioritise struct{ Org string }

func (Prioritise) action() Action { return AssignCase }

func (cmd Prioritise) apply(c *Case, a Actor, _ Env, log *recorder) error {
	if !a.Is(RoleSystem) {
		return Errorf(Forbidden, "permission.role", "")
	}
	if err := c.needStage(StageNew); err != nil {
		return err
	}
	if c.Priority {
		return Errorf(Conflict, "case.prioritised", "")
	}
	c.Priority = true
	if cmd.Org != "" && !contains(c.ReporterOrg, cmd.Org) {
		c.ReporterOrg = append(c.ReporterOrg, cmd.Org)
	}
	log.add(EventPrioritised)
	return nil
}
