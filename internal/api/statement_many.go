package api

import (
	"context"
	"net/http"
	"strconv"

	"ronda"
)

// maxStatements is the size of a batch in the DSA database.
const maxStatements = 100

// statementsOutput is a saved batch.
type statementsOutput struct {
	Status int
	Body   struct {
		Statements []map[string]any `json:"statements" doc:"The statements as they were saved, in the order of the request."`
	}
}

func (a *api) submitStatements(ctx context.Context, c *caller, _ *emptyInput) (*statementsOutput, error) {
	doc, err := a.statementDoc(c)
	if err != nil {
		return nil, err
	}
	rows, refusal := statementRows(doc)
	if refusal != nil {
		return nil, refusal
	}
	work := a.newStatementWork(c)
	all := make([]ronda.Statement, 0, len(rows))
	faults := map[string]any{}
	message := ""
	at := map[string][]int{} // places of each PUID
	for i, row := range rows {
		name := "statement_" + strconv.Itoa(i)
		obj, ok := row.(map[string]any)
		if !ok {
			faults[name] = map[string]any{"statement": []string{"The statement must be an object."}}
			continue
		}
		s, wrong, err := work.read(ctx, obj)
		if err != nil {
			return nil, err
		}
		if len(wrong) > 0 {
			faults[name] = byField(wrong)
			if message == "" {
				message = firstOf(wrong)
			}
		}
		at[s.PUID] = append(at[s.PUID], i)
		all = append(all, s)
	}
	if len(faults) > 0 {
		if message == "" {
			message = "The statement must be an object."
		}
		return nil, statementRefusal("statement.invalid", message, faults)
	}
	if twice := repeated(all, at); len(twice) > 0 {
		return nil, puidRefusal(puidsTwice, twice, at)
	}
	err = a.statementsOf(c).SaveStatements(ctx, all)
	if e := puidsOf(err); len(e) > 0 {
		return nil, puidRefusal(puidsTaken, e, at)
	}
	if err != nil {
		return nil, err
	}
	out := &statementsOutput{Status: http.StatusCreated}
	for _, s := range all {
		out.Body.Statements = append(out.Body.Statements, a.statementRecord(s, true))
	}
	return out, nil
}

// statementRows finds the list in the body.
func statementRows(doc map[string]any) ([]any, *statementProblem) {
	text := ""
	rows, ok := doc["statements"].([]any)
	switch {
	case doc["statements"] == nil || ok && len(rows) == 0:
		text = "The statements field is required."
	case !ok:
		text = "The statements field must be an array."
	case len(rows) > maxStatements:
		text = "The statements field must have between 1 and " + strconv.Itoa(maxStatements) + " items."
	default:
		return rows, nil
	}
	return nil, statementRefusal("statement.invalid", text, map[string]any{"statements": []string{text}})
}

// repeated lists the PUIDs that stand more than once in a batch, in the batch's order.
func repeated(all []ronda.Statement, at map[string][]int) []string {
	var out []string
	for i, s := range all {
		if places := at[s.PUID]; len(places) > 1 && places[0] == i {
			out = append(out, s.PUID)
		}
	}
	return out
}

// puidsOf lists the PUIDs that the store refused.
func puidsOf(err error) []string {
	var out []string
	if e, ok := asError(err); ok && e.Code == "statement.puid_taken" {
		for _, f := range e.Fields {
			out = append(out, f.Args["puid"])
		}
	}
	return out
}

// puidRefusal names each PUID that was used before, and its place.
func puidRefusal(message string, puids []string, at map[string][]int) *statementProblem {
	faults := map[string]any{"puid": []string{message}, "existing_puids": puids}
	for _, p := range puids {
		for _, i := range at[p] {
			faults["statement_"+strconv.Itoa(i)] = map[string]any{"puid": []string{puidTaken}}
		}
	}
	return statementRefusal("statement.puid_taken", message, faults)
}
