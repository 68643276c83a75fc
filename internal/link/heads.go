package link

import (
	"regexp/syntax"
	"strings"
)

// maxHeads bounds the literal beginnings that are enumerated for one expression.
const maxHeads = 64

// head is a literal beginning of everything that an expression matches.
type head struct {
	text string
	done bool // the expression goes on in a way that is not literal
}

// firstSegments lists the first path segments ("groups" of "/groups/1/posts/2") that an expression can match, so that
// most expressions need not be run at all. Open is true where the first segment is free, or may be.
func firstSegments(expr string) (names []string, open bool) {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil || !strings.HasPrefix(expr, "^/") && !strings.HasPrefix(expr, "^(") {
		return nil, true
	}
	heads := extend([]head{{}}, re.Simplify())
	if heads == nil {
		return nil, true
	}
	seen := map[string]bool{}
	for _, h := range heads {
		if !strings.HasPrefix(h.text, "/") {
			open = true
			continue
		}
		name, _, whole := strings.Cut(h.text[1:], "/")
		if !whole && h.done {
			open = true
			continue
		}
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names, open
}

// extend puts the beginnings of re behind each head that is not done. It gives nil where there are too many.
func extend(heads []head, re *syntax.Regexp) []head {
	var out []head
	for _, h := range heads {
		if h.done {
			out = append(out, h)
			continue
		}
		more := beginnings(re)
		for _, m := range more {
			out = append(out, head{h.text + m.text, m.done})
		}
		if len(more) == 0 || len(out) > maxHeads {
			return nil
		}
	}
	return out
}

func beginnings(re *syntax.Regexp) []head {
	stop := []head{{done: true}}
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText:
		return []head{{}}
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			return stop
		}
		return []head{{text: string(re.Rune)}}
	case syntax.OpCharClass:
		var out []head
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i+1]-re.Rune[i] > 4 || len(out) > 8 {
				return stop
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				out = append(out, head{text: string(r)})
			}
		}
		return out
	case syntax.OpCapture:
		return beginnings(re.Sub[0])
	case syntax.OpQuest:
		return append(beginnings(re.Sub[0]), head{})
	case syntax.OpAlternate:
		var out []head
		for _, sub := range re.Sub {
			out = append(out, beginnings(sub)...)
		}
		return out
	case syntax.OpConcat:
		heads := []head{{}}
		for _, sub := range re.Sub {
			if heads = extend(heads, sub); heads == nil {
				return stop
			}
		}
		return heads
	}
	return stop
}
