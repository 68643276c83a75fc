package demo

import (
	"fmt"
	"time"

	"ronda"
)

// Filing is what a commission's office of the demonstration has on file for one contest: every name in it is made up and says so.
type Filing struct {
	Contest  string
	Clerk    ronda.Actor // of the commission's office
	Watcher  ronda.Actor // of the supervisor's office; without an account where the demonstration has none
	At       time.Time
	Pairs    []ronda.Pair
	Accounts []FiledAccount
	Adverts  []ronda.NewAdvert
	Decides  bool // the watcher has decided about the first mark
}

// FiledAccount is a line of a filing as a clerk would type it.
type FiledAccount struct {
	Pair                           int
	Platform, Kind, Account, Alias string
}

// clerkOffices are the offices with a clerk, in the order of their contests.
var clerkOffices = []struct{ office, login, contest string }{
	{"kpu:32.73", "akun.bandung", "mayor-32.73"}, {"kpu:32", "akun.jabar", "governor-32"}, {"kpu:34.04", "akun.sleman", "regent-34.04"},
	{"kpu:33.74", "akun.semarang", "mayor-33.74"}, {"kpu:73", "akun.sulsel", "governor-73"}, {"kpu:94", "akun.papuatengah", "governor-94"},
}

// clerks are the people of the commission's offices.
func clerks(p *ronda.Pack) []Person {
	var out []Person
	for i, x := range clerkOffices {
		if _, ok := p.Office(x.office); !ok {
			continue
		}
		out = append(out, Person{Login: x.login, Listed: i == 0, Actor: ronda.Actor{Org: "kpu", Office: x.office, Roles: []ronda.Role{ronda.RoleOfficer}},
			What: ronda.Text{"id": "Petugas KPU di kota: mendaftarkan akun kampanye", "en": "Officer of the election commission in a city: registers campaign accounts"}})
	}
	return out
}

// flowers are the invented names of candidates. No two of them stand in one contest.
var flowers = []string{"Melati", "Kenanga", "Cempaka", "Anggrek", "Seroja", "Dahlia", "Teratai", "Wijaya", "Kemuning", "Seruni", "Flamboyan", "Bakung"}

// Filings lists what is on file, some days before the demonstration's start.
func Filings(p *ronda.Pack, people []Person) []Filing {
	by := map[string]ronda.Actor{}
	for _, x := range people {
		by[x.Login] = x.Actor
	}
	watchers := map[string]ronda.Actor{}
	for _, x := range people {
		if x.Actor.Org == "bawaslu" && x.Actor.Has(ronda.RoleOfficer) && watchers[x.Actor.Office].Account == "" {
			watchers[x.Actor.Office] = x.Actor
		}
	}
	var out []Filing
	for i, x := range clerkOffices {
		c, ok := p.Contest(x.contest)
		clerk, hired := by[x.login]
		if !ok || !hired {
			continue
		}
		f := Filing{Contest: c.ID, Clerk: clerk, Watcher: watchers["bawaslu:"+c.Region], At: Start.Add(-time.Duration(50-i) * 24 * time.Hour), Decides: i == 0}
		for n := 1; n <= 2+(i+1)%2; n++ {
			f.Pairs = append(f.Pairs, ronda.Pair{Number: n, Head: flowers[(2*n+i)%12] + " Rekaan", Deputy: flowers[(2*n+i+1)%12] + " Rekaan", Fictional: true})
			f.Accounts = append(f.Accounts, accountsOf(i, n)...)
		}
		if i == 0 {
			f.Adverts = []ronda.NewAdvert{
				{Pair: 1, Medium: ronda.MediumPrint, Name: "Harian Rekaan", Start: "2024-11-08", End: "2024-11-12"},
				{Pair: 1, Medium: ronda.MediumPrint, Name: "Harian Rekaan", Start: "2024-11-18", End: "2024-11-23"},
				{Pair: 2, Medium: ronda.MediumSocial, Name: "Halaman Contoh Dua", Start: "2024-11-18", End: "2024-11-25"},
				{Pair: 3, Medium: ronda.MediumBroadcast, Name: "Radio Rekaan", Start: "2024-11-15", End: "2024-11-23"},
			}
		}
		out = append(out, f)
	}
	return out
}

// accountsOf invents the accounts of a pair. Their names begin with "contoh".
func accountsOf(contest, pair int) []FiledAccount {
	name := fmt.Sprintf("contoh.%s%d", []string{"bdg", "jabar", "sleman", "smg", "sulsel", "papteng"}[contest], pair)
	flat := fmt.Sprintf("contoh_%s%d", []string{"bdg", "jabar", "sleman", "smg", "sulsel", "papteng"}[contest], pair)
	out := []FiledAccount{
		{pair, "TikTok", "resmi", "@" + name, ""},
		{pair, "Instagram", "resmi", "@" + name, ""},
		{pair, "Facebook", "resmi", name, fmt.Sprintf("https://www.facebook.com/profile.php?id=1000000%02d%02d00001", contest+10, pair)},
		{pair, "TikTok", "tim", "@" + name + ".tim", ""},
		{pair, "Instagram", "partai", "@" + name + ".partai", ""},
	}
	if contest == 0 {
		out = append(out, FiledAccount{pair, "YouTube", "resmi", "@" + flat, ""}, FiledAccount{pair, "X", "tim", "@" + flat, ""}, FiledAccount{pair, "Telegram", "tim", "@" + flat, ""})
	}
	return out
}
