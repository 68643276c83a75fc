package ronda

import "strings"

// ThemeOf finds the recurrent theme whose rumour a message tells, by its signs: the message in its normal form, words with one space between them. A
// theme says that stories like this come back, never that this message is one of them or that it is false.
func (p *Pack) ThemeOf(normal string) (Theme, bool) {
	padded := " " + normal
	for _, t := range p.Themes {
		if !t.Recurrent {
			continue
		}
		for _, sign := range t.Signs {
			if len(sign) > 0 && indexFunc(sign, func(word string) bool { return !strings.Contains(padded, " "+word) }) < 0 {
				return t, true
			}
		}
	}
	return Theme{}, false
}
