package demo

import (
	"fmt"
	"time"

	"ronda"
)

// PlannedPartner is a partner of the demonstration in its last state, with the acts that the public log is owed for it.
type PlannedPartner struct {
	Save ronda.PartnerSave
	Acts []ronda.LogAct
}

// invented is a partner of the demonstration. None of them exists.
type invented struct {
	id, name, kind string
	login          string // its account, "" for none
	terms          ronda.PartnerTerms
	statement      string
	funding        string
	state          ronda.PartnerState
	local          string // login of a colleague near it, who decides beside the national office
}

func inventedPartners() []invented {
	const (
		yes, no = ronda.PartnerAccredited, ronda.PartnerRefused
		open    = "Anggota dilarang menjadi pengurus partai atau tim kampanye selama menjadi mitra."
		dues    = "Iuran anggota dan hibah yang daftarnya diumumkan setiap tahun."
	)
	terms := func(regions, languages, topics, ties []string) ronda.PartnerTerms {
		return ronda.PartnerTerms{Regions: regions, Languages: languages, Topics: topics, Ties: ties}
	}
	l := func(s ...string) []string { return s }
	return []invented{
		{"mitra-contoh", "Cek Nusantara", "fact_checker", "", terms(nil, l("id", "jv", "su", "en"), l("hoax", "voting_info", "ai_deception"), nil), open, dues, yes, "penelaah.nasional"},
		{"mitra-tokoh", "Rembuk Warga Cibeunying", "community_leader", "mitra.tokoh", terms(l("32.73"), l("id", "su"), nil, nil), open, dues, yes, "petugas.bandung"},
		{"mitra-agama", "Forum Lintas Iman Parahyangan", "religious_leader", "mitra.agama", terms(l("32"), l("id", "su"), l("hate_sara"), nil), open, dues, yes, "penelaah.jabar"},
		{"mitra-media", "Warta Jernih", "media", "mitra.media", terms(l("31", "32", "33"), l("id", "jv", "su"), nil, nil),
			"Ruang redaksi terpisah dari bagian usaha, dan tidak menerima iklan calon selama kampanye.", "Pelanggan dan iklan umum, laporan keuangan diumumkan.", yes, "penelaah.33"},
		{"mitra-kampus", "Laboratorium Ruang Digital", "academic", "mitra.kampus", terms(nil, l("id", "en"), nil, nil), open, "Anggaran universitas dan dana riset terbuka.", yes, "penelaah.nasional"},
		{"mitra-sipil", "Perempuan Jaga Suara", "civil_society", "mitra.sipil", terms(l("33", "34", "35"), l("id", "jv", "mad"), l("harassment", "hate_sara"), l("mayor-33.74")), open, dues, yes, "penelaah.33"},
		{"mitra-komunitas", "Komunitas Guru Ruang Aman", "community", "mitra.komunitas", terms(l("31", "34"), l("id", "jv", "bew"), nil, nil), open, dues, yes, "penelaah.34"},
		{"mitra-difabel", "Suara Setara", "disability_group", "", terms(nil, l("id", "inl"), l("voting_info"), nil), open, dues, yes, "penelaah.nasional"},
		{"mitra-pegiat", "Kabar Terang", "activist", "mitra.pegiat", terms(l("73"), l("id", "bug", "mak"), nil, nil), open, dues, ronda.PartnerSuspended, "penelaah.73"},
		{"mitra-sahabat", "Sahabat Perubahan", "activist", "", terms(l("35"), l("id"), nil, nil),
			"Kami mendukung perubahan dan bekerja bersama siapa saja yang sejalan.", "Dana berasal dari beberapa pihak yang tidak ingin disebut.", no, "penelaah.35"},
		{"mitra-sungai", "Karang Muda Tepi Sungai", "community", "", terms(l("32.73"), l("id", "su"), l("hoax"), nil), open, dues, ronda.PartnerApplied, "petugas.bandung"},
	}
}

// partnerPeople are the partners' accounts.
func partnerPeople() []Person {
	listed := map[string]ronda.Text{
		"mitra.tokoh": {"id": "Mitra, tokoh masyarakat di Bandung: menandai prioritas, memberi masukan", "en": "Partner, community leader in Bandung: flags priorities, advises"},
		"mitra.media": {"id": "Mitra, media di tiga provinsi", "en": "Partner, a newsroom in three provinces"},
	}
	var out []Person
	for _, x := range inventedPartners() {
		if x.login != "" {
			what, ok := listed[x.login]
			out = append(out, Person{Login: x.login, Actor: ronda.Actor{Org: x.id, Roles: []ronda.Role{ronda.RolePartner}}, What: what, Listed: ok})
		}
	}
	return out
}

// partnering is a partner on its way, each step by the real rule at its own time.
type partnering struct {
	b     *builder
	p     ronda.Partner
	out   PlannedPartner
	now   time.Time
	first string // id that is given out first
}

func (o *partnering) env() ronda.Env {
	return ronda.Env{Now: o.now, Pack: o.b.pack, Code: o.b.ids.Code, ID: func() string {
		if id := o.first; id != "" {
			o.first = ""
			return id
		}
		return o.b.ids.New(o.now)
	}}
}

func (o *partnering) do(a ronda.Actor, wait time.Duration, cmd ronda.PartnerCommand) error {
	o.now = o.now.Add(wait)
	next, events, err := ronda.ApplyPartner(o.p, a, cmd, o.env())
	if err != nil {
		return fmt.Errorf("%T: %w", cmd, err)
	}
	o.p = next
	o.out.Save.Events = append(o.out.Save.Events, events...)
	o.out.Acts = append(o.out.Acts, ronda.PartnerActs(next, events)...)
	return nil
}

// partners are partners of nearly every kind: most of them accredited, one suspended, one refused, one that waits.
func (b *builder) partners() ([]PlannedPartner, error) {
	var out []PlannedPartner
	for i, x := range inventedPartners() {
		o := &partnering{b: b, first: x.id, now: Start.AddDate(0, 0, -50).Add(time.Duration(i) * 5 * time.Hour)}
		if x.state == ronda.PartnerApplied {
			o.now = Start.Add(-26 * time.Hour)
		}
		if err := b.partner(o, x); err != nil {
			return nil, fmt.Errorf("partner %s: %w", x.name, err)
		}
		o.p.Version = 1
		o.out.Save.Partner = o.p
		out = append(out, o.out)
	}
	return out, nil
}

func (b *builder) partner(o *partnering, x invented) error {
	err := o.do(ronda.Public(), 0, ronda.ApplyAsPartner{Name: x.name, Kind: x.kind, Terms: x.terms, Statement: x.statement, Funding: x.funding,
		Publications: []string{"https://" + x.id + ".example/"}, HasContact: true})
	if err != nil || x.state == ronda.PartnerApplied {
		return err
	}
	near, top := b.people[x.local], b.people["narahubung"]
	votes := []struct {
		who ronda.Actor
		why string
	}{{near, "Pernyataan independensinya jelas dan karyanya dapat ditelusuri di daerah ini."}, {top, "Sumber dana diumumkan dan tidak ada hubungan dengan tim kampanye yang disembunyikan."}}
	if x.state == ronda.PartnerRefused {
		votes[0].why = "Pernyataan tidak menyebut aturan yang menjaga jarak dari tim kampanye."
		votes[1].why = "Penyandang dana tidak disebut, sehingga hubungan dengan calon tidak dapat diperiksa."
	}
	for _, v := range votes {
		m := o.p.Motions[len(o.p.Motions)-1]
		if err := o.do(v.who, 20*time.Hour, ronda.DecideMotion{Motion: m.ID, Yes: x.state != ronda.PartnerRefused, Reasons: v.why}); err != nil {
			return err
		}
	}
	if x.state != ronda.PartnerSuspended {
		return nil
	}
	o.now = Start.Add(-5 * 24 * time.Hour)
	if err := o.do(near, 0, ronda.MoveMeasure{Kind: ronda.MotionSuspend, Reason: "undeclared_tie", Urgent: true,
		Text: "Seorang pengurus tercatat sebagai anggota tim kampanye dan hal itu tidak dinyatakan."}); err != nil {
		return err
	}
	m := o.p.Motions[len(o.p.Motions)-1]
	return o.do(top, 30*time.Hour, ronda.DecideMotion{Motion: m.ID, Yes: true, Reasons: "Daftar tim kampanye yang diumumkan memuat nama pengurus tersebut."})
}
