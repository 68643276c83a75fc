// Package i18n holds every sentence that a page, a letter or a message says, in Indonesian and in English, and the way
// that each language writes numbers, dates and spans of time.
//
// The texts are in messages/<language>/<area>.json, one flat object per area, so that people who write different areas
// never touch the same file. A value is a text, or an object {"one": …, "other": …} where the count "n" changes the
// words. "{name}" is filled from the arguments. Loading fails when a key is defined twice, when a language lacks a key
// that another has, or when two languages use different placeholders, so a page never shows a hole.
package i18n
