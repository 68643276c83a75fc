package web

import "ronda/internal/web/frame"

// accountPath is where people look after their own account.
const accountPath = "/kerja/akun"

// accountRoutes lists signing in, a person's own account, and the desk of the administrators.
func (s *Site) accountRoutes() []frame.Route {
	if s.opt.Casework == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /masuk", Action: s.showSignIn},
		{Pattern: "POST /masuk", Action: s.signIn},
		{Pattern: "POST /masuk/kunci/mulai", Action: s.beginSignInKey},
		{Pattern: "POST /masuk/kunci", Action: s.signInKey},
		{Pattern: "GET /masuk/kedua", Action: s.showSecond},
		{Pattern: "POST /masuk/kedua", Action: s.takeSecond},
		{Pattern: "POST /masuk/kedua/kunci/mulai", Action: s.beginSecondKey},
		{Pattern: "POST /masuk/kedua/kunci", Action: s.takeSecondKey},
		{Pattern: "GET /masuk/lembaga/{id}", Action: s.toInstitution},
		{Pattern: "GET /masuk/lembaga/{id}/kembali", Action: s.fromInstitution},
		{Pattern: "POST /keluar", Action: s.signOut},
		{Pattern: "GET /undangan/{link}", Action: s.showInvitation},
		{Pattern: "POST /undangan/{link}", Action: s.acceptInvitation},

		{Pattern: "GET " + accountPath, Action: s.own(s.showAccount)},
		{Pattern: "POST " + accountPath + "/bahasa", Action: s.own(s.setLanguage)},
		{Pattern: "GET " + accountPath + "/sandi", Action: s.own(s.showPassword)},
		{Pattern: "POST " + accountPath + "/sandi", Action: s.own(s.setPassword)},
		{Pattern: "POST " + accountPath + "/sesi/lain", Action: s.own(s.endOtherSessions)},
		{Pattern: "POST " + accountPath + "/sesi/{id}", Action: s.own(s.endSession)},
		{Pattern: "GET " + accountPath + "/bukti", Action: s.own(s.showProof)},
		{Pattern: "POST " + accountPath + "/bukti", Action: s.own(s.takeProof)},
		{Pattern: "POST " + accountPath + "/bukti/kunci/mulai", Action: s.own(s.beginProofKey)},
		{Pattern: "POST " + accountPath + "/bukti/kunci", Action: s.own(s.takeProofKey)},
		{Pattern: "GET " + accountPath + "/aplikasi", Action: s.own(s.fresh(s.showApp))},
		{Pattern: "POST " + accountPath + "/aplikasi", Action: s.own(s.fresh(s.addApp))},
		{Pattern: "GET " + accountPath + "/kunci", Action: s.own(s.fresh(s.showKey))},
		{Pattern: "POST " + accountPath + "/kunci/mulai", Action: s.own(s.freshJSON(s.beginKey))},
		{Pattern: "POST " + accountPath + "/kunci", Action: s.own(s.freshJSON(s.addKey))},
		{Pattern: "POST " + accountPath + "/faktor/{id}/hapus", Action: s.own(s.fresh(s.removeFactor))},
		{Pattern: "POST " + accountPath + "/kode", Action: s.own(s.fresh(s.makeCodes))},
		{Pattern: "POST " + accountPath + "/kode/berkas", Action: s.own(s.downloadCodes)},
		{Pattern: "GET " + accountPath + "/token", Action: s.work(s.showTokens)},
		{Pattern: "POST " + accountPath + "/token", Action: s.work(s.fresh(s.makeToken))},
		{Pattern: "POST " + accountPath + "/token/{id}/cabut", Action: s.work(s.revokeToken)},
		{Pattern: "GET /penghubung/token", Action: s.work(s.movedTokens)}, // where liaisons have it in their notes

		{Pattern: "GET /kelola", Action: s.work(s.showAccounts)},
		{Pattern: "POST /kelola", Action: s.work(s.makeAccount)},
		{Pattern: "GET /kelola/akun/{id}", Action: s.work(s.showMandate)},
		{Pattern: "POST /kelola/usulan/{id}/{jawab}", Action: s.work(s.answerGrant)},
		{Pattern: "POST /kelola/{id}/{act}", Action: s.work(s.changeAccount)},
	}
}
