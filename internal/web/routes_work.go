package web

import "ronda/internal/web/frame"

// maxUpload is the body limit of forms that carry files: five of 5 MB, or one screen recording.
const maxUpload = 30 << 20

// workRoutes lists the pages of officers, liaisons and administrators.
func (s *Site) workRoutes() []frame.Route {
	if s.opt.Casework == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /kerja", Action: s.work(s.showDay)},
		{Pattern: "GET /kerja/antrean", Action: s.work(s.showQueue)},
		{Pattern: "POST /kerja/antrean", Action: s.work(s.changeMany)},
		{Pattern: "GET /kerja/pilah", Action: s.work(s.showTriage)},
		{Pattern: "POST /kerja/pilah/{no}", Action: s.work(s.triageOne), MaxBody: maxUpload},
		{Pattern: "GET /kerja/pintasan", Action: s.work(s.showShortcuts)},
		{Pattern: "POST /kerja/pintasan", Action: s.work(s.setShortcuts)},
		{Pattern: "GET /kerja/serahkan", Action: s.work(s.showByHand)},
		{Pattern: "GET /kerja/kasus/{no}", Action: s.work(s.showCase)},
		{Pattern: "POST /kerja/kasus/{no}/{act}", Action: s.work(s.changeCase), MaxBody: maxUpload},
		{Pattern: "GET /kerja/kasus/{no}/kajian", Action: s.work(s.showAssessment)},
		{Pattern: "POST /kerja/kasus/{no}/kajian", Action: s.work(s.saveAssessment)},
		{Pattern: "GET /kerja/kasus/{no}/pemberitahuan/baru", Action: s.work(s.showNewNotice)},
		{Pattern: "POST /kerja/kasus/{no}/pemberitahuan/baru", Action: s.work(s.sendNotice)},
		{Pattern: "POST /kerja/kasus/{no}/pemberitahuan/{id}/{act}", Action: s.work(s.changeNotice), MaxBody: maxUpload},
		{Pattern: "GET /kerja/kasus/{no}/berkas/{id}", Action: s.work(s.showEvidence)},
		{Pattern: "GET /kerja/kasus/{no}/pemberitahuan/{id}/{form}", Action: s.work(s.showLetter)},
		{Pattern: "GET /penghubung/pemberitahuan/{id}/{form}", Action: s.work(s.showReceivedLetter)},

		{Pattern: "GET /penghubung", Action: s.work(s.showInbox)},
		{Pattern: "GET /penghubung/pemberitahuan/{id}", Action: s.work(s.showReceived)},
		{Pattern: "POST /penghubung/pemberitahuan/{id}/{act}", Action: s.work(s.answerNotice), MaxBody: maxUpload},
		{Pattern: "GET /penghubung/pemberitahuan/{id}/tabel.csv", Action: s.work(s.downloadTable)},
		{Pattern: "GET /penghubung/pemberitahuan/{id}/berkas/{file}", Action: s.work(s.showReceivedEvidence)},

		{Pattern: "GET /mitra", Action: s.work(s.showPartner)},
		{Pattern: "POST /mitra", Action: s.work(s.flagPriority)},
	}
}
