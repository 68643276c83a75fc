package ronda

import "time"

// mergeable tells whether a case is still early enough to be joined or taken apart. Once a reader has concluded, merging or splitting would
// change what was concluded about, or who may read second, so it is refused until the round ends.
func (c *Case) mergeable() error {
	if err := c.needStage(StageNew, StageTriage, StageAssessment); err != nil {
		return err
	}
	if len(c.Conclusions()) > 0 || c.openDraw() != nil {
		return Errorf(Conflict, "case.assessment_open", "")
	}
	return nil
}

// Merge joins the case other into c: c takes over its addresses, evidence and questions, and other points to it from then on. Both changes
// must be saved together, and the reports of other move with them.
func Merge(c, other Case, a Actor, env Env) (into, from Case, events []Event, err error) {
	for _, x := range []Case{c, other} {
		if err := Can(a, MergeCase, x, env.Pack); err != nil {
			return c, other, nil, err
		}
		if err := x.mergeable(); err != nil {
			return c, other, nil, err
		}
	}
	if c.ID == other.ID {
		return c, other, nil, Errorf(Invalid, "case.merge_itself", "other")
	}
	if c.Sandbox != other.Sandbox {
		return c, other, nil, Errorf(Invalid, "case.merge_sandbox", "other")
	}
	if len(c.Items)+len(other.Items) > maxItems {
		return c, other, nil, Errorf(Invalid, "case.too_many_items", "other")
	}
	into, from = c.clone(), other.clone()
	log := &recorder{c: &into, a: a, env: env}
	log.add(EventAbsorbed, "from", from.ID)
	for _, it := range from.Items {
		if indexFunc(into.Items, func(x Item) bool { return x.Key == it.Key }) < 0 {
			into.Items = append(into.Items, it)
		}
	}
	into.Evidence = append(into.Evidence, from.Evidence...)
	into.Questions = append(into.Questions, from.Questions...)
	into.Referrals = append(into.Referrals, from.Referrals...)
	into.Urgency = max(into.Urgency, from.Urgency)
	into.Priority = into.Priority || from.Priority
	for _, o := range from.ReporterOrg {
		if !contains(into.ReporterOrg, o) {
			into.ReporterOrg = append(into.ReporterOrg, o)
		}
	}
	into.touched(append([]string{from.Contest, from.Region}, from.Also...)...)
	if !into.ContentDate.Equal(from.ContentDate) {
		into.ContentDate = time.Time{} // the addresses have different dates: the readers choose the rule, not the merger
	}
	into.settle(env, c.Stage)
	into.Version++
	events = log.events
	log = &recorder{c: &from, a: a, env: env}
	log.add(EventMerged, "into", into.ID)
	from.Items, from.Evidence = nil, nil
	from.Stage, from.MergedInto, from.Holder = StageMerged, into.ID, ""
	from.settle(env, other.Stage)
	from.Version++
	return into, from, append(events, log.events...), nil
}

// Split takes items out of a case into a new one, with the evidence that shows them. Reports are moved by the caller. Who reported the
// parent counts as having reported the part, so that a conflict does not vanish in the split.
func Split(c Case, items []string, title string, a Actor, env Env) (rest, part Case, events []Event, err error) {
	if err := Can(a, MergeCase, c, env.Pack); err != nil {
		return c, part, nil, err
	}
	if err := c.mergeable(); err != nil {
		return c, part, nil, err
	}
	rest = c.clone()
	var out []Item
	rest.Items = nil
	for _, it := range c.Items {
		if contains(items, it.ID) {
			out = append(out, it)
		} else {
			rest.Items = append(rest.Items, it)
		}
	}
	if len(out) == 0 || len(out) != len(items) {
		return c, part, nil, Errorf(Invalid, "case.split_items_missing", "items")
	}
	if len(rest.Items) == 0 {
		return c, part, nil, Errorf(Invalid, "case.split_all", "items")
	}
	if title == "" {
		title = c.Title
	}
	part, opened := Open(Opening{Title: title, Category: c.Category, Region: c.Region, Contest: c.Contest, Office: c.Office, Priority: c.Priority, Sandbox: c.Sandbox}, a, env)
	part.Items, part.SplitFrom, part.Urgency = out, c.ID, c.Urgency
	part.ReporterOrg = append([]string(nil), c.ReporterOrg...)
	part.Also = append([]string(nil), c.Also...)
	part.Claim, part.ContentDate = c.Claim, c.ContentDate
	rest.Evidence = nil
	for _, e := range c.Evidence {
		if e.Item != "" && contains(items, e.Item) {
			part.Evidence = append(part.Evidence, e)
		} else {
			rest.Evidence = append(rest.Evidence, e)
		}
	}
	log := &recorder{c: &rest, a: a, env: env}
	log.add(EventSplit, "into", part.ID)
	events = append(events, log.events...)
	events = append(events, opened...)
	log = &recorder{c: &part, a: a, env: env}
	log.add(EventSplitFrom, "from", c.ID)
	rest.settle(env, c.Stage)
	rest.Version++
	return rest, part, append(events, log.events...), nil
}
