package i18n

import (
	"reflect"
	"strconv"
	"strings"
	"time"
)

// integer returns v as a whole number where it is one.
func integer(v any) (int64, bool) {
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
		return 0, false
	case r.CanInt():
		return r.Int(), true
	case r.CanUint():
		return int64(r.Uint()), true
	}
	return 0, false
}

// marks returns the thousands and the decimal mark of the language.
func (p Printer) marks() (thousand, decimal string) {
	if p.Lang == "en" {
		return ",", "."
	}
	return ".", ","
}

// Number writes a whole number: 1.234 in Indonesian, 1,234 in English.
func (p Printer) Number(n int64) string {
	thousand, _ := p.marks()
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "−", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(thousand)
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Decimal writes a number with the given count of decimals: 1.234,5.
func (p Printer) Decimal(x float64, decimals int) string {
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	whole, part, has := strings.Cut(s, ".")
	negative := strings.HasPrefix(whole, "-")
	n, err := strconv.ParseInt(strings.TrimPrefix(whole, "-"), 10, 64)
	if err != nil { // beyond 64 bits, infinite or no number
		return s
	}
	out := p.Number(n)
	if negative {
		out = "−" + out
	}
	if has {
		_, decimal := p.marks()
		out += decimal + part
	}
	return out
}

// Percent writes part of whole as a percentage with one decimal, "–" where there is no whole. The sign never stands alone on
// a line.
func (p Printer) Percent(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	return p.Decimal(100*float64(part)/float64(whole), 1) + "\u00a0%"
}

// Bytes writes a file size in kB or MB (powers of ten, as phones show it).
func (p Printer) Bytes(n int64) string {
	if n < 1_000_000 {
		return p.Number(max(1, (n+500)/1000)) + " kB"
	}
	return p.Decimal(float64(n)/1e6, 1) + " MB"
}

// monthsID are the short Indonesian month names of KBBI usage.
var monthsID = [...]string{"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"}

func (p Printer) month(m time.Month) string {
	if p.Lang == "en" {
		return m.String()[:3]
	}
	return monthsID[m-1]
}

// Time writes the moment in the printer's zone: "20 Nov 2024, 14.30 WIB".
func (p Printer) Time(t time.Time) string { return p.TimeIn(t, p.Zone) }

// TimeIn writes the moment in the zone of a region: "20 Nov 2024, 15.30 WITA".
func (p Printer) TimeIn(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	return p.DateIn(t, zone) + ", " + p.ClockIn(t, zone)
}

// Date writes the day in the printer's zone: "20 Nov 2024".
func (p Printer) Date(t time.Time) string { return p.DateIn(t, p.Zone) }

// DateIn writes the day in the zone of a region.
func (p Printer) DateIn(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(orUTC(zone))
	return strconv.Itoa(t.Day()) + " " + p.month(t.Month()) + " " + strconv.Itoa(t.Year())
}

// Clock writes the time of day in the printer's zone with its name: "14.30 WIB".
func (p Printer) Clock(t time.Time) string { return p.ClockIn(t, p.Zone) }

// ClockIn writes the time of day in the zone of a region: "14.30 WIB", in English "14:30 WIB".
func (p Printer) ClockIn(t time.Time, zone *time.Location) string {
	t = t.In(orUTC(zone))
	layout := "15.04 MST"
	if p.Lang == "en" {
		layout = "15:04 MST"
	}
	return t.Format(layout)
}

// Day writes a calendar day given as "2024-11-20"; anything else comes back unchanged.
func (p Printer) Day(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return p.DateIn(t, time.UTC)
}

func orUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// Relative writes how far t lies from now, in the largest whole unit: "3 jam lagi", "2 hari lalu", "baru saja".
func (p Printer) Relative(t, now time.Time) string {
	d := t.Sub(now)
	ahead := d > 0
	if d.Abs() < time.Minute {
		if ahead {
			return p.T("span.soon")
		}
		return p.T("span.just_now")
	}
	if ahead {
		return p.T("span.ahead", "span", p.Span(d))
	}
	return p.T("span.ago", "span", p.Span(-d))
}

// Span writes a length of time in its largest whole unit: "45 menit", "3 jam", "2 hari". Under a minute is "1 menit".
func (p Printer) Span(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Hour:
		return p.T("span.minutes", "n", max(1, int(d/time.Minute)))
	case d < 48*time.Hour:
		return p.T("span.hours", "n", int(d/time.Hour))
	default:
		return p.T("span.days", "n", int(d/(24*time.Hour)))
	}
}

// List joins parts as a sentence does: "a, b, dan c".
func (p Printer) List(parts []string) string {
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	case 2:
		return p.T("list.two", "a", parts[0], "b", parts[1])
	}
	head, last := parts[:len(parts)-1], parts[len(parts)-1]
	return p.T("list.many", "head", strings.Join(head, ", "), "last", last)
}
