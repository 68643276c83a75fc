package demo

import (
	"fmt"
	"time"

	"ronda"
)

// PlannedAppeal is an objection of the demonstration in its last state, with the acts that the public log is owed for it.
type PlannedAppeal struct {
	Save ronda.AppealSave
	Acts []ronda.LogAct
}

// objection is an objection on its way, each step by the real rule at its own time.
type objection struct {
	b    *builder
	ap   ronda.Appeal
	c    ronda.Case
	room ronda.AppealRoom
	out  PlannedAppeal
	now  time.Time
}

func (o *objection) env() ronda.Env {
	return ronda.Env{Now: o.now, Pack: o.b.pack, ID: func() string { return o.b.ids.New(o.now) }, Code: o.b.ids.Code}
}

func (o *objection) do(a ronda.Actor, cmd ronda.AppealCommand) error {
	next, events, err := ronda.ApplyAppeal(o.ap, a, cmd, o.env())
	if err != nil {
		return fmt.Errorf("%T: %w", cmd, err)
	}
	o.ap = next
	o.out.Save.Events = append(o.out.Save.Events, events...)
	o.out.Acts = append(o.out.Acts, ronda.AppealActs(next, events)...)
	return nil
}

// save ends the objection's history: it is stored once, in its last state.
func (o *objection) save() PlannedAppeal {
	o.ap.Version = 1
	o.out.Save.Appeal, o.out.Save.CaseVersion = o.ap, o.c.Version
	return o.out
}

// appeals are three objections: one overturned with addresses to be put back, one with its panel, one that waits for proof of the account.
func (b *builder) appeals(cases []Planned) ([]PlannedAppeal, error) {
	acted := b.actedFlags(cases)
	if len(acted) < 3 {
		return nil, fmt.Errorf("only %d answered flags to object to", len(acted))
	}
	overturned, err := b.overturned(acted[0])
	if err != nil {
		return nil, fmt.Errorf("overturned objection: %w", err)
	}
	hearing, err := b.hearing(acted[1])
	if err != nil {
		return nil, fmt.Errorf("objection with its panel: %w", err)
	}
	waiting, err := b.waiting(acted[2])
	if err != nil {
		return nil, fmt.Errorf("objection without proof: %w", err)
	}
	return []PlannedAppeal{overturned, hearing, waiting}, nil
}

// actedFlags are the cases with a flag on TikTok that was answered more than four days before the start, in their order.
func (b *builder) actedFlags(cases []Planned) []Planned {
	var out []Planned
	for _, p := range cases {
		if p.Final == nil || p.Final.Case.Stage != ronda.StageActed || len(p.Final.Case.Notices) != 1 {
			continue
		}
		n := p.Final.Case.Notices[0]
		if n.Act == ronda.Flag && n.State == ronda.NoticeAnswered && n.Platform == "tiktok" && n.AnsweredAt.Before(Start.Add(-96*time.Hour)) {
			out = append(out, p)
		}
	}
	return out
}

func (b *builder) objection(p Planned, ago time.Duration) *objection {
	c := p.Final.Case
	o := &objection{b: b, c: c, now: Start.Add(-ago), room: ronda.AppealRoom{Case: c}}
	o.room.Events = append(append(o.room.Events, p.First.Open.Events...), p.Final.Events...)
	return o
}

func (o *objection) draw() error {
	return o.do(ronda.System(), ronda.DrawPanel{Room: o.room, Pool: o.b.readers, Pick: o.b.rnd.IntN})
}

func (o *objection) find(i int, d ronda.AppealDecision, reasons string) error {
	for _, a := range o.b.readers {
		if a.Account == o.ap.Panel[i].Account {
			return o.do(a, ronda.DecideAppeal{Room: o.room, Decision: d, Reasons: reasons})
		}
	}
	return fmt.Errorf("member %d is nobody", i)
}

func (b *builder) overturned(p Planned) (PlannedAppeal, error) {
	o := b.objection(p, 80*time.Hour)
	n := o.c.Notices[0]
	steps := []func() error{
		func() error {
			return o.do(ronda.Public(), ronda.FileAppeal{By: ronda.AppealAuthor, For: &ronda.AppealFor{Case: o.c, Notice: n.ID}, Ground: "counter_speech",
				Reasons: "Video saya memutar ajakan itu untuk membantahnya, dan bagian bantahannya tidak ikut dikutip dalam laporan."})
		},
		o.draw,
		func() error { o.now = o.now.Add(30 * time.Hour); return nil },
		func() error {
			return o.find(0, ronda.AppealOverturned, "Rekaman utuh menunjukkan pengunggah membantah ajakan itu, sehingga unsur mengajak tidak terpenuhi.")
		},
		func() error { o.now = o.now.Add(20 * time.Hour); return nil },
		func() error {
			return o.find(1, ronda.AppealOverturned, "Bantahan dimulai pada menit kedua dan tidak dinilai oleh penelaah pertama maupun kedua.")
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return o.out, err
		}
	}
	ap, c, events, err := ronda.CarryOut(o.ap, o.c, o.env())
	if err != nil {
		return o.out, err
	}
	change, err := b.drawer.Change(c, events)
	if err != nil {
		return o.out, err
	}
	change.Jobs = nil // what they would tell was told already
	o.ap, o.c, o.out.Save.Change = ap, c, &change
	return o.save(), nil
}

func (b *builder) hearing(p Planned) (PlannedAppeal, error) {
	o := b.objection(p, 26*time.Hour)
	n := o.c.Notices[0]
	cmd := ronda.FileAppeal{By: ronda.AppealPlatform, For: &ronda.AppealFor{Case: o.c, Notice: n.ID}, Ground: "too_harsh",
		Reasons: "Label sudah cukup untuk unggahan ini karena jangkauannya kecil dan komentarnya sudah dibatasi."}
	if err := o.do(b.people["penghubung."+n.Platform], cmd); err != nil {
		return o.out, err
	}
	if err := o.draw(); err != nil {
		return o.out, err
	}
	o.now = o.now.Add(9 * time.Hour)
	err := o.find(0, ronda.AppealUpheld, "Ajakannya langsung dan menyebut tempat, sehingga label saja tidak mencegah akibatnya.")
	return o.save(), err
}

// waiting is filed under an address: as long as nobody has proven that the account is theirs, it leads nowhere.
func (b *builder) waiting(p Planned) (PlannedAppeal, error) {
	o := b.objection(p, 7*time.Hour)
	it := o.c.Items[0]
	o.c = ronda.Case{}
	err := o.do(ronda.Public(), ronda.FileAppeal{By: ronda.AppealAuthor, Ground: "satire", Address: ronda.ReportAddress{Platform: it.Platform, Canonical: it.Address, Key: it.Key},
		Reasons: "Ini lakon satire tentang janji kampanye, dan di keterangannya tertulis bahwa semua tokohnya rekaan."})
	if err != nil {
		return o.out, err
	}
	o.now = o.now.Add(2 * time.Hour)
	err = o.do(ronda.Public(), ronda.AskControl{})
	return o.save(), err
}
