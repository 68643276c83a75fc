package ronda

import (
	"strings"
	"time"
)

// Hold keeps the data of a case from being erased when its time is over: a court, an objection outside or an investigation needs it. It is placed by a
// lead or the contact of the office that holds the case, with a reason and an end, and auditors see it.
type Hold struct {
	ID      string    `json:"id"`
	Reason  string    `json:"reason"`
	By      string    `json:"by"`
	Office  string    `json:"office"`
	At      time.Time `json:"at"`
	Until   time.Time `json:"until"`
	EndedAt time.Time `json:"ended_at,omitzero"`
	EndedBy string    `json:"ended_by,omitempty"`
}

// Runs tells whether the hold stands at a time.
func (h Hold) Runs(now time.Time) bool { return h.EndedAt.IsZero() && now.Before(h.Until) }

// Held tells whether a hold stands on the case.
func (c Case) Held(now time.Time) bool {
	return indexFunc(c.Holds, func(h Hold) bool { return h.Runs(now) }) >= 0
}

// MaxHold is how long a hold can run before somebody must give the reason anew: none lasts by being forgotten.
const MaxHold = 2 * 366 * 24 * time.Hour

// PlaceHold keeps the case's data until a day.
type PlaceHold struct {
	Reason string
	Until  time.Time
}

func (PlaceHold) action() Action { return HoldCase }

func (cmd PlaceHold) apply(c *Case, a Actor, env Env, log *recorder) error {
	if !Sentence(cmd.Reason) {
		return Errorf(Invalid, "hold.reason", "reason")
	}
	if !cmd.Until.After(env.Now) || cmd.Until.Sub(env.Now) > MaxHold {
		return Errorf(Invalid, "hold.until", "until")
	}
	h := Hold{ID: env.ID(), Reason: strings.TrimSpace(cmd.Reason), By: a.Account, Office: a.Office, At: env.Now, Until: cmd.Until}
	c.Holds = append(c.Holds, h)
	log.add(EventHeld, "hold", h.ID, "until", h.Until.UTC().Format(time.RFC3339))
	return nil
}

// EndHold lets the data go its way again.
type EndHold struct{ Hold string }

func (EndHold) action() Action { return HoldCase }

func (cmd EndHold) apply(c *Case, a Actor, env Env, log *recorder) error {
	for i, h := range c.Holds {
		if h.ID != cmd.Hold {
			continue
		}
		if !h.Runs(env.Now) {
			return Errorf(Conflict, "hold.over", "")
		}
		c.Holds[i].EndedAt, c.Holds[i].EndedBy = env.Now, a.Account
		log.add(EventHoldEnded, "hold", h.ID)
		return nil
	}
	return Errorf(NotFound, "hold.not_found", "")
}
