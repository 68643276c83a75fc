package ronda

// LogActs turns the events of a command into the official acts that the public log is owed. Internal steps (triage, draws, notes) are not
// acts. Who decided, addresses, names and reasons are sealed; everything in the open is an enumeration, a time or an id.
func LogActs(c Case, events []Event) []LogAct {
	var acts []LogAct
	for _, e := range events {
		if a, ok := logAct(c, e); ok && !c.Sandbox {
			a.ID, a.At = e.ID, e.At
			acts = append(acts, a)
		}
	}
	return acts
}

func logAct(c Case, e Event) (LogAct, bool) {
	n, _ := c.Notice(e.Data["notice"])
	switch e.Kind {
	case EventErased:
		x, _ := ErasureOf(e)
		return x.LogAct(), true
	case EventNoticeSent:
		return sentAct(c, n), true
	case EventNoticeReceipt:
		if e.Data["warning"] != "" {
			return LogAct{}, false
		}
		return LogAct{Kind: "receipt", Public: map[string]any{"notice": n.ID, "received_at": n.ReceivedAt}, Sealed: secrets("note", n.Proof)}, true
	case EventNoticeWarned:
		w := n.Warnings[len(n.Warnings)-1]
		return LogAct{Kind: "warning", Public: map[string]any{"notice": n.ID, "platform": n.Platform, "warning": w.N}, Sealed: secrets("text", w.Text, "decider", w.By)}, true
	case EventNoticeBlock:
		return LogAct{Kind: "recommendation", Public: map[string]any{"notice": n.ID, "platform": n.Platform}, Sealed: secrets("reason_text", n.BlockNote)}, true
	case EventNoticeAnswer:
		return answerAct(n, e), true
	case EventNoticeAgency:
		return LogAct{Kind: "answer", Public: map[string]any{"notice": n.ID, "item": n.ID, "outcome": e.Data["result"], "authority": n.Authority},
			Sealed: secrets("reason_text", n.MinistryNote)}, true
	case EventNoticeEnded:
		if n.Unsent {
			return LogAct{}, false // the log never heard of it
		}
		return LogAct{Kind: "withdrawal", Public: map[string]any{"notice": n.ID, "reason": "withdrawn"}, Sealed: secrets("reason_text", n.Withdrawn)}, true
	case EventRecheck:
		if e.Data["stated"] == "" {
			return LogAct{}, false
		}
		return recheckAct(n, e), true
	case EventReferred:
		r := c.Referrals[len(c.Referrals)-1]
		return LogAct{Kind: "referral", Public: map[string]any{"case": c.ID, "body": r.Path}, Sealed: secrets("reason_text", r.Reason)}, true
	}
	return LogAct{}, false
}

func sentAct(c Case, n Notice) LogAct {
	pub := map[string]any{"case": c.ID, "notice": n.ID, "authority": n.Org, "category": n.Category, "ground": groundWord(n.Ground),
		"measure": string(n.Measure), "items_count": len(n.Items), "urgent": n.Urgent, "sent_at": n.SentAt}
	if n.Platform != "" {
		pub["platform"] = n.Platform
	}
	if n.Region != "" {
		pub["region"] = n.Region
	}
	if n.Act == Request {
		pub["authority"] = n.Authority
		pub["requester"] = n.Org
	}
	if n.Clock != "" {
		pub["clock"] = n.Clock
	}
	var sealed []LogSecret
	for _, it := range n.Items {
		sealed = append(sealed, LogSecret{Field: "address", Value: it.Address})
	}
	sealed = append(sealed, secrets("text", n.Explanation, "analysis", n.LegalAnalysis, "letter_number", n.Number, "sender", n.By, "sender", n.Signed)...)
	if c.Decision != nil {
		for _, r := range c.Decision.Readers {
			sealed = append(sealed, LogSecret{Field: "decider", Value: r})
		}
	}
	return LogAct{Kind: "notice_" + string(n.Act), Public: pub, Sealed: sealed}
}

func answerAct(n Notice, e Event) LogAct {
	pub := map[string]any{"notice": n.ID, "item": e.Data["item"], "outcome": e.Data["answer"], "platform": n.Platform}
	var sealed []LogSecret
	for _, it := range n.Items {
		if it.Item == e.Data["item"] {
			pub["answered_at"] = it.AnsweredAt
			sealed = secrets("address", it.Address, "reason_text", it.Reason)
		}
	}
	return LogAct{Kind: "answer", Public: pub, Sealed: sealed}
}

// recheckAct stands beside the platform's answer: what was seen later at an address that it took down. The log is told once for each change.
func recheckAct(n Notice, e Event) LogAct {
	act := LogAct{Kind: "recheck", Public: map[string]any{"notice": n.ID, "item": e.Data["item"], "outcome": e.Data["result"], "platform": n.Platform}}
	for _, it := range n.Items {
		if it.Item == e.Data["item"] {
			act.Public["step"] = "program"
			if it.RecheckBy != "" {
				act.Public["step"] = "person"
			}
			act.Sealed = secrets("address", it.Address, "reviewer", it.RecheckBy)
		}
	}
	return act
}

// groundWord makes one word of a ground reference: "policy:tiktok:civic" has colons that the log's words do not allow.
func groundWord(g string) string {
	out := []byte(g)
	for i, b := range out {
		if b == ':' {
			out[i] = '.'
		}
	}
	return string(out)
}

// secrets makes sealed fields of pairs of field and value; empty values are left out.
func secrets(pairs ...string) []LogSecret {
	var out []LogSecret
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, LogSecret{Field: pairs[i], Value: pairs[i+1]})
		}
	}
	return out
}
