package mask

import "strings"

// isNIK checks the structure of Law 23/2006 art. 13: region (province, regency, district),
// date of birth with 40 added to the day for women, and a running number from 0001. A family
// card number has the same parts, with the date of issue.
func isNIK(d string) bool {
	if len(d) != 16 || !provinces[d[:2]] {
		return false
	}
	regency, district := atoi(d[2:4]), atoi(d[4:6])
	if regency < 1 || regency > 79 || district < 1 {
		return false
	}
	day, month := atoi(d[6:8]), atoi(d[8:10])
	if day > 40 {
		day -= 40
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn[month-1] {
		return false
	}
	return d[12:] != "0000"
}

// Days of each month in the longest year.
var daysIn = [12]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// Province codes of the Ministry of Home Affairs, with 54 (East Timor, still on old cards).
var provinces = func() map[string]bool {
	m := map[string]bool{}
	for _, c := range strings.Fields(`11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 54
		61 62 63 64 65 71 72 73 74 75 76 81 82 91 92 93 94 95 96`) {
		m[c] = true
	}
	return m
}()

// isPhone knows Indonesian mobile and fixed numbers with +62, 62 or 0, and any number that is
// written with + or 00 (E.164: 8 to 15 digits).
func isPhone(d string, groups []group) bool {
	if len(groups) > 1 && groups[0].digits == "0" && strings.HasPrefix(groups[1].sep, ".") {
		return false // 0.8123456789 is a fraction
	}
	if slashed(groups) {
		return false
	}
	switch {
	case groups[0].lead == '+':
		return d[0] != '0' && len(d) >= 8 && len(d) <= 15 || d[0] == '0' && national(d, groups)
	case strings.HasPrefix(d, "0062"):
		return national("0"+strings.TrimPrefix(d[4:], "0"), groups)
	case strings.HasPrefix(d, "62"):
		return national("0"+strings.TrimPrefix(d[2:], "0"), nil)
	case strings.HasPrefix(d, "00"):
		return len(groups[0].digits) >= 4 && d[2] != '0' && len(d) >= 11 && len(d) <= 17
	case strings.HasPrefix(d, "0"):
		return national(d, groups)
	case d[0] == '8' && len(groups[0].digits) >= 3 && !groups[0].fraction:
		return bareMobile(d)
	}
	return false
}

// national checks a number in the form 0… : mobile 08 and 10 to 13 digits (14 for the longest
// new ones); fixed 0 and an area code of two or three digits, 9 to 12 in all. groups may be nil
// when the grouping says nothing about the area code.
func national(d string, groups []group) bool {
	if len(d) < 9 || d[1] < '2' {
		return false
	}
	if d[1] == '8' {
		return len(d) >= 10 && len(d) <= 14 && d[2] != '0' || strings.HasPrefix(d, "0800") && len(d) >= 9
	}
	if len(d) > 12 {
		return false
	}
	if len(groups) < 2 {
		return true
	}
	first := len(groups[0].digits)
	return groups[0].lead == '+' || first == 3 || first == 4 || first >= 9
}

// bareMobile is 8xx… without the zero, as people write it after "+62" on another line or in a
// form. Only the operators' prefixes count, so that prices and votes stay readable.
func bareMobile(d string) bool {
	if len(d) < 10 || len(d) > 12 {
		return false
	}
	switch d[1] {
	case '1', '2', '3', '5', '7', '9':
		return true
	}
	return false
}

// isCard checks issuer prefix, length and the Luhn sum (ISO/IEC 7812-1).
func isCard(d string) bool {
	n := len(d)
	if n < 13 || n > 19 || !cardPrefix(d) {
		return false
	}
	sum := 0
	for i := range n {
		v := int(d[n-1-i] - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// cardPrefix knows Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay, Maestro
// and the Indonesian GPN with the lengths that they issue.
func cardPrefix(d string) bool {
	n, two, four := len(d), atoi(d[:2]), atoi(d[:4])
	switch {
	case d[0] == '4':
		return n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720, four == 1946:
		return n == 16
	case two == 34 || two == 37:
		return n == 15
	case two == 36 || two == 38 || two == 30:
		return n == 14 || n == 16
	case four >= 3528 && four <= 3589:
		return n == 16
	case d[0] == '6', two == 50, two >= 56 && two <= 58:
		return n >= 16
	}
	return false
}

func slashed(groups []group) bool {
	for _, g := range groups[1:] {
		if strings.Contains(g.sep, "/") || strings.Contains(g.sep, "_") {
			return true
		}
	}
	return false
}
