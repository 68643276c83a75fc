package web

import (
	"net/http"
	"time"

	"ronda"
	"ronda/internal/intake"
	"ronda/internal/web/frame"
)

// addedNote lives until the next look at the ticket, to say that something was added.
var addedNote = frame.Draft{Name: "ronda_tambah", Path: "/tiket", Life: 10 * time.Minute}

// addToTicket takes more evidence, or the answer to a question that the hub asked.
func (s *Site) addToTicket(w http.ResponseWriter, r *http.Request) error {
	code, ok := ronda.ParseCode(r.PathValue("kode"), ronda.CodeLength)
	if !ok {
		return errTicketCode
	}
	if err := parseMultipart(r); err != nil {
		return err
	}
	defer dropFiles(r)
	v := frame.VisitOf(r)
	in, err := s.readAddition(r, code)
	defer closeUploads(in.Files)
	if err == nil {
		in.Sender = v.Addr.String()
		_, err = s.opt.Intake.AddMore(r.Context(), in)
	}
	if faults := v.Fields(err); len(faults) > 0 {
		return s.renderTicket(w, r, code, r.PostForm, faults)
	}
	if err != nil {
		return ourFault(err)
	}
	if err := s.frame.SaveDraft(w, addedNote, code); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/tiket/"+ronda.FormatCode(code))
}

// readAddition reads the form of a ticket: words, addresses or files, at least one of them.
func (s *Site) readAddition(r *http.Request, code string) (intake.MoreInput, error) {
	in := intake.MoreInput{Code: code, IdemKey: r.PostForm.Get("key")}
	var err error
	if in.Text, err = cleanText(r.PostForm.Get("text"), "text", maxReported); err != nil {
		return in, err
	}
	if in.Links, err = s.readLinks(r.PostForm.Get("link"), "link"); err != nil {
		return in, err
	}
	if in.Files, err = readUploads(r, "file"); err != nil {
		return in, err
	}
	if in.Text == "" && len(in.Links) == 0 && len(in.Files) == 0 {
		return in, ronda.Errorf(ronda.Invalid, "ticket.nothing_added", "text")
	}
	return in, nil
}

// tookAdded tells, once, whether the person has just added something to the ticket.
func (s *Site) tookAdded(w http.ResponseWriter, r *http.Request, code string) bool {
	var added string
	if !s.frame.LoadDraft(r, addedNote, &added) {
		return false
	}
	s.frame.DropDraft(w, addedNote)
	return added == code
}

func isoTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
