package demo

import (
	"strings"

	"ronda"
)

// Password opens every account of a demonstration. It is shown on the sign-in page, and a demonstration listens on this machine only.
const Password = "peragaan ronda 2024"

// Person is an account of the demonstration. Listed ones stand on the sign-in page.
type Person struct {
	Login, Name string
	Actor       ronda.Actor
	What        ronda.Text
	Listed      bool
}

// names of invented people, from many parts of the country.
var names = strings.Fields("Ayu Bagas Citra Damar Endah Fajar Gita Hasan Intan Joko Kartika Lukman Melati Nanda Oka Putri Raka Sari Tegar Umi Vina Wayan Yusuf Zahra " +
	"Agus Bulan Cahya Dewi Eko Fitri Galih Hana Imam Jelita Kirana Laras Made Nita Okta Pandu Ratna Surya Tiara Utami Wulan Yoga Arif Bima Candra Dian")

var families = strings.Fields("Prasetya Lestari Nugraha Wibawa Maharani Saputra Handayani Kusuma Rahayu Siregar Tanjung Wenda Pattiasina Mahendra Gunadi Hidayah")

// nameOf invents the n-th name.
func nameOf(n int) string {
	return names[n%len(names)] + " " + families[(n*7+n/len(names))%len(families)]
}

// listed are the people a visitor can be.
func listed(p *ronda.Pack) []Person {
	officer := func(login, office, unit string, role ronda.Role, idText, enText string) Person {
		return Person{Login: login, Actor: ronda.Actor{Org: ronda.OfficeAuthority(office), Office: office, Unit: unit, Roles: []ronda.Role{role}},
			What: ronda.Text{"id": idText, "en": enText}, Listed: true}
	}
	out := []Person{
		officer("petugas.bandung", "bawaslu:32.73", "", ronda.RoleOfficer, "Penelaah di kota: memilah, mengkaji", "Officer in a city: triages, assesses"),
		officer("penelaah.jabar", "bawaslu:32", "", ronda.RoleOfficer, "Penelaah di provinsi: sering menjadi penelaah kedua", "Officer in a province: often the second reader"),
		officer("ketua.jabar", "bawaslu:32", "Pimpinan", ronda.RoleLead, "Ketua tim provinsi: menugaskan, mengembalikan", "Provincial lead: assigns, returns"),
		officer("narahubung", "bawaslu:", "Hukum", ronda.RoleContact, "Narahubung nasional: mengirim permohonan", "National contact officer: sends requests"),
		officer("kementerian.satu", "komdigi:", "Direktorat A", ronda.RoleOfficer, "Kementerian: menjawab permohonan, menyiapkan perintah", "Ministry: answers requests, drafts orders"),
		officer("kementerian.dua", "komdigi:", "Direktorat B", ronda.RoleOfficer, "Kementerian: tanda tangan kedua", "Ministry: second signature"),
	}
	out = append(out, officer("kpu.jabar", "kpu:32", "", ronda.RoleLead, "Penyelenggara pemilu di provinsi: pernyataan resmi, peringatan", "Election commission in a province: official statements, alerts"))
	for _, pl := range p.Platforms {
		if !pl.Represented {
			continue
		}
		out = append(out, Person{Login: "penghubung." + pl.ID, Actor: ronda.Actor{Org: pl.ID, Platform: pl.ID, Roles: []ronda.Role{ronda.RoleLiaison}},
			What:   ronda.Text{"id": "Penghubung " + pl.Name + ": menjawab pemberitahuan", "en": "Liaison of " + pl.Name + ": answers notices"},
			Listed: pl.ID == "tiktok" || pl.ID == "facebook"})
	}
	return append(out,
		Person{Login: "mitra", Actor: ronda.Actor{Org: "mitra-contoh", Roles: []ronda.Role{ronda.RolePartner}}, What: ronda.Text{"id": "Mitra pemeriksa fakta: menandai prioritas", "en": "Fact-checking partner: flags priorities"}, Listed: true},
		Person{Login: "pengamat", Actor: ronda.Actor{Org: "pemantau", Roles: []ronda.Role{ronda.RoleObserver}}, What: ronda.Text{"id": "Pengamat: membaca dengan data disamarkan", "en": "Observer: reads masked data"}, Listed: true},
		Person{Login: "pemeriksa", Actor: ronda.Actor{Org: "pemeriksa", Roles: []ronda.Role{ronda.RoleAuditor}}, What: ronda.Text{"id": "Pemeriksa: melihat semua, tidak mengubah apa pun", "en": "Auditor: sees everything, changes nothing"}, Listed: true},
		Person{Login: "pengelola", Actor: ronda.Actor{Org: "operator", Roles: []ronda.Role{ronda.RoleAdmin}}, What: ronda.Text{"id": "Pengelola akun", "en": "Account administrator"}, Listed: true},
	)
}

// staff adds an officer for each office in which a case of the demonstration lies, and some more to draw readers from.
func staff(p *ronda.Pack, regions []string) []Person {
	people := listed(p)
	have := map[string]bool{}
	for _, x := range people {
		have[x.Actor.Office] = true
	}
	add := func(office, login string) {
		if _, ok := p.Office(office); !ok || have[office+login] {
			return
		}
		have[office+login] = true
		people = append(people, Person{Login: login, Actor: ronda.Actor{Org: "bawaslu", Office: office, Roles: []ronda.Role{ronda.RoleOfficer}}})
	}
	for _, r := range regions {
		if office := "bawaslu:" + r; !have[office] {
			add(office, "petugas."+strings.ReplaceAll(r, ".", ""))
		}
	}
	add("bawaslu:", "penelaah.nasional")
	for _, r := range []string{"33", "34", "35", "31", "12", "73"} {
		add("bawaslu:"+r, "penelaah."+r)
	}
	people = append(people, partnerPeople()...)
	// A second administrator, of another office: deciding roles take two. Last, so that nobody else's name changes.
	people = append(people, Person{Login: "pengelola.dua", Actor: ronda.Actor{Org: "bawaslu", Office: "bawaslu:", Roles: []ronda.Role{ronda.RoleAdmin}},
		What: ronda.Text{"id": "Pengelola akun kedua, dari kantor lain: menyetujui", "en": "Second account administrator, of another office: confirms"}, Listed: true})
	people = append(people, clerks(p)...)
	for i := range people {
		people[i].Name = nameOf(i)
	}
	return people
}
