package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"ronda"
)

// ItemResponse is the answer for one address.
type ItemResponse struct {
	Item         string `json:"item" maxLength:"100" doc:"The address's id in the notice."`
	Answer       string `json:"answer" enum:"removed,restricted,labelled,reach_reduced,account_action,declined,needs_information" doc:"removed: everywhere. restricted: in this country only. labelled, reach_reduced, account_action: as they say. declined: stays, with the reason. needs_information: ask the sender; where the clock's rule grants it, the clock stands still."`
	Reason       string `json:"reason,omitempty" maxLength:"5000" doc:"Needed for declined and needs_information, at least 10 letters."`
	UploaderTold string `json:"uploader_told,omitempty" enum:"yes,no,not_possible" doc:"Whether the uploader was told."`
	Statement    string `json:"statement,omitempty" maxLength:"500" doc:"PUID of the statement of reasons that you issued."`
}

// responsesInput answers addresses of a notice.
type responsesInput struct {
	NoticePath
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a repeat safe: the same key with the same body gets the same answer; with another body it is refused (422)."`
	Body struct {
		Answers []ItemResponse `json:"answers" minItems:"1" maxItems:"500" doc:"Answers, a part of the addresses or all of them. An address may be answered again: the last answer counts, and all of them are kept."`
		All     bool           `json:"all,omitempty" doc:"True: refuse unless after this each address has a final answer."`
	}
}

// responsesOutput confirms answers.
type responsesOutput struct {
	Replayed string `header:"Idempotency-Replayed" doc:"true where this answers a repeat."`
	Body     ResponseReceipt
}

// ResponseReceipt says what was recorded. It is the same for a repeat, whatever happened since: read the notice for its state.
type ResponseReceipt struct {
	Notice   string         `json:"notice" doc:"The notice's id."`
	Recorded []ItemResponse `json:"recorded" doc:"The answers as they were recorded."`
	Sandbox  bool           `json:"sandbox,omitempty" doc:"True for an act of practice."`
	Self     string         `json:"self" format:"uri" doc:"The notice in this API, with its state now."`
}

func (a *api) answer(ctx context.Context, c *caller, in *responsesInput) (*responsesOutput, error) {
	out := &responsesOutput{Body: ResponseReceipt{Notice: in.ID, Recorded: in.Body.Answers, Sandbox: c.actor.Sandbox, Self: a.link("/api/v1/notices/" + in.ID)}}
	receipt, err := a.receiptFor(c, in, out.Body)
	if err != nil {
		return nil, err
	}
	if done, err := a.replay(ctx, receipt, out); done || err != nil {
		return out, err
	}
	names := map[string]string{"answers": "body.answers"}
	var answers []ronda.ItemAnswer
	for i, x := range in.Body.Answers {
		if _, twice := names["answers."+x.Item]; twice {
			return nil, ronda.Errorf(ronda.Invalid, "api.repeated", fmt.Sprintf("body.answers[%d].item", i))
		}
		names["answers."+x.Item] = fmt.Sprintf("body.answers[%d]", i)
		answers = append(answers, ronda.ItemAnswer{Item: x.Item, Answer: ronda.Answer(x.Answer), Reason: x.Reason, UploaderTold: x.UploaderTold, Statement: x.Statement})
	}
	_, err = a.opt.Responses.Answer(ctx, c.actor, in.ID, answers, in.Body.All, receipt)
	if ronda.CodeOf(err) == "idempotency.done" { // the same request ran beside this one
		if done, err := a.replay(ctx, receipt, out); done || err != nil {
			return out, err
		}
	}
	if err != nil {
		return nil, a.problem(ctx, c, err, names)
	}
	return out, nil
}

// receiptFor is what is stored with the answers, so that a repeat gets the same reply.
func (a *api) receiptFor(c *caller, in *responsesInput, body ResponseReceipt) (ronda.Idempotent, error) {
	if in.Key == "" {
		return ronda.Idempotent{}, nil
	}
	reply, err := json.Marshal(body)
	if err != nil {
		return ronda.Idempotent{}, fmt.Errorf("write reply: %w", err)
	}
	asked, err := json.Marshal(in.Body)
	if err != nil {
		return ronda.Idempotent{}, fmt.Errorf("write request: %w", err)
	}
	sum := sha256.Sum256(append([]byte("responses "+in.ID+" "), asked...))
	return ronda.Idempotent{Principal: c.principal(), Key: in.Key, BodyHash: hex.EncodeToString(sum[:]), Status: http.StatusOK, Body: reply, At: a.opt.Now()}, nil
}

// replay answers a request that was carried out before.
func (a *api) replay(ctx context.Context, asked ronda.Idempotent, out *responsesOutput) (bool, error) {
	if asked.Key == "" {
		return false, nil
	}
	before, ok, err := a.opt.Receipts.Receipt(ctx, asked.Principal, asked.Key)
	switch {
	case err != nil:
		return false, fmt.Errorf("look for earlier reply: %w", err)
	case !ok:
		return false, nil
	case before.BodyHash != asked.BodyHash:
		return false, ronda.Errorf(ronda.Invalid, "idempotency.other_body", "Idempotency-Key")
	}
	out.Replayed = "true"
	if err := json.Unmarshal(before.Body, &out.Body); err != nil {
		return false, fmt.Errorf("read earlier reply: %w", err)
	}
	return true, nil
}

func (a *api) noticeRoutes() {
	const tag = "notices"
	answering := spec{tag: tag, token: true, scope: ronda.AnswerNotice, liaison: true, sandbox: true, errors: []int{404, 409}}
	add(a, spec{id: "listNotices", method: http.MethodGet, path: "/notices", tag: tag, token: true, sandbox: true, errors: []int{422}, summary: "Notices received, or to be handed over",
		text: "A liaison's inbox, the ministry's requests, or what waits for an officer to hand over. Poll with `state=sent` for what is new."}, a.listNotices)
	add(a, spec{id: "getNotice", method: http.MethodGet, path: "/notices/{id}", tag: tag, token: true, sandbox: true, errors: []int{404, 422}, summary: "One notice",
		text: "A notice to the account's own platform or ministry; any other does not exist for it. Reading does not acknowledge it."}, a.oneNotice)
	ack, ans, why := answering, answering, answering
	ack.id, ack.method, ack.path, ack.summary = "acknowledgeNotice", http.MethodPost, "/notices/{id}/receipt", "Acknowledge receipt"
	ack.text = "Records that the platform has the notice. The clock starts now. Of a notice that was acknowledged before, it acknowledges the last warning; otherwise it changes nothing and can be repeated."
	add(a, ack, a.acknowledge)
	ans.id, ans.method, ans.path, ans.summary = "answerNotice", http.MethodPost, "/notices/{id}/responses", "Answer addresses"
	ans.body = maxAnswers
	ans.text = "Says what the platform did with each address. Answering acknowledges receipt too."
	add(a, ans, a.answer)
	why.id, why.method, why.path, why.summary = "stateReasons", http.MethodPost, "/notices/{id}/reasons", "Give reasons for not acting"
	why.text = "Records the platform's reasons. Blocking can be recommended only after they are on record."
	add(a, why, a.stateReasons)
}
