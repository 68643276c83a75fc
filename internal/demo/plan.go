package demo

import (
	"math"
	"strings"
	"time"

	"ronda"
)

// planLine says how many cases take which way. days is how long ago they were reported: from at least to at most.
type planLine struct {
	name     string
	n        int
	from, to float64
	kind     string // "", "power", "hoax"
	run      func(*history)
}

// plan covers every stage. Its sum is about 120.
func plan() []planLine {
	flagged := func(h *history) string {
		h.triage()
		h.decide(ronda.OutcomeAct, ronda.Flag, ronda.MeasureRemove)
		return h.send(ronda.Flag)
	}
	requested := func(h *history) string {
		h.triage()
		h.picture()
		h.decide(ronda.OutcomeAct, ronda.Request, ronda.MeasureRemove)
		h.forward()
		return h.send(ronda.Request)
	}
	ordered := func(h *history) string {
		request := requested(h)
		h.wait(3)
		h.do(h.b.people["kementerian.satu"], ronda.AnswerRequest{Notice: request, Accept: true, Reason: "Permohonan lengkap, dasar hukum dan buktinya sesuai."})
		return h.send(ronda.Order)
	}
	receive := func(h *history, id string, after float64) {
		h.wait(after)
		h.do(h.liaison(id), ronda.Receive{Notice: id, ByTo: true})
	}
	return []planLine{
		{"new", 14, 0.02, 0.3, "", func(*history) {}},
		{"triage", 7, 0.2, 0.8, "", func(h *history) { h.triage() }},
		{"assessment", 5, 0.4, 1, "", func(h *history) { h.triage(); h.picture() }},
		{"second", 8, 0.4, 0.9, "", func(h *history) {
			h.triage()
			h.wait(2)
			h.conclude(h.holder, ronda.OutcomeAct, ronda.Flag, ronda.MeasureRemove)
			h.draw()
		}},
		{"third", 2, 0.9, 1.4, "", func(h *history) {
			h.triage()
			h.wait(2)
			h.conclude(h.holder, ronda.OutcomeAct, ronda.Flag, ronda.MeasureRemove)
			second := h.draw()
			h.wait(4)
			h.conclude(second, ronda.OutcomeNoAct, "", ronda.MeasureNone)
			h.draw()
		}},
		{"decided", 4, 0.9, 1.5, "", func(h *history) { h.triage(); h.decide(ronda.OutcomeAct, ronda.Flag, ronda.MeasureLabel) }},
		{"upward", 3, 1, 1.6, "", func(h *history) {
			h.triage()
			h.picture()
			h.decide(ronda.OutcomeAct, ronda.Request, ronda.MeasureRemove)
			h.wait(1)
			h.do(h.holder, ronda.Forward{})
		}},
		{"notified", 6, 1, 2, "", func(h *history) { flagged(h) }},
		{"waiting flag", 4, 1.5, 3, "", func(h *history) { receive(h, flagged(h), 2) }},
		{"request at the ministry", 4, 1.5, 2.5, "", func(h *history) { requested(h) }},
		{"order running", 4, 1.6, 2, "", func(h *history) { receive(h, ordered(h), 1) }},
		{"order paused", 1, 1.8, 2, "", func(h *history) {
			id := ordered(h)
			receive(h, id, 1)
			h.wait(1)
			h.answer(id, ronda.AnswerNeedsInfo)
		}},
		{"order overdue", 3, 4, 6, "", func(h *history) {
			id := ordered(h)
			receive(h, id, 1)
			h.wait(25)
			h.do(ronda.System(), ronda.Tick{Notice: id})
		}},
		{"order warned", 1, 7, 8, "", func(h *history) {
			id := ordered(h)
			receive(h, id, 1)
			h.wait(25)
			h.do(ronda.System(), ronda.Tick{Notice: id})
			h.do(h.b.people["kementerian.satu"], ronda.Warn{Notice: id, Text: "Tenggat dua puluh empat jam sudah lewat, segera tindak lanjuti tautan terlampir."})
			h.wait(2)
			h.do(h.liaison(id), ronda.ReceiveWarning{Notice: id, ByTo: true})
		}},
		{"flag acted", 14, 4, 50, "", func(h *history) {
			id := flagged(h)
			receive(h, id, 3)
			h.wait(8)
			h.answer(id, ronda.AnswerRemoved, ronda.AnswerRemoved, ronda.AnswerLabelled)
		}},
		{"order acted", 9, 5, 40, "", func(h *history) {
			id := ordered(h)
			receive(h, id, 1)
			h.wait(6)
			h.answer(id, ronda.AnswerRestricted, ronda.AnswerRemoved)
		}},
		{"declined", 6, 5, 40, "", func(h *history) {
			id := flagged(h)
			receive(h, id, 4)
			h.wait(20)
			h.answer(id, ronda.AnswerDeclined)
		}},
		{"request refused", 2, 6, 30, "", func(h *history) {
			id := requested(h)
			h.wait(6)
			h.do(h.b.people["kementerian.satu"], ronda.AnswerRequest{Notice: id, Reason: "Unsur ajakan belum tampak pada bukti yang dilampirkan, mohon dilengkapi."})
		}},
		{"criticism stays", 5, 3, 30, "power", func(h *history) { h.triage(); h.decide(ronda.OutcomeNoAct, "", ronda.MeasureNone) }},
		{"corrected", 6, 2, 40, "hoax", func(h *history) { h.triage(); h.decide(ronda.OutcomeAct, "", ronda.MeasureCorrection) }},
		{"referred", 4, 2, 20, "", func(h *history) {
			h.triage()
			h.do(h.holder, ronda.Refer{Path: "formal_violation", Reason: "Ada dugaan pelanggaran kampanye yang perlu ditangani lewat jalur laporan resmi.", KnownAt: h.now.Add(-10 * time.Hour), End: true})
		}},
		{"closed", 8, 1, 30, "", func(h *history) {
			h.do(h.holder, ronda.Close{Reason: ronda.CloseReasons()[h.n%5], Bulk: true, Audit: h.n%4 == 0})
		}},
		{"withdrawn", 1, 8, 12, "", func(h *history) {
			id := flagged(h)
			receive(h, id, 3)
			h.wait(5)
			h.do(h.b.people["narahubung"], ronda.Withdraw{Notice: id, Reason: "Pengunggah membuktikan video itu potongan liputan lengkap, penandaan dicabut."})
		}},
	}
}

// one makes a case of a line of the plan.
func (b *builder) one(line planLine) (Planned, error) {
	platform, st := b.platform(), b.story()
	switch line.kind {
	case "power":
		st = others()[2+b.n%2]
	case "hoax":
		st = hoaxes()[b.n%len(hoaxes())]
	}
	usesPolicy := line.name != "new" && line.kind == ""
	if usesPolicy && (st.Power || st.Category == "money_politics" || st.Category == "slander") {
		st = hate()[b.n%len(hate())]
	}
	if usesPolicy && !b.hasPolicy(platform, st.Category) {
		platform = "tiktok"
	}
	if strings.Contains(line.name, "order") || strings.Contains(line.name, "request") || line.name == "upward" {
		st = hate()[b.n%len(hate())]
		if platform == "x" || platform == "snackvideo" {
			platform = "facebook"
		}
	}
	all := regions(b.pack)
	region := all[(b.n*37+11)%len(all)]
	if b.n%2 == 0 {
		region = all[b.n%55] // the places with most reports
	}
	ago := line.from + (line.to-line.from)*b.rnd.Float64()
	h := &history{b: b, story: st, n: b.n, now: Start.Add(-time.Duration(ago * 24 * float64(time.Hour)))}
	p := b.open(h, platform, region)
	h.holder = b.offices[h.c.Office]
	before := len(h.change.Events)
	h.wait(0.5 + 2*b.rnd.Float64())
	line.run(h)
	if h.err != nil {
		return p, h.err
	}
	if len(h.change.Events) > before {
		h.c.Version = 2
		h.change.Case = h.c
		p.Final = &h.change
	}
	return p, nil
}

func (b *builder) hasPolicy(platform, category string) bool {
	p, _ := b.pack.Platform(platform)
	for _, x := range p.Policies {
		for _, c := range x.Categories {
			if c == category && x.Holds(Start.Add(-40*24*time.Hour)) {
				return true
			}
		}
	}
	return false
}

// open makes the reports of a case: the first one opens it, the others name the same address.
func (b *builder) open(h *history, platform, region string) Planned {
	var addresses []ronda.ReportAddress
	for range 1 + b.rnd.IntN(4) {
		addresses = append(addresses, b.address(platform))
	}
	if b.n%6 == 0 && platform == "tiktok" {
		addresses = append(addresses, b.address("facebook"))
	}
	place := b.pack.RegionName(region)
	report := func(joined bool) ronda.Report {
		return ronda.Report{ID: b.ids.New(h.now), Code: b.ids.Code(ronda.CodeLength), At: h.now, Channel: "web", Lang: "id", Category: h.story.Category, Region: region,
			Text: strings.ReplaceAll(h.story.Text, "{tempat}", place), Addresses: addresses, Sender: b.ids.Code(8), Joined: joined}
	}
	opened := ronda.Opening{Title: h.story.Title, Category: h.story.Category, Region: region}
	if !strings.HasPrefix(h.story.Title, "Sindiran") && h.n%9 == 0 {
		opened.Priority = true
	}
	keys := make([]string, 0, len(addresses))
	for _, a := range addresses {
		opened.Items = append(opened.Items, a.Item())
		keys = append(keys, a.Key)
	}
	c, events := ronda.Open(opened, ronda.System(), h.env())
	h.c = c
	first := ronda.Submission{Report: report(false), Keys: keys, Open: ronda.Change{Case: c, Events: events}}
	p := Planned{First: first}
	h.change.Events = nil
	count := int(math.Floor(math.Pow(b.rnd.Float64(), 3) * 9))
	at := h.now
	for range count {
		h.now = h.now.Add(time.Duration(3+b.rnd.IntN(40)) * time.Minute)
		if h.now.After(Start) {
			break
		}
		p.Joining = append(p.Joining, ronda.Submission{Report: report(true), Keys: keys[:1], Open: first.Open})
	}
	h.now = at
	return p
}
