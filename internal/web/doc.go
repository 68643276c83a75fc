// Package web is the door of Ronda that people open in a browser: citizens who check and report, officers who assess,
// liaisons who answer, and everyone who wants to see what was done. It stands at the outer edge of the flow: it reads a
// request, calls one stage, and writes a page in Indonesian or English. It decides nothing about reports or cases.
//
// routes*.go list every address. A page is one Go file named for the action and one template under templates/page; what all
// pages share (layout, components, headers, drafts) is package frame. README.md says how to add a page.
//
// Citizen pages promise: no script, no third party, at most 50 kB in four requests, and nothing that a person typed ever
// stands in an address.
package web
