// Package api is the door for programs: JSON under /api/v1/, described by an OpenAPI 3.1 document at /openapi.json from which alone a client
// can be written. It decodes, authorises, calls the stage that does the work, and encodes; no rule of the flow lives here.
//
// What it promises: every error is a problem document (RFC 9457) that names the field and has a stable code; a repeated Idempotency-Key
// changes nothing twice; a program sees what its account may see and no more; no cookie is read or set.
package api
