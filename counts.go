package ronda

// CheckCount counts the checks of one day that ended the same way.
type CheckCount struct {
	Day, Result, Channel string
	Total                int // checks
	Texts                int // different texts
}

// PublicCounts is what the public page of figures adds up from. Sandbox cases are left out everywhere; acts are those with a public page.
type PublicCounts struct {
	Reports    int
	Joined     int // reports that joined a case that was there already
	Checks     int // filled in by who asks for it
	Cases      []CaseCount
	Acts       []ActCount
	Answers    []AnswerCount
	Conclusion []ClosingCount
}

// CaseCount counts cases.
type CaseCount struct {
	Stage    CaseStage
	Category string
	Region   string
	Total    int
}

// ActCount counts public acts that share everything but their date.
type ActCount struct {
	Act       Act
	State     NoticeState
	Platform  string // "" for requests
	Authority string // recipient of requests
	Org       string // sender
	Region    string // as the act names it: a regency, a province, or ""
	Category  string
	Total     int
	Overdue   int
	Addresses int
}

// AnswerCount counts addresses in public acts by what the platform answered; Answer is "" where there is none yet.
type AnswerCount struct {
	Act      Act
	Platform string
	Answer   Answer
	Total    int
}

// ClosingCount counts how an authority's cases ended.
type ClosingCount struct {
	Org   string
	Stage CaseStage
	Total int
}

// RollupRow is a fact of the public figures about one case, as the portal writes it.
type RollupRow struct {
	Case string
	Doc  string
}
