package api

import (
	"context"
	"net/http"
	"time"

	"ronda"
)

// Hooks are a platform's web hook, its key and its last deliveries. cmd joins the real ones.
type Hooks interface {
	// For is the real setting, or the one for practice.
	For(ctx context.Context, platform string, sandbox bool) (ronda.PlatformChannel, error)
	Rotate(ctx context.Context, a ronda.Actor, platform string) (ronda.PlatformChannel, string, error)
	SetSandbox(ctx context.Context, a ronda.Actor, target string) (ronda.PlatformChannel, string, error)
	Test(ctx context.Context, platform string, sandbox bool) (ronda.Delivery, error)
	Deliveries(ctx context.Context, platform string, limit int) ([]ronda.Delivery, error)
}

// Hook is how notices reach the platform, without the key itself.
type Hook struct {
	Channel    string     `json:"channel" enum:"portal,webhook,email,manual" doc:"How notices arrive: the inbox (portal) unless something else was set."`
	Target     string     `json:"target,omitempty" doc:"The web hook's address."`
	KeyID      string     `json:"key_id,omitempty" doc:"Names the key that signs now; each delivery carries it as Ronda-Key-Id."`
	ChangedAt  time.Time  `json:"changed_at,omitzero" doc:"When the setting or the key last changed."`
	Deliveries []Delivery `json:"deliveries" doc:"The last tries, newest first, at most fifty."`
	Sandbox    bool       `json:"sandbox,omitempty" doc:"True for the web hook for practice."`
}

// Delivery is one try to hand a notice over.
type Delivery struct {
	ID      string    `json:"id" doc:"The try's own number."`
	Notice  string    `json:"notice,omitempty" doc:"The notice; missing for a test."`
	At      time.Time `json:"at" doc:"When it began."`
	Outcome string    `json:"outcome" enum:"taken,proven,not_sent,unknown" doc:"taken: 2xx. proven: 2xx with the delivery's number, which is receipt. not_sent: certainly not. unknown: nobody can tell."`
	Status  int       `json:"status,omitempty" doc:"The HTTP status of the answer; missing without one."`
	Answer  string    `json:"answer,omitempty" doc:"The beginning of the answer."`
	Failure string    `json:"failure,omitempty" doc:"What went wrong, in short."`
	Took    int64     `json:"took_ms" doc:"Milliseconds until the answer."`
	Sandbox bool      `json:"sandbox,omitempty" doc:"True for practice."`
}

func deliveryOf(d ronda.Delivery) Delivery {
	return Delivery{ID: d.ID, Notice: d.Notice, At: d.At, Outcome: string(d.Outcome), Status: d.Status, Answer: d.Answer, Failure: d.Failure, Took: d.Took.Milliseconds(), Sandbox: d.Sandbox}
}

// HookKey is a new key. It is shown this once.
type HookKey struct {
	Target  string `json:"target" doc:"The web hook's address."`
	KeyID   string `json:"key_id" doc:"Names the key; deliveries from now on carry it as Ronda-Key-Id."`
	Secret  string `json:"secret" doc:"The key as Standard Webhooks writes it: whsec_ and base64. Not shown again."`
	Sandbox bool   `json:"sandbox,omitempty" doc:"True for the web hook for practice."`
}

type hookOutput struct{ Body Hook }

type hookKeyOutput struct{ Body HookKey }

type deliveryOutput struct{ Body Delivery }

func (a *api) showHook(ctx context.Context, c *caller, _ *emptyInput) (*hookOutput, error) {
	set, err := a.opt.Hooks.For(ctx, c.actor.Platform, c.actor.Sandbox)
	if err != nil {
		return nil, err
	}
	tries, err := a.opt.Hooks.Deliveries(ctx, c.actor.Platform, 200)
	if err != nil {
		return nil, err
	}
	out := &hookOutput{Body: Hook{Channel: set.Kind, KeyID: set.KeyID, ChangedAt: set.ChangedAt, Deliveries: []Delivery{}, Sandbox: c.actor.Sandbox}}
	if set.Kind == "" {
		out.Body.Channel = ronda.ChannelPortal
	}
	if set.Kind == ronda.ChannelWebhook {
		out.Body.Target = set.Target
	}
	for _, d := range tries {
		if d.Sandbox == c.actor.Sandbox && len(out.Body.Deliveries) < 50 {
			out.Body.Deliveries = append(out.Body.Deliveries, deliveryOf(d))
		}
	}
	return out, nil
}

func (a *api) rotateHook(ctx context.Context, c *caller, _ *emptyInput) (*hookKeyOutput, error) {
	set, secret, err := a.opt.Hooks.Rotate(ctx, c.actor, c.actor.Platform)
	if err != nil {
		return nil, err
	}
	return &hookKeyOutput{Body: HookKey{Target: set.Target, KeyID: set.KeyID, Secret: secret, Sandbox: set.Sandbox}}, nil
}

func (a *api) testHook(ctx context.Context, c *caller, _ *emptyInput) (*deliveryOutput, error) {
	d, err := a.opt.Hooks.Test(ctx, c.actor.Platform, c.actor.Sandbox)
	if err != nil {
		return nil, err
	}
	return &deliveryOutput{Body: deliveryOf(d)}, nil
}

// setHookInput says where deliveries of practice go.
type setHookInput struct {
	Body struct {
		Target string `json:"target" maxLength:"2000" format:"uri" example:"https://hooks.example.com/ronda" doc:"A public https address."`
	}
}

func (a *api) setHook(ctx context.Context, c *caller, in *setHookInput) (*hookKeyOutput, error) {
	set, secret, err := a.opt.Hooks.SetSandbox(ctx, c.actor, in.Body.Target)
	if err != nil {
		return nil, err
	}
	return &hookKeyOutput{Body: HookKey{Target: set.Target, KeyID: set.KeyID, Secret: secret, Sandbox: true}}, nil
}

func (a *api) hookRoutes() {
	base := spec{tag: "web hook", token: true, liaison: true, sandbox: true, scope: ronda.AnswerNotice, errors: []int{409}}
	show, key, test, set := base, base, base, base
	show.id, show.method, show.path, show.summary = "getWebhook", http.MethodGet, "/webhook", "The web hook and its last deliveries"
	show.text = "How notices reach your platform. Which channel is used for real notices is set by the operator."
	add(a, show, a.showHook)
	key.id, key.method, key.path, key.summary = "rotateWebhookKey", http.MethodPost, "/webhook/key", "Make a new key"
	key.text = "Every delivery from now on, repeats too, is signed with the new key and carries its `key_id`. Keep both keys until no delivery with the old one is under way: two minutes are enough."
	add(a, key, a.rotateHook)
	test.id, test.method, test.path, test.summary = "testWebhook", http.MethodPost, "/webhook/test", "Send a test"
	test.text = "Sends a signed message of type `test` at once and returns what came of it."
	add(a, test, a.testHook)
	set.id, set.method, set.path, set.summary, set.practice = "setPracticeWebhook", http.MethodPut, "/webhook", "Set the web hook for practice", true
	set.text = "Acts of practice are delivered here from now on, and a new key is made. Private addresses are refused."
	set.errors = []int{409, 422, 400, 413}
	add(a, set, a.setHook)
}
