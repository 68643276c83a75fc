// Package link is the second stage of the flow: it says which service and which item an address means.
//
// It works without a network and without a clock. Parse takes one address as a person pasted it and gives the
// service, the kind of item, its id, one canonical address and one Key for all forms of the same item; Find takes
// the addresses out of a forwarded message. The forms of each service are data of the election pack (url_patterns,
// redirectors, front_pages, app_links); the forms of the open web (shorteners, archives, wrappers of mail programs)
// are in web.json beside this file, in the same format.
//
// Promises: no input makes it panic; an input is read at most MaxInput bytes long; wrapped addresses are unwrapped at
// most MaxDepth times; Parse(l.Canonical) has the same Key as l; an address that is not understood is either refused
// with a code or kept whole as kind "page", and what could carry meaning in it is never thrown away.
//
// # Codes of refusal
//
// Error.Code is a key for the texts of the pages:
//
//	link.empty            nothing was given
//	link.too_long         longer than MaxInput bytes
//	link.bad_text         not valid UTF-8, or control characters inside
//	link.no_address       words, but no address among them
//	link.several          several addresses where one was asked for
//	link.account_name     "@name" alone
//	link.phone_number     a telephone number alone
//	link.email_address    an e-mail address
//	link.not_http         a scheme that is no web address (mailto:, file:, javascript:, …)
//	link.app_link         an app's own address of a form that is not known
//	link.bad_host         no valid host name
//	link.private_host     localhost, a private network, an internal name
//	link.too_deep         wrapped more than MaxDepth times
//	link.front_page       the app's front page, not one item
//	link.search_page      a search, not one item
//	link.feed_page        a feed or list that looks different for everyone
//	link.login_page       a login or consent page
//	link.help_page        the company's own help, rules or settings
//	link.incomplete_video a video's address whose id is missing, cut or too long
//	link.incomplete_post  the same for a post
//
// # Flags
//
// Flags tell people and the fetcher what is unusual: idn (the host has letters outside ASCII), punycode (it was written
// as xn--), mixed_script, homograph (it looks like a known service's host and is none; see Lookalike), brand_in_host (a known
// service's name stands in a foreign host), userinfo (something before an @ that is not the host), port (not the
// scheme's own), ip_host, unknown_tld, defanged (hxxp, [.]), redirector (it was wrapped), app_link, mirror (a copy of
// the service), archive, translated, amp, unknown_form (a service's host, but a form that is not known), and what the
// pack says of a form (ephemeral, personal_data, …).
package link
