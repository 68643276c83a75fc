package link

import "strings"

// cutScheme takes the scheme and the slashes after it off an address. It repairs "https//", "http:/", doubled schemes and
// common slips of the finger; "example.com:8080/x" has no scheme. The scheme is lower case.
func cutScheme(s string) (scheme, rest string) {
	if strings.HasPrefix(s, "https://") && isHostStart(s[8:]) {
		scheme, s = "https", s[8:]
	} else {
		scheme, s = oneScheme(s)
	}
	// "https://http://example.com" and "http://https//example.com" come from pasting twice.
	for range 3 {
		if scheme != "http" && scheme != "https" || len(s) < 6 || (s[0]|0x20) != 'h' {
			return scheme, s
		}
		again, after := oneScheme(s)
		if again != "http" && again != "https" {
			return scheme, s
		}
		scheme, s = again, after
	}
	return scheme, s
}

func isHostStart(s string) bool { return s != "" && s[0] != '/' && s[0] != '\\' }

func oneScheme(s string) (scheme, rest string) {
	if len(s) > 3 && s[0] >= 0x80 || strings.Contains(s[:min(len(s), 16)], "：") {
		s = strings.NewReplacer("：", ":", "／", "/").Replace(s[:min(len(s), 24)]) + s[min(len(s), 24):]
	}
	i := 0
	for i < len(s) && schemeByte(s[i], i) {
		i++
	}
	if i == 0 || i > 40 {
		return "", s
	}
	head := strings.ToLower(s[:i])
	after := s[i:]
	switch {
	case strings.HasPrefix(after, "[:]"), strings.HasPrefix(after, "(:)"):
		after = after[2:]
		after = ":" + strings.TrimLeft(after[1:], "])")
	case strings.HasPrefix(after, "[://]"):
		after = "://" + after[len("[://]"):]
	case strings.HasPrefix(after, "://"):
	case strings.HasPrefix(after, ";//"):
		after = ":" + after[1:]
	case strings.HasPrefix(after, "//") && webScheme(head) != "":
		after = ":" + after
	}
	if len(after) == 0 || after[0] != ':' {
		return "", s
	}
	after = after[1:]
	if web := webScheme(head); web != "" {
		return web, strings.TrimLeft(after, `/\`)
	}
	if strings.HasPrefix(after, "//") || strings.HasPrefix(after, `\\`) {
		return head, after[2:]
	}
	if strings.Contains(head, ".") && head != "vnd.youtube" && !strings.HasPrefix(head, "com.") || digitsFirst(after) && !slashless(head) {
		return "", s // a host and its port
	}
	return head, strings.TrimPrefix(after, "/")
}

// webScheme recognises http and https with the slips of the finger that leave no doubt.
func webScheme(head string) string {
	switch head {
	case "http", "htp", "htttp", "hhttp", "ttp", "httpp", "hhtp":
		return "http"
	case "https", "htps", "htttps", "hhttps", "ttps", "httpss", "httsp", "htpps", "hhtps", "httos":
		return "https"
	case "hxxp", "hxtp", "htxp", "hxxps", "hxtps", "htxps":
		return "hxxp" + strings.TrimPrefix(head[4:], "p")
	}
	return ""
}

// slashless tells which schemes are written without slashes before digits.
func slashless(head string) bool {
	switch head {
	case "tel", "sms", "smsto", "mailto", "geo", "javascript", "data", "blob", "vnd.youtube", "whatsapp", "urn", "about", "magnet":
		return true
	}
	return false
}

func digitsFirst(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

func schemeByte(c byte, i int) bool {
	switch {
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return true
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.':
		return i > 0
	}
	return false
}
