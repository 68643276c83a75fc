package tipline

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"ronda"
)

// News is what the push side reads and writes.
type News interface {
	EventsAfter(ctx context.Context, seq int64, limit int) ([]ronda.Event, error)
	TiplineCursor(ctx context.Context) (int64, error)
	PushTipline(ctx context.Context, p ronda.TiplinePush) error
	TiplineFollowers(ctx context.Context, caseID string) ([]ronda.TiplineTicket, error)
	TiplineSubscribers(ctx context.Context, regions []string, after string, limit int) ([]ronda.TiplineChat, error)
	TiplineToldWith(ctx context.Context, prefix, after string, limit int) ([]ronda.TiplineOut, error)
}

// Cases reads what an event is about again.
type Cases interface {
	Case(ctx context.Context, id string) (ronda.Case, error)
	Report(ctx context.Context, id string) (ronda.Report, error)
	Messages(ctx context.Context, reportID string) ([]ronda.Message, error)
}

// Alert is an alert in the words of this door.
type Alert struct {
	ID      string
	Region  string // "" is the whole country
	Urgency int
	Text    ronda.Text
	Path    string // of its page
	Live    bool   // it stands: neither withdrawn nor over
}

// The events of an alert. Data holds its id under "alert".
const (
	EventAlertPublished ronda.EventKind = "alert.published"
	EventAlertWithdrawn ronda.EventKind = "alert.withdrawn"
)

// PushUrgency is the urgency from which an alert is sent to those who follow its region.
const PushUrgency = 3

// Push tells people of events: the progress of a ticket, an alert for their region. It follows the numbered events under a cursor that moves in the
// transaction that adds the messages, so nothing is skipped and nothing is told twice, however many processes follow.
type Push struct {
	Service *Service
	News    News
	Cases   Cases
	Alerts  func(ctx context.Context, id string) (Alert, error) // nil where there are none
	Log     *slog.Logger
}

// pushBatch is how many events are read at once, and pushChunk how many messages are added in one transaction.
const (
	pushBatch = 200
	pushChunk = 500
)

// CatchUp tells of everything that happened since the cursor.
func (p *Push) CatchUp(ctx context.Context) error {
	for {
		at, err := p.News.TiplineCursor(ctx)
		if err != nil {
			return err
		}
		events, err := p.News.EventsAfter(ctx, at, pushBatch)
		if err != nil || len(events) == 0 {
			return err
		}
		err = p.step(ctx, at, events)
		if ronda.CodeOf(err) == "tipline.cursor" {
			continue // another process told it
		}
		if err != nil {
			return fmt.Errorf("tell of events after %d: %w", at, err)
		}
		if len(events) < pushBatch {
			return nil
		}
	}
}

// Run follows the events until ctx ends.
func (p *Push) Run(ctx context.Context, wake <-chan struct{}, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := p.CatchUp(ctx); err != nil && ctx.Err() == nil {
			p.Log.ErrorContext(ctx, "tell people of events", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick.C:
		}
	}
}

// step handles one batch. A case is looked at once, by its last event: what counts is where it stands now.
func (p *Push) step(ctx context.Context, at int64, events []ronda.Event) error {
	push := ronda.TiplinePush{From: at, To: events[len(events)-1].Seq}
	last := map[string]int{}
	for i, e := range events {
		if e.Case != "" {
			last[e.Case] = i
		}
	}
	for i, e := range events {
		var err error
		switch {
		case e.Kind == EventAlertPublished:
			err = p.alert(ctx, at, e.Data["alert"])
		case e.Kind == EventAlertWithdrawn:
			err = p.withdrawn(ctx, at, e.Data["alert"])
		case e.Case == "":
		case e.Kind == ronda.EventAsked:
			err = p.progress(ctx, &push, e, e.Data["question"])
		case last[e.Case] == i:
			err = p.progress(ctx, &push, e, "")
		}
		if err != nil {
			return err
		}
	}
	return p.News.PushTipline(ctx, push)
}

// progress tells those who follow a case's reports, if what they know is no longer so.
func (p *Push) progress(ctx context.Context, push *ronda.TiplinePush, e ronda.Event, question string) error {
	followers, err := p.News.TiplineFollowers(ctx, e.Case)
	if err != nil || len(followers) == 0 {
		return err
	}
	c, err := p.Cases.Case(ctx, e.Case)
	if ronda.KindOf(err) == ronda.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	words := ""
	for _, q := range c.Questions {
		if q.ID == question && question != "" {
			words = q.Text
		}
	}
	if question != "" && words == "" {
		return nil
	}
	for _, f := range followers {
		if err := p.tell(ctx, push, f, c, e, words); err != nil {
			return err
		}
	}
	return nil
}

// tell adds the message for one follower.
func (p *Push) tell(ctx context.Context, push *ronda.TiplinePush, f ronda.TiplineTicket, c ronda.Case, e ronda.Event, question string) error {
	s := p.Service
	r, err := p.Cases.Report(ctx, f.Report)
	if err != nil || !r.ErasedAt.IsZero() {
		return ignoreMissing(err)
	}
	messages, err := p.Cases.Messages(ctx, r.ID)
	if err != nil {
		return err
	}
	k := ronda.TicketOf(r, c, messages, s.Talk.Pack)
	told := toldOf(k)
	for _, earlier := range push.Told { // a question and a step in one batch: the step was told with the question
		if earlier.Chat == f.Chat && earlier.Report == f.Report {
			f.Told = earlier.Told
		}
	}
	if question == "" && (told == f.Told || k.State == ronda.TicketNeedsInfo) {
		return nil
	}
	chat, err := s.Inbox.TiplineChat(ctx, f.Chat)
	if err != nil || chat.Version == 0 || chat.Quiet {
		return err
	}
	now := s.Now()
	key := "news:" + r.ID + ":" + f.Chat + ":" + e.ID
	m := s.talk(chat.Provider).News(s.stateOf(ctx, chat), k, question, now)
	out, err := s.pushed(chat, key, ronda.TiplineNews, m, now)
	if err != nil {
		return err
	}
	push.Out = append(push.Out, out...)
	push.Jobs = append(push.Jobs, s.sendJob(chat.ID, now))
	f.Told = told
	push.Told = append(push.Told, f)
	return nil
}

func ignoreMissing(err error) error {
	if ronda.KindOf(err) == ronda.NotFound {
		return nil
	}
	return err
}

// pushed makes the rows of a message that comes unasked.
func (s *Service) pushed(chat ronda.TiplineChat, key, kind string, m Message, now time.Time) ([]ronda.TiplineOut, error) {
	provider, ok := s.Providers[chat.Provider]
	if !ok {
		return nil, nil // the application was taken out of service: nothing can be said there
	}
	var out []ronda.TiplineOut
	for i, piece := range Pieces(m, provider.Limits()) {
		o := ronda.TiplineOut{ID: s.next(), Key: key, Chat: chat.ID, Provider: chat.Provider, Kind: kind, Address: chat.Address, State: ronda.TiplineWaiting, At: now, Next: now}
		if i > 0 {
			o.Key = fmt.Sprintf("%s/%d", key, i)
		}
		var err error
		if o.Body, err = s.sealJSON("tipline.out:"+o.ID, piece); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// area lists the regions whose followers hear of an alert: its own, those below it, and those above it. For the whole country it is nil, which is
// everybody.
func area(p *ronda.Pack, region string) []string {
	if region == "" {
		return nil
	}
	out := []string{region}
	out = append(out, p.Children(region)...)
	for up := p.Parent(region); up != ""; up = p.Parent(up) {
		out = append(out, up)
	}
	return out
}

// alert sends an alert to those who follow its region. It is added in chunks before the cursor moves; a chunk that is added again changes nothing.
func (p *Push) alert(ctx context.Context, at int64, id string) error {
	if p.Alerts == nil || id == "" {
		return nil
	}
	a, err := p.Alerts(ctx, id)
	if err != nil {
		return ignoreMissing(err)
	}
	if !a.Live || a.Urgency < PushUrgency {
		return nil
	}
	s := p.Service
	for after := ""; ; {
		chats, err := p.News.TiplineSubscribers(ctx, area(s.Talk.Pack, a.Region), after, pushChunk)
		if err != nil {
			return err
		}
		push := ronda.TiplinePush{From: at, To: at}
		for _, c := range chats {
			after = c.ID
			st := s.stateOf(ctx, c)
			t := s.talk(c.Provider)
			pr := t.printer(st)
			m := Message{Head: pr.T("tip.alert.head", "region", s.Talk.Pack.RegionName(a.Region)), Body: a.Text.In(st.Lang) + "\n\n" + pr.T("tip.alert.more", "link", t.page(st, a.Path))}
			out, err := s.pushed(c, "alert:"+id+":"+c.ID, ronda.TiplineAlert, m, s.Now())
			if err != nil {
				return err
			}
			push.Out = append(push.Out, out...)
			push.Jobs = append(push.Jobs, s.sendJob(c.ID, s.Now()))
		}
		if len(push.Out) > 0 {
			if err := p.News.PushTipline(ctx, push); err != nil {
				return err
			}
		}
		if len(chats) < pushChunk {
			return nil
		}
	}
}

// withdrawn tells those who heard an alert that it no longer holds. Where it did not go out yet it never will.
func (p *Push) withdrawn(ctx context.Context, at int64, id string) error {
	if p.Alerts == nil || id == "" {
		return nil
	}
	a, err := p.Alerts(ctx, id)
	if err != nil {
		return ignoreMissing(err)
	}
	s := p.Service
	for after := ""; ; {
		told, err := p.News.TiplineToldWith(ctx, "alert:"+id+":", after, pushChunk)
		if err != nil {
			return err
		}
		push := ronda.TiplinePush{From: at, To: at}
		for _, o := range told {
			after = o.Key
			if o.State != ronda.TiplineSent && o.State != ronda.TiplineSending {
				push.Drop = append(push.Drop, o.Key)
				continue
			}
			c, err := s.Inbox.TiplineChat(ctx, o.Chat)
			if err != nil {
				return err
			}
			if c.Version == 0 || c.Quiet {
				continue
			}
			st := s.stateOf(ctx, c)
			t := s.talk(c.Provider)
			pr := t.printer(st)
			m := Message{Head: pr.T("tip.alert.withdrawn.head"), Body: pr.T("tip.alert.withdrawn.body", "link", t.page(st, a.Path))}
			out, err := s.pushed(c, "alertoff:"+id+":"+c.ID, ronda.TiplineAlert, m, s.Now())
			if err != nil {
				return err
			}
			push.Out = append(push.Out, out...)
			push.Jobs = append(push.Jobs, s.sendJob(c.ID, s.Now()))
		}
		if len(push.Out)+len(push.Drop) > 0 {
			if err := p.News.PushTipline(ctx, push); err != nil {
				return err
			}
		}
		if len(told) < pushChunk {
			return nil
		}
	}
}
