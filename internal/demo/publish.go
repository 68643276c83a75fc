package demo

import (
	"fmt"
	"time"

	"ronda"
)

// Published is what partners and the election commission have published in the demonstration, in the order in which it was saved.
type Published struct {
	Checks    []PlannedCheck
	Alerts    []PlannedAlert
	Bulletins []PlannedBulletin
	Kits      []ronda.KitSave
}

// PlannedCheck, PlannedAlert and PlannedBulletin are one version each, with the acts that the log is owed.
type (
	PlannedCheck struct {
		Save ronda.CheckSave
		Acts []ronda.LogAct
	}
	PlannedAlert struct {
		Save ronda.AlertSave
		Acts []ronda.LogAct
	}
	PlannedBulletin struct {
		Save ronda.BulletinSave
		Acts []ronda.LogAct
	}
)

// press writes what is published. Every step goes through the rules, so that the demonstration can show nothing that they would refuse.
type press struct {
	pack     *ronda.Pack
	partners map[string]ronda.Partner
	id       func(at time.Time) string
	out      Published
	err      error
}

// Publish makes what was published before the demonstration begins. All claims are in our own words, all organisations invented.
func Publish(p *ronda.Pack, partners []PlannedPartner, id func(at time.Time) string) (Published, error) {
	w := &press{pack: p, partners: map[string]ronda.Partner{}, id: id}
	for _, x := range partners {
		w.partners[x.Save.Partner.ID] = x.Save.Partner
	}
	date := w.checks()
	w.alerts(date)
	w.bulletins(date)
	w.kits()
	return w.out, w.err
}

func (w *press) env(at time.Time) ronda.Env {
	return ronda.Env{Now: at, Pack: w.pack, ID: func() string { return w.id(at) }}
}

func (w *press) actor(org string) ronda.Actor {
	return ronda.Actor{Account: "peragaan-" + org, Org: org, Roles: []ronda.Role{ronda.RolePartner}}
}

func (w *press) fail(what string, err error) {
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("publish %s: %w", what, err)
	}
}

func both(id, en string) ronda.Text { return ronda.Text{"id": id, "en": en} }

// check publishes a check, or a correction of one.
func (w *press) check(org string, old *ronda.FactCheck, at time.Time, c ronda.CheckContent, note string) ronda.FactCheck {
	p := w.partners[org]
	f, err := ronda.PublishFactCheck(old, w.actor(org), p, c, p.Name, note, w.env(at))
	w.fail("check", err)
	was := 0
	if old != nil {
		was = old.Version
	}
	w.keepCheck(org, f, was, at)
	return f
}

func (w *press) keepCheck(org string, f ronda.FactCheck, was int, at time.Time) {
	if w.err != nil {
		return
	}
	save := ronda.CheckSave{Check: f, Was: was, Event: w.id(at)}
	w.out.Checks = append(w.out.Checks, PlannedCheck{save, []ronda.LogAct{ronda.CheckActs(f, save.Event, w.actor(org))}})
}

func (w *press) checks() (date ronda.FactCheck) {
	ago := func(h int) time.Time { return Start.Add(-time.Duration(h) * time.Hour) }
	kpu := ronda.Reference{Title: "KPU, jadwal dan tahapan Pilkada 2024", URL: "https://www.kpu.go.id"}
	date = w.check("mitra-contoh", nil, ago(20), ronda.CheckContent{
		Claim:       both("Pemungutan suara di sebuah kota disebut mundur sepekan karena logistik terlambat.", "Voting in a city is said to be put off by a week because supplies are late."),
		Truth:       both("Pemungutan suara tetap Rabu, 27 November 2024, di semua daerah.", "Voting stays on Wednesday 27 November 2024, in every region."),
		Explanation: both("Kami menanyakan kabar ini kepada kantor penyelenggara di tiga kota dan membaca jadwal resminya.\n- Tidak ada keputusan yang mengubah hari pemungutan suara.\n- Pesan itu memakai kalimat yang sama dengan kabar serupa pada pemilihan sebelumnya.", "We asked election offices in three cities and read the official schedule.\n- No decision changes voting day.\n- The message uses the same sentences as a rumour in an earlier election."),
		Verdict:     ronda.VerdictFalse, Class: "konten rekaan", Narration: "Sebarkan! Pemilihan diundur seminggu karena kotak suara belum datang. Jangan datang ke TPS tanggal 27.",
		Keywords: []string{"diundur", "kotak suara belum datang", "jangan datang ke tps"}, References: []ronda.Reference{kpu}, Theme: "voting_how", Author: "Redaksi Cek Nusantara"}, "")
	photo := ronda.CheckContent{
		Claim:       both("Foto tumpukan surat suara bertanda disebut berasal dari gudang sebuah kabupaten tahun ini.", "A picture of marked ballots is said to come from a regency's warehouse this year."),
		Truth:       both("Foto itu sudah beredar sejak 2018 dan tidak berasal dari Pilkada 2024.", "The picture has been around since 2018 and is not from the 2024 regional elections."),
		Explanation: both("Pencarian gambar menemukan unggahan pertama dari tahun 2018. Cetakan di surat suaranya memuat jenis pemilihan yang lain.", "A picture search found the first upload, from 2018. The print on the ballots names another kind of election."),
		Verdict:     ronda.VerdictFalse, Class: "konteks keliru", Narration: "Viral, ribuan surat suara sudah tercoblos untuk satu pasangan. Ini fotonya, cepat viralkan sebelum dihapus.",
		Keywords: []string{"surat suara tercoblos", "viralkan sebelum dihapus"}, References: []ronda.Reference{{Title: "CekFakta", URL: "https://cekfakta.com"}}, Theme: "ballots_punched", Media: "image"}
	f := w.check("mitra-contoh", nil, ago(44), photo, "")
	photo.Truth = both("Foto itu sudah beredar sejak 2019 dan tidak berasal dari Pilkada 2024.", "The picture has been around since 2019 and is not from the 2024 regional elections.")
	photo.Explanation = both("Pencarian gambar menemukan unggahan pertama dari April 2019. Cetakan di surat suaranya memuat jenis pemilihan yang lain.", "A picture search found the first upload, from April 2019. The print on the ballots names another kind of election.")
	w.check("mitra-contoh", &f, ago(30), photo, "Tahun unggahan pertama keliru: yang benar 2019, bukan 2018. Putusannya tetap.")
	w.check("mitra-kampus", nil, ago(12), ronda.CheckContent{
		Claim:       both("Rombongan bus disebut membawa pemilih bayaran dari luar daerah.", "Busloads of paid voters are said to come in from elsewhere."),
		Truth:       both("Belum ada bukti yang dapat diperiksa tentang rombongan itu.", "There is no evidence that can be checked of such a convoy."),
		Explanation: both("Tiga orang yang disebut sebagai saksi tidak dapat dihubungi, dan tidak ada rekaman yang menunjukkan tempat serta tanggalnya. Kami terus mencari.", "Three people named as witnesses could not be reached, and no recording shows place and date. We keep looking."),
		Verdict:     ronda.VerdictUnproven, References: []ronda.Reference{{Title: "Bawaslu", URL: "https://www.bawaslu.go.id"}}, Keywords: []string{"bus pemilih bayaran", "ktp palsu"}}, "")
	gone := w.check("mitra-media", nil, ago(60), ronda.CheckContent{
		Claim:       both("Sebuah kantor kelurahan disebut menahan surat pemberitahuan pemilih.", "A village office is said to hold back voters' notices."),
		Truth:       both("Surat pemberitahuan dibagikan petugas sampai tiga hari sebelum pemungutan suara.", "Officers hand out the notices until three days before voting."),
		Explanation: both("Kami membaca aturan pembagiannya dan menghubungi kantor kelurahan itu.", "We read the rules and called the village office."),
		Verdict:     ronda.VerdictMisleading, References: []ronda.Reference{kpu}, Region: "32.73"}, "")
	if w.err == nil {
		next, err := ronda.RetractFactCheck(gone, w.actor("mitra-media"), "", "Narasumber kami ternyata bukan pegawai kantor itu, jadi pemeriksaannya harus diulang.", w.env(ago(50)))
		w.fail("retraction", err)
		w.keepCheck("mitra-media", next, gone.Version, ago(50))
	}
	return date
}

// alert carries out commands at given times, each by an organisation.
func (w *press) alert(steps ...func(al *ronda.Alert)) {
	al := ronda.Alert{}
	for _, s := range steps {
		if w.err == nil {
			s(&al)
		}
	}
}

func (w *press) do(org string, at time.Time, cmd ronda.AlertCommand) func(*ronda.Alert) {
	return func(al *ronda.Alert) {
		a, m := w.actor(org), ronda.Mandate(w.partners[org])
		if o, ok := w.pack.Office(org); ok {
			a, m = ronda.Actor{Account: "peragaan-kpu", Org: o.Authority, Office: o.ID, Roles: []ronda.Role{ronda.RoleLead}}, ronda.CommissionOffice(o.ID)
		}
		next, events, err := ronda.ApplyAlert(*al, a, m, cmd, w.env(at))
		w.fail("alert", err)
		*al = next
		if err == nil {
			w.out.Alerts = append(w.out.Alerts, PlannedAlert{ronda.AlertSave{Alert: next, Events: events}, ronda.AlertActs(next, events)})
		}
	}
}

func (w *press) alerts(date ronda.FactCheck) {
	ago := func(h int) time.Time { return Start.Add(-time.Duration(h) * time.Hour) }
	w.alert(w.do("mitra-contoh", ago(9), ronda.WriteAlert{Urgency: 5, Region: "32.73", Contest: "mayor-32.73", Platform: "whatsapp", Check: date.ID, Known: date,
		Title: both("Tetap datang ke TPS Rabu, 27 November", "Do come to vote on Wednesday 27 November"),
		Text:  both("Hari pemungutan suara tidak berubah. Bawa KTP dan surat pemberitahuan Anda. Kalau ragu, tanyakan ke KPPS atau cek di laman KPU.", "Voting day has not changed. Bring your ID card and your notice. If in doubt, ask the polling officers or look at KPU's site."),
		Claim: both("Pesan berantai menyuruh warga tidak memilih tanggal itu", "A chain message tells people not to vote on that day"), Verdict: ronda.VerdictFalse, ExpiresAt: Start.Add(7 * 24 * time.Hour)}),
		w.do("mitra-contoh", ago(9), ronda.ProposeAlert{}), w.do("mitra-media", ago(8), ronda.ConfirmAlert{}))
	w.alert(w.do("mitra-kampus", ago(16), ronda.WriteAlert{Urgency: 4, Region: "32", Platform: "whatsapp",
		Title: both("Jangan kirim foto KTP untuk mendaftar memilih", "Send no photo of your ID card to register"),
		Text:  both("Penyelenggara tidak pernah meminta NIK atau foto KTP lewat pesan. Blokir pengirimnya dan laporkan.", "Election officials never ask for ID numbers or photos in messages. Block the sender and report it."),
		Claim: both("Akun mengaku penyelenggara menawarkan pendaftaran pemilih kilat", "An account posing as officials offers instant registration"), Verdict: ronda.VerdictFalse, ExpiresAt: Start.Add(5 * 24 * time.Hour)}),
		w.do("mitra-kampus", ago(16), ronda.ProposeAlert{}))
	w.alert(w.do("kpu:32", ago(26), ronda.WriteAlert{Urgency: 3, Region: "32",
		Title:     both("Lowongan petugas TPS hanya lewat pengumuman resmi", "Jobs at polling places are offered only in official notices"),
		Text:      both("Masa perekrutan petugas TPS sudah selesai. Tawaran baru lewat pesan pribadi bukan dari kami.", "Recruiting for polling places is over. New offers in private messages are not from us."),
		ExpiresAt: Start.Add(6 * 24 * time.Hour)}), w.do("kpu:32", ago(26), ronda.ProposeAlert{}))
	w.alert(w.do("mitra-media", ago(5), ronda.WriteAlert{Urgency: 2, Region: "31",
		Title: both("Gambar survei tanpa nama lembaga beredar lagi", "Survey graphics without a pollster's name are back"),
		Text:  both("Survei yang dapat dipercaya menyebut lembaga, tanggal, dan jumlah responden. Cari di situs lembaganya sebelum percaya.", "A credible survey names the pollster, the dates and the sample. Look at the pollster's own site first."),
		Claim: both("Gambar angka dukungan yang tidak menyebut siapa penghitungnya", "A graphic of support figures that names nobody who counted"), Verdict: ronda.VerdictUnproven, ExpiresAt: Start.Add(4 * 24 * time.Hour)}),
		w.do("mitra-media", ago(5), ronda.ProposeAlert{}))
	w.alert(w.do("mitra-komunitas", ago(40), ronda.WriteAlert{Urgency: 3, Region: "34",
		Title:     both("Periksa jam buka TPS di surat Anda", "Look at the opening hours on your notice"),
		Text:      both("Ada kabar yang berbeda-beda tentang jam buka TPS di Sleman. Jam yang benar tertulis di surat pemberitahuan.", "Different opening hours are going around in Sleman. The right ones are on your notice."),
		ExpiresAt: Start.Add(3 * 24 * time.Hour)}), w.do("mitra-komunitas", ago(40), ronda.ProposeAlert{}),
		w.do("mitra-komunitas", ago(34), ronda.WithdrawAlert{Reason: "Jam yang beredar ternyata benar; kami salah membaca pengumuman kecamatan."}))
	w.alert(w.do("mitra-kampus", ago(2), ronda.WriteAlert{Urgency: 5, Region: "32.73",
		Title: both("Tenang, jalan menuju TPS di Bandung aman", "Keep calm, the way to vote in Bandung is safe"),
		Text:  both("Polisi dan pengawas memastikan tidak ada penutupan jalan. Datanglah seperti biasa.", "Police and supervisors confirm that no road is closed. Come as usual."),
		Claim: both("Kabar akan ada bentrokan di beberapa titik kota", "A rumour of clashes at several places in the city"), Verdict: ronda.VerdictUnproven, ExpiresAt: Start.Add(7 * 24 * time.Hour)}),
		w.do("mitra-kampus", ago(1), ronda.ProposeAlert{}))
}

func (w *press) bulletin(office string, old *ronda.Bulletin, at time.Time, c ronda.BulletinContent, note string) ronda.Bulletin {
	o, _ := w.pack.Office(office)
	a := ronda.Actor{Account: "peragaan-kpu", Org: o.Authority, Office: office, Roles: []ronda.Role{ronda.RoleLead}}
	b, events, err := ronda.IssueBulletin(old, a, c, note, w.env(at))
	w.fail("statement", err)
	if err == nil {
		w.out.Bulletins = append(w.out.Bulletins, PlannedBulletin{ronda.BulletinSave{Bulletin: b, Events: events}, ronda.BulletinActs(b, events)})
	}
	return b
}

func (w *press) bulletins(date ronda.FactCheck) {
	ago := func(h int) time.Time { return Start.Add(-time.Duration(h) * time.Hour) }
	w.bulletin("kpu:32", nil, ago(18), ronda.BulletinContent{Region: "32", Theme: "voting_how", Check: date.ID,
		Title: both("Hari pemungutan suara di Jawa Barat tidak berubah", "Voting day in West Java has not changed"),
		Text:  both("Pemungutan suara di seluruh kabupaten dan kota di Jawa Barat berlangsung Rabu, 27 November 2024. Logistik sudah berada di gudang setiap kabupaten dan kota.", "Voting in every regency and city of West Java takes place on Wednesday 27 November 2024. Supplies are in the warehouse of each.")}, "")
	c := ronda.BulletinContent{Theme: "voter_list",
		Title: both("Cara memeriksa nama di daftar pemilih tetap", "How to look up your name on the final voter list"),
		Text:  both("Nama dapat diperiksa di cekdptonline.kpu.go.id atau di papan pengumuman kelurahan. Perbaikan disampaikan kepada PPS.", "Names can be looked up at cekdptonline.kpu.go.id or on the board of the village office. Corrections go to the polling committee."), Sources: []ronda.Reference{{Title: "Cek DPT Online", URL: "https://cekdptonline.kpu.go.id"}}}
	b := w.bulletin("kpu:", nil, ago(70), c, "")
	c.Text = both("Nama dapat diperiksa di cekdptonline.kpu.go.id, di papan pengumuman kelurahan, atau dengan bertanya kepada PPS. Perbaikan disampaikan kepada PPS.", "Names can be looked up at cekdptonline.kpu.go.id, on the board of the village office, or by asking the polling committee, which also takes corrections.")
	w.bulletin("kpu:", &b, ago(46), c, "Menambahkan cara ketiga untuk warga yang tidak punya internet.")
}

func (w *press) kits() {
	at := Start.Add(-80 * time.Hour)
	guru := w.partners["mitra-komunitas"]
	k, err := ronda.ProposeKit(ronda.Kit{}, w.actor("mitra-komunitas"), guru, ronda.KitContent{Theme: "ballots_punched", Audience: "class", Region: "34",
		Title: both("Detektif foto untuk kelas SMP", "Picture detectives for junior secondary"), Lead: both("Kegiatan 40 menit tanpa internet, cukup kertas dan tiga foto cetak.", "A 40-minute activity without internet: paper and three printed pictures."),
		Short:   []ronda.Text{both("Sebelum percaya foto, tanya: di mana, kapan, siapa yang memotret?", "Before you believe a picture ask: where, when, who took it?")},
		Points:  []ronda.Text{both("Bagikan tiga foto tanpa keterangan dan minta siswa menebak peristiwanya.", "Hand out three pictures without captions and let students guess the event."), both("Bacakan keterangan aslinya, lalu bahas tebakan mana yang berasal dari foto dan mana dari prasangka.", "Read the real captions, then talk about which guesses came from the picture and which from prejudice.")},
		Sources: []ronda.Reference{{Title: "CekFakta", URL: "https://cekfakta.com"}}, Reviewed: at.Format(time.DateOnly), Expires: "2025-06-30"}, w.env(at))
	w.fail("kit", err)
	w.out.Kits = append(w.out.Kits, ronda.KitSave{Kit: k})
	if w.err == nil {
		k, err = ronda.ApproveKit(k, w.actor("mitra-kampus"), w.partners["mitra-kampus"], "", w.env(at.Add(9*time.Hour)))
		w.fail("kit", err)
		w.out.Kits = append(w.out.Kits, ronda.KitSave{Kit: k})
	}
}
