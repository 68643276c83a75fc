// Package frame is what every page of Ronda stands in: the request's language and theme, the templates with their
// components, hashed static files, security headers, and form answers that travel sealed with the person and never lie on
// the server. It knows nothing of reports or cases; package web puts the pages into it.
//
// It promises: no page without the full set of security headers; no text that a person typed in an address; the same page
// under / in the first language and under /en in English; a page that cannot be rendered is an error page, never half a page.
package frame
