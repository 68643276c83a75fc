package web

import (
	"ronda/internal/intake"
	"ronda/internal/web/frame"
)

// maxSend bounds a report or an addition with its files: MaxFiles of maxFile bytes, and room for the words.
const maxSend = intake.MaxFiles*maxFile + 1<<20

// citizenRoutes lists the pages for everyone. Paths are Indonesian; frame serves the same under /en.
func (s *Site) citizenRoutes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /{$}", Action: s.showHome},
		{Pattern: "GET /cek", Action: s.showHome},
		{Pattern: "POST /cek", Action: s.checkMessage},
		{Pattern: "POST /cek/izin", Action: s.allowMessage},
		{Pattern: "GET /cek/izin", Action: s.showHome}, // a reload after the answer
		{Pattern: "GET /periksa", Action: s.listFactChecks},
		{Pattern: "GET /periksa/{ref}", Action: s.showFactCheck},

		{Pattern: "GET /lapor", Action: s.startReport},
		{Pattern: "POST /lapor", Action: s.startReport}, // with a message from /cek
		{Pattern: "POST /lapor/baru", Action: s.restartReport},
		{Pattern: "GET /lapor/tautan", Action: s.askLink},
		{Pattern: "POST /lapor/tautan", Action: s.saveLink},
		{Pattern: "GET /lapor/masalah", Action: s.askProblem},
		{Pattern: "POST /lapor/masalah", Action: s.saveProblem},
		{Pattern: "GET /lapor/wilayah", Action: s.askRegion},
		{Pattern: "POST /lapor/wilayah", Action: s.saveRegion},
		{Pattern: "GET /lapor/bukti", Action: s.askProof},
		{Pattern: "POST /lapor/bukti", Action: s.saveProof},
		{Pattern: "GET /lapor/periksa-jawaban", Action: s.reviewReport},
		{Pattern: "POST /lapor/periksa-jawaban", Action: s.sendReport, MaxBody: maxSend},
		{Pattern: "GET /lapor/terkirim", Action: s.showSent},
		{Pattern: "GET /keluar", Action: s.leave},

		{Pattern: "GET /tiket", Action: s.askTicket},
		{Pattern: "POST /tiket", Action: s.findTicket},
		{Pattern: "GET /tiket/{kode}", Action: s.showTicket},
		{Pattern: "POST /tiket/{kode}", Action: s.addToTicket, MaxBody: maxSend},

		{Pattern: "GET /peringatan", Action: s.showAlerts},
		{Pattern: "GET /bantuan", Action: s.showHelp},
		{Pattern: "GET /bantuan/laporan-resmi", Action: s.showFormalReport},
		{Pattern: "GET /bantuan/situs-resmi", Action: s.showOfficialSite},
		{Pattern: "GET /bantuan/salin-tautan", Action: s.listCopyHelp},
		{Pattern: "GET /bantuan/salin-tautan/{platform}", Action: s.showCopyHelp},
		{Pattern: "GET /privasi", Action: s.showPrivacy},
		{Pattern: "GET /aksesibilitas", Action: s.showAccessibility},
		{Pattern: "GET /status", Action: s.showStatus},
		{Pattern: "GET /robots.txt", Action: s.showRobots},
	}
}
