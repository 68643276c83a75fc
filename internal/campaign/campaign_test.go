package campaign_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"ronda"
	"ronda/internal/campaign"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/ledger"
	"ronda/internal/link"
)

const contest = "mayor-32.73"

// links is the parser as the server joins it.
type links struct{ p *link.Parser }

func (d links) Parse(raw string) (ronda.ReportAddress, error) {
	l, err := d.p.Parse(raw)
	if err != nil {
		return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, "link.bad_host", "link")
	}
	return ronda.ReportAddress{Given: l.Input, Platform: l.Platform, Kind: l.Kind, Canonical: l.Canonical, Key: l.Key, Unsettled: l.NeedsResolve}, nil
}

type rig struct {
	*caseworktest.Rig
	s *campaign.Service
}

func newRig(t testing.TB) *rig {
	r := &rig{Rig: caseworktest.New(t)}
	p, err := link.New(r.Pack.Platforms)
	if err != nil {
		t.Fatal(err)
	}
	book := ledger.NewBook()
	r.s = &campaign.Service{Pack: r.Pack, Store: r.DB, Links: links{p}, Looks: link.Looks, Now: r.Now, IDs: ronda.IDs{Rand: rand.Reader},
		Leaf: func(a ronda.LogAct) (ronda.Leaf, error) { return book.Leaf(a, rand.Reader) }}
	if _, err := r.s.Do(t.Context(), clerk(), contest, ronda.EnterPairs{Pairs: []ronda.Pair{{Number: 1, Head: "Contoh A", Deputy: "Contoh B"}, {Number: 2, Head: "Contoh C", Deputy: "Contoh D"}}}); err != nil {
		t.Fatal(err)
	}
	return r
}

func clerk() ronda.Actor {
	return ronda.Actor{Account: "clerk", Org: "kpu", Office: "kpu:32.73", Roles: []ronda.Role{ronda.RoleOfficer}}
}

func utf16le(s string) []byte {
	var b bytes.Buffer
	b.WriteString("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		b.Write([]byte{byte(u), byte(u >> 8)})
	}
	return b.Bytes()
}

// TestPreview: each fault is named with its line and reason, and what is good goes in.
func TestPreview(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const head = "nomor;aplikasi;jenis;akun;alias\n"
	for name, x := range map[string]struct {
		file string
		want string // line:state:reason …
	}{
		"plain":          {head + "1;TikTok;resmi;https://www.tiktok.com/@contoh.satu;\n", "2:new:"},
		"handle":         {head + "1;TikTok;resmi;@contoh.satu;\n2;x;tim;contoh_dua;\n1;Twitter;tim;@contoh1;", "2:new: 3:new: 4:new:"},
		"every app":      {head + "1;Facebook;resmi;contoh.satu\n1;Instagram;resmi;@contoh.satu\n1;YouTube;resmi;@contohsatu\n1;Telegram;tim;@contoh_satu\n1;Threads;tim;@contoh.satu\n1;Snack Video;tim;@contoh1", "2:new: 3:new: 4:new: 5:new: 6:new: 7:new:"},
		"byte order":     {"\xef\xbb\xbf" + head + "1;TikTok;resmi;@contoh;\n", "2:new:"},
		"utf-16":         {string(utf16le(strings.ReplaceAll(head, ";", "\t") + "1\tTikTok\tresmi\t@contoh\t\r\n")), "2:new:"},
		"windows-1252":   {"nomor;aplikasi;jenis;akun;keterangan\n1;TikTok;resmi;@contoh;caf\xe9 \x93x\x94\n", "2:new:"},
		"commas, quotes": {"\"nomor\",\"aplikasi\",\"jenis\",\"akun\"\n\"1\",\"TikTok\",\"resmi\",\"https://www.tiktok.com/@contoh\"\n", "2:new:"},
		"title above":    {"DAFTAR AKUN;;;\n;;;\n" + head + "1;TikTok;resmi;@contoh;\n", "4:new:"},
		"old line ends":  {strings.ReplaceAll(head+"1;TikTok;resmi;@contoh;\n", "\n", "\r"), "2:new:"},
		"merged cells":   {head + "1;TikTok;resmi;@contoh1;\n;;resmi;@contoh2;\n2;TikTok;resmi;@contoh3;\n", "2:new: 3:bad:campaign.row_number_missing 4:new:"},
		"open quote":     {head + "1;TikTok;resmi;\"@contoh1;\n2;TikTok;resmi;@contoh3;\n", "2:bad:campaign.row_quotes 3:new:"},
		"twice":          {head + "1;TikTok;resmi;@contoh;\n1;tiktok;resmi;https://m.tiktok.com/@contoh?lang=id;\n", "2:new: 3:known:"},
		"two pairs":      {head + "1;TikTok;resmi;@contoh;\n2;TikTok;resmi;@contoh;\n", "2:new: 3:bad:campaign.other_pair"},
		"unknown pair":   {head + "7;TikTok;resmi;@contoh;\nsatu;TikTok;resmi;@contoh;\n", "2:bad:campaign.pair_unknown 3:bad:campaign.row_number"},
		"wrong app":      {head + "1;Friendster;resmi;@contoh;\n1;Facebook;resmi;https://www.tiktok.com/@contoh;\n1;;resmi;@contoh;\n", "2:bad:campaign.row_platform 3:bad:campaign.row_other_platform 4:bad:campaign.row_which_platform"},
		"wrong kind":     {head + "1;TikTok;pribadi;@contoh;\n1;TikTok;;@contoh;\n", "2:bad:campaign.row_kind 3:bad:campaign.row_kind_missing"},
		"not accounts":   {head + "1;TikTok;resmi;https://www.tiktok.com/@contoh/video/7123456789012345678;\n1;;resmi;https://contoh.id/;\n1;WhatsApp;resmi;https://wa.me/628123456789;\n1;TikTok;resmi;https://vt.tiktok.com/ZS12345/;\n1;TikTok;resmi;;", "2:bad:campaign.row_not_account 3:bad:campaign.row_not_account 4:bad:campaign.row_private 5:bad:campaign.row_short_link 6:bad:campaign.row_account_missing"},
		"spreadsheet":    {head + "1;TikTok;resmi;#NAME?;\n1;Facebook;resmi;1,00012E+14;\n", "2:bad:campaign.row_spreadsheet 3:bad:campaign.row_spreadsheet"},
		"contest codes":  {"kontes;nomor;aplikasi;jenis;akun\nmayor-32.73;1;TikTok;resmi;@contoh1\n32.73;1;TikTok;resmi;@contoh2\n3273;1;TikTok;resmi;@contoh3\n3204;1;TikTok;resmi;@contoh4\nBandung;1;TikTok;resmi;@contoh5\n", "2:new: 3:new: 4:new: 5:bad:campaign.row_contest 6:bad:campaign.row_code"},
		"alias":          {head + "1;Facebook;resmi;contoh.satu;https://www.facebook.com/profile.php?id=100012345678901\n1;Facebook;resmi;https://www.facebook.com/profile.php?id=100012345678901;\n", "2:new: 3:known:"},
		"pairs":          {"no;calon;wakil\n3;Contoh E;Contoh F\n1;Contoh A;Contoh B\n99;X;Y\n4;;Y\n", "2:new: 3:known: 4:bad:campaign.number 5:bad:campaign.name_missing"},
	} {
		p, err := r.s.Preview(t.Context(), clerk(), contest, []byte(x.file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		for _, row := range p.Rows {
			got += fmt.Sprintf("%d:%s:", row.Line, row.State)
			if row.Fault != nil {
				got += row.Fault.Code
			}
			got += " "
		}
		if strings.TrimSpace(got) != x.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, x.want)
		}
		if p.New+p.Known+p.Bad != len(p.Rows) {
			t.Errorf("%s: %d+%d+%d of %d rows", name, p.New, p.Known, p.Bad, len(p.Rows))
		}
	}
	for name, x := range map[string]struct{ file, code string }{
		"empty": {"", "campaign.file_empty"}, "blank": {" \n;;;\n", "campaign.file_header"}, "head only": {head, "campaign.file_empty"}, "no head": {"1;TikTok;resmi;@contoh", "campaign.file_header"},
		"workbook": {"PK\x03\x04rest", "campaign.file_workbook"}, "picture": {"\x89PNG\r\n", "campaign.file_kind"}, "zeros": {"nomor;akun\n1;\x00", "campaign.file_kind"},
		"large": {head + strings.Repeat("1;TikTok;resmi;@contoh;\n", campaign.MaxFile/24+1), "campaign.file_large"}, "many rows": {head + strings.Repeat("1;TikTok;resmi;@contoh;\n", campaign.MaxRows+1), "campaign.file_rows"},
	} {
		if _, err := r.s.Preview(t.Context(), clerk(), contest, []byte(x.file)); ronda.CodeOf(err) != x.code {
			t.Errorf("%s: %v, want %s", name, err, x.code)
		}
	}
	empty, err := r.DB.Register(t.Context(), contest)
	if err != nil || len(empty.Accounts) != 0 || empty.Version != 1 {
		t.Errorf("a preview changed the register: %+v, %v", empty, err)
	}
}

// TestPublish: the file with faults, its mended rows, the file again; and the hash of the public list stands in the log entry.
func TestPublish(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx := t.Context()
	file := "nomor;aplikasi;jenis;akun\n"
	for i := range 21 {
		file += fmt.Sprintf("1;TikTok;resmi;@contoh.satu%02d\n", i)
	}
	file += ";TikTok;tim;@contoh.dua\n"
	p, err := r.s.Preview(ctx, clerk(), contest, []byte(file))
	if err != nil || p.New != 20 || p.Bad != 2 {
		t.Fatalf("preview: %d new, %d bad, %v", p.New, p.Bad, err)
	}
	if got := p.Rows[20].Fault; got.Code != "campaign.limit" || got.Args["limit"] != "20" {
		t.Errorf("the twenty-first: %v", got)
	}
	mended := strings.Replace(p.Table(true), "23;;TikTok", "23;2;TikTok", 1)
	p, err = r.s.Publish(ctx, clerk(), contest, campaign.Join(p.Table(false), mended))
	if err != nil || p.New != 21 || p.Bad != 1 || p.Rows[len(p.Rows)-1].Line != 23 {
		t.Fatalf("publish: %+v, %v", p, err)
	}
	if p, err = r.s.Publish(ctx, clerk(), contest, []byte(file)); err != nil || p.New != 0 || p.Known != 20 {
		t.Errorf("the same file again: %d new, %d known, %v", p.New, p.Known, err)
	}
	reg, history, err := r.s.View(ctx, clerk(), contest)
	if err != nil || len(reg.Accounts) != 21 || len(history) != 23 {
		t.Fatalf("%d accounts, %d events, %v", len(reg.Accounts), len(history), err)
	}
	watcher := ronda.Actor{Account: "w", Org: "bawaslu", Office: "bawaslu:32.73", Roles: []ronda.Role{ronda.RoleOfficer}}
	if _, _, err := r.s.View(ctx, watcher, contest); err != nil {
		t.Errorf("the supervisor's copy: %v", err)
	}
	if _, err := r.s.Preview(ctx, watcher, contest, []byte(file)); ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("the supervisor may import: %v", err)
	}
	if n := bytes.Count(campaign.PublicCSV(reg), []byte("\n")); n != 22 {
		t.Errorf("public list has %d lines", n)
	}
}

// TestAsk: registered, under another name of the same account, a post of it, look-alikes with their reason, and nothing at all.
func TestAsk(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx := t.Context()
	file := "nomor;aplikasi;jenis;akun;alias\n1;TikTok;resmi;@contoh.maju;\n1;Facebook;resmi;contoh.maju;https://www.facebook.com/profile.php?id=100012345678901\n2;Instagram;tim;@sahabatpilihan;\n2;TikTok;tim;@relawan12;\n"
	if p, err := r.s.Publish(ctx, clerk(), contest, []byte(file)); err != nil || p.New != 4 {
		t.Fatalf("publish: %+v, %v", p, err)
	}
	for raw, want := range map[string]string{
		"https://www.tiktok.com/@Contoh.Maju":                           "registered",
		"https://www.tiktok.com/@contoh.maju/video/7123456789012345678": "registered",
		"https://www.facebook.com/profile.php?id=100012345678901":       "registered",
		"https://www.tiktok.com/@cont0h.maju":                           "looks_alike letters",
		"https://www.tiktok.com/@contoh_maju":                           "looks_alike letters",
		"https://www.tiktok.com/@contoh.maju.official":                  "looks_alike word",
		"https://www.tiktok.com/@contohmajuu":                           "looks_alike one_mistyped",
		"https://www.instagram.com/contoh.maju/":                        "looks_alike same_name",
		"https://www.instagram.com/sahabatpiliham/":                     "looks_alike one_mistyped",
		"https://www.tiktok.com/@relawan13":                             "unregistered",
		"https://www.tiktok.com/@warga.biasa":                           "unregistered",
		"https://www.youtube.com/watch?v=abcdefghijk":                   "campaign.ask_not_account",
		"https://contoh.id/berita":                                      "campaign.ask_not_account",
		"bukan alamat":                                                  "link.bad_host",
	} {
		a, err := r.s.Ask(ctx, raw, "32.73")
		got := ronda.CodeOf(err)
		if err == nil {
			got = string(a.Standing)
			if a.Standing == campaign.LooksAlike {
				got += " " + a.Hits[0].Why
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
	if a, err := r.s.Ask(ctx, "https://www.tiktok.com/@contohmajuu", ""); err != nil || a.Standing != campaign.Unregistered {
		t.Errorf("without a region a letter more is nobody's look-alike: %+v, %v", a, err)
	}
}

// TestLook: due once a day in the quiet period of the region, and only for what is registered.
func TestLook(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx := t.Context()
	if _, err := r.s.Publish(ctx, clerk(), contest, []byte("nomor;aplikasi;jenis;akun\n1;TikTok;resmi;@contoh1\n2;TikTok;resmi;@contoh2\n")); err != nil {
		t.Fatal(err)
	}
	due := func() int {
		jobs, err := r.s.Due(ctx, r.Now())
		if err != nil {
			t.Fatal(err)
		}
		return len(jobs)
	}
	if n := due(); n != 0 {
		t.Fatalf("%d looks are due in the campaign", n)
	}
	reg, _ := r.DB.Register(ctx, contest)
	asked := 0
	judge := func(result ronda.RecheckResult) func(context.Context, ronda.Item) ronda.RecheckResult {
		return func(context.Context, ronda.Item) ronda.RecheckResult { asked++; return result }
	}
	if err := r.s.Look(ctx, contest, reg.Accounts[0].ID, judge(ronda.RecheckThere)); err != nil || asked != 0 {
		t.Fatalf("looked in the campaign: %d, %v", asked, err)
	}
	r.Wait(time.Date(2024, 11, 23, 17, 0, 0, 0, time.UTC).Sub(r.Now()))
	if n := due(); n != 2 {
		t.Fatalf("%d looks are due as the quiet period begins, want 2", n)
	}
	if err := r.s.Look(ctx, contest, reg.Accounts[0].ID, judge(ronda.RecheckThere)); err != nil {
		t.Fatal(err)
	}
	if err := r.s.Look(ctx, contest, reg.Accounts[1].ID, judge(ronda.RecheckUnclear)); err != nil {
		t.Fatal(err)
	}
	reg, _ = r.DB.Register(ctx, contest)
	if asked != 2 || len(reg.Marks) != 1 || due() != 0 {
		t.Fatalf("asked %d, marks %+v, due %d", asked, reg.Marks, due())
	}
	public, err := r.s.Public(ctx, contest)
	if err != nil || len(public.Marks) != 0 || public.Accounts[1].Look != "" {
		t.Fatalf("public before a person looked: %+v, %v", public, err)
	}
	r.Wait(24 * time.Hour)
	if n := due(); n != 2 {
		t.Errorf("%d looks are due the next day, want 2", n)
	}
}

// TestOfCase: a post of a registered account in the quiet period shows its rule; a citizen's does not, on the same day.
func TestOfCase(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx := t.Context()
	if _, err := r.s.Publish(ctx, clerk(), contest, []byte("nomor;aplikasi;jenis;akun\n1;TikTok;resmi;@contoh1\n")); err != nil {
		t.Fatal(err)
	}
	c := ronda.Case{Region: "32.73", OpenedAt: time.Date(2024, 11, 25, 1, 0, 0, 0, time.UTC), Items: []ronda.Item{
		{ID: "1", Address: "https://www.tiktok.com/@contoh1/video/7123456789012345678", Key: "tiktok:item:7123456789012345678"},
		{ID: "2", Address: "https://www.tiktok.com/@warga/video/7123456789012345679", Key: "tiktok:item:7123456789012345679"}}}
	marks, err := r.s.OfCase(ctx, c)
	if err != nil || len(marks) != 1 || marks[0].Item.ID != "1" || len(marks[0].Rules) != 1 || marks[0].Rules[0].ID != "account_quiet" {
		t.Fatalf("%+v, %v", marks, err)
	}
	c.ContentDate = time.Date(2024, 11, 20, 1, 0, 0, 0, time.UTC)
	if marks, err = r.s.OfCase(ctx, c); err != nil || len(marks) != 1 || len(marks[0].Rules) != 0 {
		t.Fatalf("posted in the campaign: %+v, %v", marks, err)
	}
}

// FuzzPreview: whatever the bytes, the answer is a plan or a fault that a person can act on, and every row of a plan has its state.
func FuzzPreview(f *testing.F) {
	for _, s := range []string{"nomor;akun;jenis;aplikasi\n1;@a;resmi;TikTok\n", "no,calon,wakil\n1,A,B\n\"", "\xff\xfen\x00o\x00", "no\takun\n1\t\"\n2\t=cmd|x", "nomor;akun\n\x93;\x00"} {
		f.Add([]byte(s))
	}
	r := newRig(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := r.s.Preview(context.Background(), clerk(), contest, data)
		if err != nil {
			if ronda.KindOf(err) != ronda.Invalid {
				t.Fatalf("%q: %v", data, err)
			}
			return
		}
		if p.New+p.Known+p.Bad != len(p.Rows) {
			t.Fatalf("%q: %+v", data, p)
		}
		if p.Bad > 0 {
			if _, err := r.s.Preview(context.Background(), clerk(), contest, []byte(p.Table(true))); ronda.KindOf(err) != "" && ronda.KindOf(err) != ronda.Invalid {
				t.Fatalf("table of bad rows: %v", err)
			}
		}
	})
}
