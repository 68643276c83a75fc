package ronda

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

// Statement is a platform's statement of reasons for one decision, in the fields of the EU's DSA Transparency Database (DSA art. 17, 24(5)), so
// that a platform's existing exporter works here. It is written once and never changed.
type Statement struct {
	ID       string    `json:"uuid"`
	Platform string    `json:"-"` // who issued it
	PUID     string    `json:"puid"`
	At       time.Time `json:"-"` // when it was saved
	Outside  bool      `json:"-"` // it cites the country's law and no notice of ours
	Sandbox  bool      `json:"-"` // practice: kept apart, counted nowhere

	DecisionVisibility      []string `json:"decision_visibility"`
	DecisionVisibilityOther string   `json:"decision_visibility_other,omitempty"`
	DecisionMonetary        string   `json:"decision_monetary,omitempty"`
	DecisionMonetaryOther   string   `json:"decision_monetary_other,omitempty"`
	DecisionProvision       string   `json:"decision_provision,omitempty"`
	DecisionAccount         string   `json:"decision_account,omitempty"`
	AccountType             string   `json:"account_type,omitempty"`
	DecisionGround          string   `json:"decision_ground"`
	GroundURL               string   `json:"decision_ground_reference_url,omitempty"`
	IllegalGround           string   `json:"illegal_content_legal_ground,omitempty"`
	IllegalExplanation      string   `json:"illegal_content_explanation,omitempty"`
	IncompatibleGround      string   `json:"incompatible_content_ground,omitempty"`
	IncompatibleExplanation string   `json:"incompatible_content_explanation,omitempty"`
	IncompatibleIllegal     string   `json:"incompatible_content_illegal,omitempty"`
	ContentType             []string `json:"content_type"`
	ContentTypeOther        string   `json:"content_type_other,omitempty"`
	Category                string   `json:"category"`
	CategoryAddition        []string `json:"category_addition"`
	CategorySpecification   []string `json:"category_specification"`
	CategoryOther           string   `json:"category_specification_other,omitempty"`
	Territory               []string `json:"territorial_scope"`
	ContentLanguage         string   `json:"content_language,omitempty"`
	ContentDate             string   `json:"content_date"` // YYYY-MM-DD
	ApplicationDate         string   `json:"application_date"`
	EndAccount              string   `json:"end_date_account_restriction,omitempty"`
	EndMonetary             string   `json:"end_date_monetary_restriction,omitempty"`
	EndService              string   `json:"end_date_service_restriction,omitempty"`
	EndVisibility           string   `json:"end_date_visibility_restriction,omitempty"`
	DecisionFacts           string   `json:"decision_facts"`
	SourceType              string   `json:"source_type"`
	SourceIdentity          string   `json:"source_identity,omitempty"`
	AutomatedDetection      string   `json:"automated_detection"`
	AutomatedDecision       string   `json:"automated_decision"`
	ContentEAN              string   `json:"content_id_ean,omitempty"`
	RondaCase               string   `json:"ronda_case,omitempty"`   // our case, as the platform knows its number
	RondaNotice             string   `json:"ronda_notice,omitempty"` // our notice that the decision answers
}

// StatementFault is one fault of a statement in the words of the DSA database, which existing exporters know how to read.
type StatementFault struct {
	Field, Message string
}

// StatementCount counts one platform's statements.
type StatementCount struct {
	Platform string
	Total    int
	Outside  int // they cite the country's law and no notice of ours
	Last     time.Time
}

// SubmitStatement is the scope of a token that may hand in statements of reasons.
const SubmitStatement Action = "statement.submit"

// ReadStatement reads a statement from decoded JSON and names every fault, one for each field. Fields that the decision's ground or choices make
// meaningless are dropped, lists are sorted and hold each value once, fields that are not known are ignored: all as the DSA database does.
func ReadStatement(doc map[string]any) (Statement, []StatementFault) {
	r := statementReader{doc: doc}
	s := Statement{
		DecisionVisibility: r.choices("decision_visibility", DecisionVisibilities()), DecisionMonetary: r.choice("decision_monetary", DecisionMonetaries()),
		DecisionProvision: r.choice("decision_provision", DecisionProvisions()), DecisionAccount: r.choice("decision_account", DecisionAccounts()),
		AccountType: r.choice("account_type", AccountTypes()), DecisionGround: r.need("decision_ground", DecisionGrounds()), GroundURL: r.url("decision_ground_reference_url", 500),
		ContentType: r.choices("content_type", ContentTypes()), Category: r.need("category", StatementCategories()),
		CategoryAddition: r.choices("category_addition", StatementCategories()), CategorySpecification: r.choices("category_specification", StatementKeywords()),
		Territory: r.choices("territorial_scope", StatementTerritories()), ContentLanguage: r.choice("content_language", StatementLanguages()),
		ContentDate: r.date("content_date", "2000-01-01", true), ApplicationDate: r.date("application_date", "2020-01-01", true),
		EndAccount: r.date("end_date_account_restriction", "", false), EndMonetary: r.date("end_date_monetary_restriction", "", false),
		EndService: r.date("end_date_service_restriction", "", false), EndVisibility: r.date("end_date_visibility_restriction", "", false),
		DecisionFacts: r.text("decision_facts", 5000, "required"), SourceType: r.need("source_type", SourceTypes()),
		AutomatedDetection: r.need("automated_detection", YesNo()), AutomatedDecision: r.need("automated_decision", AutomatedDecisions()),
		PUID: r.puid(), ContentEAN: r.ean(), RondaCase: r.reference("ronda_case"), RondaNotice: r.reference("ronda_notice"),
	}
	r.depends(&s)
	s.CategoryAddition = dropValue(s.CategoryAddition, s.Category)
	sort.SliceStable(r.faults, func(i, j int) bool { return statementOrder(r.faults[i].Field) < statementOrder(r.faults[j].Field) })
	return s, r.faults
}

// depends reads the fields whose need follows from others.
func (r *statementReader) depends(s *Statement) {
	if !r.present("decision_visibility") && !r.present("decision_monetary") && !r.present("decision_provision") && !r.present("decision_account") {
		all := []string{"decision_visibility", "decision_monetary", "decision_provision", "decision_account"}
		for i, f := range all {
			var others []string
			for j, o := range all {
				if i != j {
					others = append(others, fieldWords(o))
				}
			}
			r.fault(f, "The "+fieldWords(f)+" field is required when none of "+strings.Join(others, " / ")+" are present.")
		}
	}
	if !r.present("content_type") {
		r.fault("content_type", "The content type field is required.")
	}
	need := func(field string, max int, when bool, because string) string {
		if !when {
			return ""
		}
		return r.text(field, max, because)
	}
	illegal, incompatible := s.DecisionGround == "DECISION_GROUND_ILLEGAL_CONTENT", s.DecisionGround == "DECISION_GROUND_INCOMPATIBLE_CONTENT"
	s.DecisionVisibilityOther = need("decision_visibility_other", 500, contains(s.DecisionVisibility, "DECISION_VISIBILITY_OTHER"), "required")
	s.DecisionMonetaryOther = need("decision_monetary_other", 500, s.DecisionMonetary == "DECISION_MONETARY_OTHER", "required when decision monetary is other")
	s.ContentTypeOther = need("content_type_other", 500, contains(s.ContentType, "CONTENT_TYPE_OTHER"), "required")
	s.IllegalGround = need("illegal_content_legal_ground", 500, illegal, "required when decision ground is illegal content")
	s.IllegalExplanation = need("illegal_content_explanation", 2000, illegal, "required when decision ground is illegal content")
	s.IncompatibleGround = need("incompatible_content_ground", 500, incompatible, "required when decision ground is incompatible content")
	s.IncompatibleExplanation = need("incompatible_content_explanation", 2000, incompatible, "required when decision ground is incompatible content")
	if incompatible {
		s.IncompatibleIllegal = r.choice("incompatible_content_illegal", YesNo())
	}
	if contains(s.CategorySpecification, "KEYWORD_OTHER") {
		s.CategoryOther = r.text("category_specification_other", 500, "")
	}
	if s.SourceType != "SOURCE_VOLUNTARY" {
		s.SourceIdentity = r.text("source_identity", 500, "")
	}
}

// UUID makes a version 7 UUID (RFC 9562): 48 bits of milliseconds, 74 random bits. It sorts by time.
func (s IDs) UUID(now time.Time) string {
	var b [16]byte
	s.fill(b[:])
	ms := uint64(now.UnixMilli())
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func dropValue(list []string, v string) []string {
	out := list[:0:0]
	for _, x := range list {
		if x != v {
			out = append(out, x)
		}
	}
	return out
}
