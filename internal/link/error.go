package link

// The limits of this package.
const (
	MaxInput = 8192 // bytes of one address; longer input is refused
	MaxDepth = 5    // wrapped addresses inside one another
	MaxFound = 200  // addresses taken out of one text
)

// Error is a refusal that helps: a code for the pages' texts and the service that it concerns.
type Error struct {
	Code     string // "link.front_page"; see the package comment
	Platform string // the service's id, or ""
	Detail   string // the part that was not understood; may hold what the person wrote, so never log it
}

// Error says in plain English what is wrong. Pages use Code and their own texts.
func (e *Error) Error() string {
	text, ok := errorText[e.Code]
	if !ok {
		return e.Code
	}
	return text
}

// Codes lists every code that Parse can give, for tests of the pages' texts.
func Codes() []string {
	out := make([]string, 0, len(errorText))
	for code := range errorText {
		out = append(out, code)
	}
	return out
}

var errorText = map[string]string{
	"link.empty":         "no address was given",
	"link.too_long":      "the address is longer than 8192 bytes",
	"link.bad_text":      "the address contains control characters or is not valid text",
	"link.no_address":    "there is no web address in this text",
	"link.several":       "there are several addresses here; give one at a time",
	"link.account_name":  "this is an account name; copy the link of the post or of the profile",
	"link.phone_number":  "this is a telephone number, not a web address",
	"link.email_address": "this is an e-mail address, not a web address",
	"link.not_http":      "this is not a web address (http or https)",
	"link.app_link":      "this opens an app; copy the link from the app's share button",
	"link.bad_host":      "the host name in this address is not valid",
	"link.private_host":  "this address lies in a private network that nobody else can open",
	"link.too_deep":      "this address is wrapped too many times",
	"link.front_page":    "this opens the front page, not one post; open the post and copy its link",
	"link.search_page":   "this opens a search, not one post; open the post and copy its link",
	"link.feed_page":     "this opens a feed that looks different for everyone; open the post and copy its link",
	"link.login_page":    "this opens a login page, not one post; copy the link from the post's share button",
	"link.help_page":     "this opens the company's own pages, not one post",

	"link.incomplete_video": "this is not a complete video address; copy it again from the video's share button",
	"link.incomplete_post":  "this is not a complete address of a post; copy it again from the post's share button",
}

func refuse(code string) error { return &Error{Code: code} }
