package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

func tipIn(chat string, n int) ronda.TiplineIn {
	return ronda.TiplineIn{ID: fmt.Sprintf("%016x", n), Message: fmt.Sprintf("m%d", n), Chat: chat, Provider: "telegram", Address: []byte("to " + chat), Body: []byte{1, byte(n)}, At: Start}
}

func tipJob(kind, chat string) ronda.Job {
	return ronda.Job{Kind: kind, Key: chat, RunAt: Start, Args: map[string]string{"chat": chat}}
}

func tipOut(chat string, n int, kind, key string) ronda.TiplineOut {
	return ronda.TiplineOut{ID: fmt.Sprintf("%016x", n), Key: key, Chat: chat, Provider: "telegram", Kind: kind, Address: []byte("to " + chat), Body: []byte{2, byte(n)},
		State: ronda.TiplineWaiting, At: Start, Next: Start}
}

func tipTurn(in ronda.TiplineIn, version int64, out ...ronda.TiplineOut) ronda.TiplineTurn {
	return ronda.TiplineTurn{In: in.ID, Chat: ronda.TiplineChat{ID: in.Chat, Provider: in.Provider, Address: in.Address, State: []byte("s"), SeenAt: Start, Version: version}, Out: out,
		Jobs: []ronda.Job{tipJob("tipline.send", in.Chat)}}
}

// take claims the next outgoing message of a chat.
func take(t *testing.T, db *store.DB, chat string, now time.Time) (ronda.TiplineOut, bool, bool) {
	t.Helper()
	o, again, ok, _, err := db.ClaimTiplineOut(ctxOf(t), chat, now)
	must(t, err)
	return o, again, ok
}

// testTiplineInbox keeps a message once, however often and from however many sides it comes, and gives a chat's messages out in order.
func testTiplineInbox(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	fresh := 0
	for range 8 {
		wg.Go(func() {
			n, err := db.ReceiveTipline(ctx, []ronda.TiplineIn{tipIn("a", 2), tipIn("a", 1), tipIn("b", 3)}, tipJob("tipline.turn", "a"), tipJob("tipline.turn", "b"))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			fresh += n
		})
	}
	wg.Wait()
	if fresh != 3 {
		t.Fatalf("%d messages are new, want 3", fresh)
	}
	jobs, err := db.Jobs(ctx, ronda.JobFilter{Kind: "tipline.turn"})
	must(t, err)
	if len(jobs) != 2 {
		t.Fatalf("%d jobs, want 2", len(jobs))
	}
	first, ok, err := db.NextTiplineIn(ctx, "a")
	must(t, err)
	want := tipIn("a", 1)
	want.Attempt = 1
	if !ok {
		t.Fatal("nothing to answer")
	}
	same(t, "first message", first, want)
	again, _, err := db.NextTiplineIn(ctx, "a")
	must(t, err)
	if again.ID != first.ID || again.Attempt != 2 {
		t.Fatalf("a message that was not answered: %+v", again)
	}
	must(t, db.SaveTiplineTurn(ctx, tipTurn(first, 0)))
	second, ok, err := db.NextTiplineIn(ctx, "a")
	must(t, err)
	if !ok || second.ID != tipIn("a", 2).ID {
		t.Fatalf("second message: %+v", second)
	}
	n, err := db.ReceiveTipline(ctx, []ronda.TiplineIn{tipIn("a", 1)})
	must(t, err)
	if n != 0 {
		t.Fatal("an answered message came again and is new")
	}
}

// testTiplineTurnOnce saves a turn whole and once: a slow worker changes nothing.
func testTiplineTurnOnce(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	in := tipIn("a", 1)
	_, err := db.ReceiveTipline(ctx, []ronda.TiplineIn{in, tipIn("a", 2)})
	must(t, err)
	turn := tipTurn(in, 0, tipOut("a", 10, ronda.TiplineReply, ""))
	turn.Follow = []string{"34.04", "34"}
	turn.Tickets = []ronda.TiplineTicket{{Chat: "a", Report: "r1", Own: true, Told: "received:"}}
	must(t, db.SaveTiplineTurn(ctx, turn))
	wantCode(t, db.SaveTiplineTurn(ctx, turn), ronda.Conflict, "tipline.answered")
	stale := tipTurn(tipIn("a", 2), 0, tipOut("a", 11, ronda.TiplineReply, ""))
	wantCode(t, db.SaveTiplineTurn(ctx, stale), ronda.Conflict, "tipline.answered")
	if _, ok, err := db.NextTiplineIn(ctx, "a"); err != nil || !ok {
		t.Fatalf("a refused turn ended its message: %v %v", ok, err)
	}
	c, err := db.TiplineChat(ctx, "a")
	must(t, err)
	same(t, "chat", c, ronda.TiplineChat{ID: "a", Provider: "telegram", Address: []byte("to a"), State: []byte("s"), SeenAt: Start, Version: 1})
	follows, err := db.TiplineFollows(ctx, "a")
	must(t, err)
	same(t, "follows", follows, []string{"34", "34.04"})
	tickets, err := db.TiplineTickets(ctx, "a")
	must(t, err)
	same(t, "tickets", tickets, turn.Tickets)
	next := tipTurn(tipIn("a", 2), 1)
	next.Unfollow = []string{"34"}
	must(t, db.SaveTiplineTurn(ctx, next))
	if follows, err = db.TiplineFollows(ctx, "a"); err != nil || len(follows) != 1 {
		t.Fatalf("follows %v, %v", follows, err)
	}
	o, again, ok := take(t, db, "a", Start)
	if !ok || again || o.ID != tipOut("a", 10, "", "").ID {
		t.Fatalf("reply %+v %v %v", o, again, ok)
	}
	if _, _, ok = take(t, db, "a", Start); !ok {
		t.Fatal("a message whose outcome is unknown is given out again")
	}
	empty, err := db.TiplineChat(ctx, "nobody")
	must(t, err)
	same(t, "unknown chat", empty, ronda.TiplineChat{ID: "nobody"})
}

// testTiplineOutbox keeps the order, the pauses and the outcomes.
func testTiplineOutbox(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	in := tipIn("a", 1)
	_, err := db.ReceiveTipline(ctx, []ronda.TiplineIn{in})
	must(t, err)
	held := tipOut("a", 12, ronda.TiplineNews, "news:1")
	held.State = ronda.TiplineHeld
	must(t, db.SaveTiplineTurn(ctx, tipTurn(in, 0, tipOut("a", 10, ronda.TiplineReply, ""), tipOut("a", 11, ronda.TiplineReply, ""), held)))
	o, _, _ := take(t, db, "a", Start)
	o.State, o.Next, o.Failure = ronda.TiplineWaiting, Start.Add(time.Minute), "too_many"
	must(t, db.EndTiplineOut(ctx, o, tipJob("tipline.send", "a")))
	_, _, ok, next, err := db.ClaimTiplineOut(ctx, "a", Start)
	must(t, err)
	if ok || !next.Equal(Start.Add(time.Minute)) {
		t.Fatalf("the second message overtakes: %v, %v", ok, next)
	}
	later := Start.Add(time.Minute)
	o, again, ok := take(t, db, "a", later)
	if !ok || again || o.Attempt != 2 || o.Failure != "too_many" {
		t.Fatalf("second attempt %+v %v", o, again)
	}
	slow := o
	slow.Attempt = 1
	slow.State = ronda.TiplineDead
	must(t, db.EndTiplineOut(ctx, slow)) // a worker that lost the row
	o.State = ronda.TiplineSent
	must(t, db.EndTiplineOut(ctx, o))
	o, _, ok = take(t, db, "a", later)
	if !ok || o.ID != tipOut("a", 11, "", "").ID {
		t.Fatalf("third claim %+v", o)
	}
	must(t, db.SettleTiplineOut(ctx, o.ID))
	o.State = ronda.TiplineWaiting
	must(t, db.EndTiplineOut(ctx, o)) // settled meanwhile: nothing changes
	if _, _, ok = take(t, db, "a", later); ok {
		t.Fatal("a held message went out")
	}
	wake := tipTurn(tipIn("a", 2), 1)
	wake.Wake = true
	_, err = db.ReceiveTipline(ctx, []ronda.TiplineIn{tipIn("a", 2)})
	must(t, err)
	must(t, db.SaveTiplineTurn(ctx, wake))
	o, _, ok = take(t, db, "a", later)
	if !ok || o.Kind != ronda.TiplineNews {
		t.Fatalf("what was held: %+v %v", o, ok)
	}
	o.State, o.Failure = ronda.TiplineDead, "bad_request"
	must(t, db.EndTiplineOut(ctx, o))
	dead, err := db.DeadTiplineOut(ctx, 10)
	must(t, err)
	if len(dead) != 1 || dead[0].Failure != "bad_request" || dead[0].Body != nil || dead[0].Chat != "" {
		t.Fatalf("dead letters %+v", dead)
	}
	counts, err := db.TiplineCounts(ctx, later)
	must(t, err)
	if len(counts) != 1 || counts[0].Chats != 1 || counts[0].Out[ronda.TiplineDead] != 1 || counts[0].Waiting != 0 {
		t.Fatalf("counts %+v", counts)
	}
	n, err := db.RetryTiplineOut(ctx, later, func(chat string) ronda.Job { return tipJob("tipline.send", chat) })
	must(t, err)
	if _, _, ok = take(t, db, "a", later); n != 1 || !ok {
		t.Fatalf("%d dead letters go out again, %v", n, ok)
	}
	must(t, db.SilenceTiplineChat(ctx, "a"))
	if _, _, ok = take(t, db, "a", later); ok {
		t.Fatal("a person who left gets messages")
	}
	must(t, db.NudgeTiplineChat(ctx, "a"))
	c, err := db.TiplineChat(ctx, "a")
	must(t, err)
	if !c.Quiet || !c.Nudged {
		t.Fatalf("chat %+v", c)
	}
}

// testTiplinePush moves the cursor once, adds each push once, and lists who is concerned.
func testTiplinePush(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	for i, chat := range []string{"a", "b", "c"} {
		in := tipIn(chat, i+1)
		_, err := db.ReceiveTipline(ctx, []ronda.TiplineIn{in})
		must(t, err)
		turn := tipTurn(in, 0)
		turn.Follow = []string{[]string{"34.04", "34", "32.73"}[i]}
		if chat != "c" {
			turn.Follow = append(turn.Follow, "51")
		}
		must(t, db.SaveTiplineTurn(ctx, turn))
	}
	ids := func(regions ...string) string {
		chats, err := db.TiplineSubscribers(ctx, regions, "", 10)
		must(t, err)
		out := ""
		for _, c := range chats {
			out += c.ID
		}
		return out
	}
	for regions, want := range map[[2]string]string{{"34", "34.04"}: "ab", {"51", "34"}: "ab", {"32.73", ""}: "c", {"11", ""}: ""} {
		if got := ids(regions[0], regions[1]); got != want {
			t.Errorf("followers of %v: %q, want %q", regions, got, want)
		}
	}
	if got := ids(); got != "abc" {
		t.Errorf("followers of any region: %q", got)
	}
	push := ronda.TiplinePush{From: 0, To: 7, Out: []ronda.TiplineOut{tipOut("a", 10, ronda.TiplineAlert, "alert:x:a"), tipOut("b", 11, ronda.TiplineAlert, "alert:x:b")}}
	must(t, db.PushTipline(ctx, push))
	wantCode(t, db.PushTipline(ctx, push), ronda.Conflict, "tipline.cursor")
	at, err := db.TiplineCursor(ctx)
	must(t, err)
	if at != 7 {
		t.Fatalf("cursor %d", at)
	}
	push.From, push.Out[0].ID, push.Out[1].ID = 7, "other1", "other2"
	push.Drop = []string{"alert:x:b"}
	must(t, db.PushTipline(ctx, push))
	o, _, ok := take(t, db, "a", Start)
	if !ok || o.ID != tipOut("a", 10, "", "").ID {
		t.Fatalf("alert %+v", o)
	}
	o.State = ronda.TiplineSent
	must(t, db.EndTiplineOut(ctx, o))
	if _, _, ok = take(t, db, "a", Start); ok {
		t.Fatal("an alert was told twice")
	}
	if _, _, ok = take(t, db, "b", Start); ok {
		t.Fatal("a dropped alert goes out")
	}
	told, err := db.TiplineToldWith(ctx, "alert:x:", "", 10)
	must(t, err)
	if len(told) != 2 || told[0].Key != "alert:x:a" || told[0].State != ronda.TiplineSent || told[0].Body != nil {
		t.Fatalf("told %+v", told)
	}
	if told, err = db.TiplineToldWith(ctx, "alert:", "alert:x:a", 10); err != nil || len(told) != 1 {
		t.Fatalf("told after the first %+v, %v", told, err)
	}
}

// testTiplineErase forgets a sender with everything, keeps what says so, and knows the erased messages if they come again.
func testTiplineErase(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	s := Submission(Start, "tip")
	done, err := db.Submit(ctx, s)
	must(t, err)
	_, err = db.ReceiveTipline(ctx, []ronda.TiplineIn{tipIn("a", 1), tipIn("a", 2), tipIn("a", 3)})
	must(t, err)
	turn := tipTurn(tipIn("a", 1), 0, tipOut("a", 10, ronda.TiplineReply, ""))
	turn.Follow, turn.Tickets = []string{"34"}, []ronda.TiplineTicket{{Chat: "a", Report: done.Report.ID, Own: true}}
	must(t, db.SaveTiplineTurn(ctx, turn))
	followers, err := db.TiplineFollowers(ctx, done.Report.Case)
	must(t, err)
	if len(followers) != 1 || followers[0].Case != done.Report.Case || !followers[0].Own {
		t.Fatalf("followers %+v", followers)
	}
	bye := tipTurn(tipIn("a", 2), 1, tipOut("a", 11, ronda.TiplineReply, ""))
	bye.Erase = true
	must(t, db.SaveTiplineTurn(ctx, bye))
	c, err := db.TiplineChat(ctx, "a")
	must(t, err)
	if c.Version != 0 {
		t.Fatalf("the chat is still there: %+v", c)
	}
	tickets, err := db.TiplineTickets(ctx, "a")
	must(t, err)
	follows, err := db.TiplineFollows(ctx, "a")
	must(t, err)
	if len(tickets)+len(follows) != 0 {
		t.Fatalf("left: %v %v", tickets, follows)
	}
	o, _, ok := take(t, db, "a", Start)
	if !ok || o.ID != tipOut("a", 11, "", "").ID {
		t.Fatalf("the last word: %+v %v", o, ok)
	}
	n, err := db.ReceiveTipline(ctx, []ronda.TiplineIn{tipIn("a", 1), tipIn("a", 2)})
	must(t, err)
	if n != 0 {
		t.Fatal("erased messages came again and are new")
	}
	in, ok, err := db.NextTiplineIn(ctx, "a")
	must(t, err)
	if !ok || in.ID != tipIn("a", 3).ID {
		t.Fatalf("what was written after it: %+v", in)
	}
}

// testTiplineTidy forgets old repeats, lists old drafts, and finds chats whose work nobody does.
func testTiplineTidy(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	_, err := db.ReceiveTipline(ctx, []ronda.TiplineIn{tipIn("a", 1), tipIn("b", 2)}, tipJob("tipline.turn", "b"))
	must(t, err)
	turn := tipTurn(tipIn("a", 1), 0, tipOut("a", 10, ronda.TiplineReply, ""))
	turn.Chat.Draft, turn.Jobs = true, nil
	must(t, db.SaveTiplineTurn(ctx, turn))
	if old, err := db.TidyTipline(ctx, Start, Start); err != nil || len(old) != 0 {
		t.Fatalf("too early: %+v, %v", old, err)
	}
	old, err := db.TidyTipline(ctx, Start.Add(time.Second), Start.Add(time.Second))
	must(t, err)
	if len(old) != 1 || old[0].ID != "a" {
		t.Fatalf("old drafts %+v", old)
	}
	old[0].Draft, old[0].State = false, nil
	must(t, db.SaveTiplineChat(ctx, old[0]))
	wantCode(t, db.SaveTiplineChat(ctx, old[0]), ronda.Conflict, "tipline.answered")
	n, err := db.ReceiveTipline(ctx, []ronda.TiplineIn{tipIn("a", 1), tipIn("b", 2)})
	must(t, err)
	if n != 1 {
		t.Fatalf("%d new: a forgotten repeat counts as new, one that waits does not", n)
	}
	answer, send, err := db.TiplineStuck(ctx, "tipline.turn", "tipline.send", 10)
	must(t, err)
	same(t, "chats to answer", answer, []string{"a"})
	same(t, "chats to send to", send, []string{"a"})
}
