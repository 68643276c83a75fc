package ronda

import (
	"net/mail"
	"strings"
)

// ContactPerson is who answers for a partner or a research project. It is stored sealed, apart from its subject, in a row that can be erased.
type ContactPerson struct {
	Name, Mail, Phone string
}

// Check trims the contact and names what is wrong with it, by the field of the form. Phone may be empty.
func (c *ContactPerson) Check() []*Error {
	c.Mail, c.Phone = strings.TrimSpace(c.Mail), strings.TrimSpace(c.Phone)
	var bad []*Error
	if n := len([]rune(strings.TrimSpace(c.Name))); n < 2 || n > 160 {
		bad = append(bad, Errorf(Invalid, "partner.contact_missing", "contact_name"))
	}
	if a, err := mail.ParseAddress(c.Mail); err != nil || a.Address != c.Mail || len(c.Mail) > 200 {
		bad = append(bad, Errorf(Invalid, "partner.mail_form", "mail"))
	}
	digits := 0
	for _, r := range c.Phone {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	if c.Phone != "" && (digits < 8 || digits > 15 || len(c.Phone) > 40) {
		bad = append(bad, Errorf(Invalid, "partner.phone_form", "phone"))
	}
	return bad
}
