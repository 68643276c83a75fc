package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ronda"
	"ronda/internal/publish/picture"
	"ronda/internal/web/frame"
)

// kitView is a kit in one language.
type kitView struct {
	ronda.Kit
	Path, Name, Intro, ThemeName, For string
	Place, Source, Second             string
	Old                               bool // its last day has passed
	Messages                          []kitMessage
	Talk                              []string
	Do                                string
	Others                            []kitView
}

// kitMessage is a message to send on, with where it leads.
type kitMessage struct {
	N           int
	Text, Share string
	Card        string // path of its picture
}

// kitsPage is the data of page/kits.html.
type kitsPage struct {
	Form      frame.Form
	Themes    []frame.Choice
	Audiences []frame.Choice
	Regions   []frame.Choice
	Groups    []kitGroup
	Active    int
}

// kitGroup is the kits of one theme, with the answer that the pack prepared.
type kitGroup struct {
	Name, Prebunk string
	Kits          []kitView
}

// allKits are the kits of the pack and those that partners published.
func (s *Site) allKits(ctx context.Context) ([]ronda.Kit, error) {
	var all []ronda.Kit
	for _, k := range s.pack.Kits {
		all = append(all, k.Kit())
	}
	more, err := s.opt.Publications.Kits(ctx)
	return append(all, more...), err
}

// findKit finds a kit of the pack, or one of a partner that is or was public.
func (s *Site) findKit(r *http.Request) (ronda.Kit, error) {
	id := r.PathValue("id")
	for _, k := range s.pack.Kits {
		if k.ID == id {
			return k.Kit(), nil
		}
	}
	k, err := s.opt.Publications.Kit(r.Context(), id)
	if err == nil && k.PublishedAt.IsZero() {
		return ronda.Kit{}, ronda.Errorf(ronda.NotFound, "kit.not_found", "")
	}
	return k, err
}

// listKits lists material by theme, for an audience and a region.
func (s *Site) listKits(w http.ResponseWriter, r *http.Request) error {
	v, q := frame.VisitOf(r), r.URL.Query()
	all, err := s.allKits(r.Context())
	if err != nil {
		return err
	}
	page := kitsPage{Form: frame.Form{Values: q}, Regions: s.regionChoices(v, ""), Audiences: audiences(v)}
	for _, name := range []string{"tema", "untuk", "wilayah"} {
		if q.Get(name) != "" {
			page.Active++
		}
	}
	for _, t := range s.pack.Themes {
		group := kitGroup{Name: t.Name.In(v.Lang), Prebunk: t.Prebunk.In(v.Lang)}
		any := false
		for _, k := range all {
			if k.Theme != t.ID {
				continue
			}
			any = true
			if region := q.Get("wilayah"); q.Get("tema") != "" && q.Get("tema") != t.ID || q.Get("untuk") != "" && q.Get("untuk") != k.Audience ||
				region != "" && k.Region != "" && !s.pack.Within(region, k.Region) {
				continue
			}
			group.Kits = append(group.Kits, s.kitView(r.Context(), v, k))
		}
		if any {
			page.Themes = append(page.Themes, frame.Choice{Value: t.ID, Text: t.Name.In(v.Lang)})
		}
		if len(group.Kits) > 0 {
			page.Groups = append(page.Groups, group)
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "kits", Title: v.T("kits.title"), Nav: "bahan", Data: page})
}

func audiences(v *frame.Visit) []frame.Choice {
	var out []frame.Choice
	for _, a := range ronda.Audiences() {
		out = append(out, frame.Choice{Value: a, Text: v.T("kit.audience." + a)})
	}
	return out
}

func (s *Site) kitView(ctx context.Context, v *frame.Visit, k ronda.Kit) kitView {
	view := kitView{Kit: k, Path: "/bahan/" + k.ID, Name: k.Title.In(v.Lang), Intro: k.Lead.In(v.Lang), ThemeName: s.themeName(v, k.Theme), For: v.T("kit.audience." + k.Audience),
		Place: v.T("report.region.all"), Source: v.T("kit.by_pack"), Old: k.Expired(v.Now, s.pack), Do: k.Activity.In(v.Lang)}
	if k.Region != "" {
		view.Place = s.regionWords(v, k.Region)
	}
	if k.Origin == "partner" {
		view.Source = s.orgName(ctx, v.Lang, k.Org, "", k.CreatedAt)
		view.Second = s.orgName(ctx, v.Lang, k.SecondOrg, "", k.PublishedAt)
		if body, ok := s.pack.Authority(k.SecondOrg); ok {
			view.Second = s.pack.AuthorityName(body.ID, k.PublishedAt).Name.In(v.Lang)
		}
	}
	link := s.frame.Absolute(v.Prefix + view.Path)
	for i, t := range k.Short {
		text := t.In(v.Lang)
		view.Messages = append(view.Messages, kitMessage{N: i + 1, Text: text + "\n" + link, Share: "https://wa.me/?text=" + url.QueryEscape(text+"\n"+link), Card: view.Path + "/kartu-" + strconv.Itoa(i+1) + ".png"})
	}
	for _, t := range k.Points {
		view.Talk = append(view.Talk, t.In(v.Lang))
	}
	return view
}

// showKit is one kit: what to send on, what to say, where it comes from, how long it holds. A withdrawn one answers 410 with the reason.
func (s *Site) showKit(w http.ResponseWriter, r *http.Request) error {
	k, err := s.findKit(r)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	view := s.kitView(r.Context(), v, k)
	all, err := s.allKits(r.Context())
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Theme == k.Theme && x.ID != k.ID {
			view.Others = append(view.Others, s.kitView(r.Context(), v, x))
		}
	}
	page := frame.Page{Template: "kit", Title: view.Name, Nav: "bahan", Crumbs: []frame.Crumb{{Text: v.T("kits.title"), Path: "/bahan"}}, Data: view,
		Share: &frame.Share{Title: view.Name, Description: view.Intro}}
	if k.State == ronda.AlertWithdrawn {
		page.Status, page.Title = http.StatusGone, v.T("alert.withdrawn")+": "+view.Name
	}
	return s.frame.Render(w, r, page)
}

func (s *Site) cardOf(v *frame.Visit, view kitView, text string) picture.Card {
	c := picture.Card{Kicker: view.ThemeName, Title: view.Name, Text: text, URL: s.frame.Absolute(v.Prefix + view.Path),
		Life: v.T("kit.life", "reviewed", v.Day(view.Reviewed), "until", v.Day(view.Expires))}
	if len(view.Sources) > 0 {
		c.Source = v.T("kit.source", "source", view.Sources[0].Title)
	}
	return c
}

// drawKit draws "kartu-1.png" (A6, to send on) or "kartu-1-a4.png" (to hang up).
func (s *Site) drawKit(w http.ResponseWriter, r *http.Request) error {
	k, err := s.findKit(r)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	name, okPNG := strings.CutSuffix(r.PathValue("kartu"), ".png")
	name, big := strings.CutSuffix(name, "-a4")
	number, okCard := strings.CutPrefix(name, "kartu-")
	n, err := strconv.Atoi(number)
	if !okPNG || !okCard || err != nil || n < 1 || n > len(k.Short) || k.State == ronda.AlertWithdrawn || k.Expired(v.Now, s.pack) {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	size := picture.A6
	if big {
		size = picture.A4
	}
	view := s.kitView(r.Context(), v, k)
	return s.sendPicture(w, "k"+k.ID+strconv.FormatInt(k.Version, 10)+r.PathValue("kartu")+v.Lang, func() ([]byte, error) {
		return s.opt.Pictures.Card(size, s.cardOf(v, view, k.Short[n-1].In(v.Lang)))
	})
}

// printKit is the whole kit on paper.
func (s *Site) printKit(w http.ResponseWriter, r *http.Request) error {
	k, err := s.findKit(r)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	if k.State == ronda.AlertWithdrawn || k.Expired(v.Now, s.pack) {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	view := s.kitView(r.Context(), v, k)
	sheet := picture.Sheet{Card: s.cardOf(v, view, ""), Lang: v.Lang, Lead: view.Intro, Points: view.Talk, Activity: view.Do, Page: v.T("kit.page"), At: k.PublishedAt,
		Heads: [4]string{v.T("kit.points." + k.Audience), v.T("kit.messages"), v.T("kit.activity"), v.T("kit.sources")}}
	if sheet.At.IsZero() {
		sheet.At, _ = time.ParseInLocation(time.DateOnly, k.Reviewed, s.pack.Zone("")) // the pack was checked
	}
	for _, t := range k.Short {
		sheet.Short = append(sheet.Short, t.In(v.Lang))
	}
	for _, x := range k.Sources {
		sheet.Sources = append(sheet.Sources, strings.TrimSpace(x.Title+" "+x.URL))
	}
	data, err := s.opt.Pictures.PDF(sheet)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `inline; filename="ronda-`+k.ID+"-"+v.Lang+`.pdf"`)
	h.Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(data)
	return nil
}
