// Package config is the operator's manual as one struct: every setting with its default, its unit and what must never be done with it. It is read
// from flags, from environment variables (RONDA_LISTEN, …) and from a JSON file (--config), in this order of precedence.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Server is what `ronda serve` can be told.
type Server struct {
	Listen   string `help:"Address to listen on." default:"127.0.0.1:8080" env:"RONDA_LISTEN" placeholder:"ADDR"`
	Data     string `help:"Data directory: the embedded database, evidence, the public log and the keys. One server at a time." default:"./data" env:"RONDA_DATA" type:"path" placeholder:"DIR"`
	Database string `help:"PostgreSQL 15 or later instead of the embedded database: postgres://user@host/name. Put the password into PGPASSFILE, not here." env:"RONDA_DATABASE" placeholder:"URL"`
	Demo     bool   `help:"Add a clearly marked demonstration election with accounts that the sign-in page lists. Refused on a public address and on a database with real data."`

	BaseURL  string   `help:"Public address of the site, as people type it. Cookies are marked Secure where it is https." env:"RONDA_BASE_URL" placeholder:"URL"`
	Proxies  []string `help:"Networks of the proxies in front of the server, whose X-Forwarded-For is believed. Never 0.0.0.0/0." env:"RONDA_PROXIES" placeholder:"CIDR"`
	Election string   `help:"Election pack in the binary, or a folder with one." default:"pilkada-2024" env:"RONDA_ELECTION"`

	MeaningURL   string `help:"OpenAI-compatible embeddings endpoint that you run yourself, for a meaning-based signal on reports. Off by default; texts of checks are never sent." env:"RONDA_MEANING_URL" placeholder:"URL"`
	MeaningModel string `help:"Model at that endpoint." env:"RONDA_MEANING_MODEL"`

	MeaningKeyFile string `name:"meaning-key-file" help:"File with the endpoint's bearer token, where it wants one, readable by this user alone." env:"RONDA_MEANING_KEY_FILE" type:"path"`

	Evidence string `help:"Bucket for evidence instead of a folder in the data directory: s3://BUCKET/PREFIX?region=R&endpoint=URL. Needed where several hosts share a database. The keys are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY." env:"RONDA_EVIDENCE" placeholder:"URL"`

	LogStore string `name:"log-store" help:"Bucket for the published log instead of a folder in the data directory, written like --evidence. Needed where several hosts share a database; any web server may serve the bucket." env:"RONDA_LOG_STORE" placeholder:"URL"`

	SMTPAddr         string `name:"smtp" help:"Mail server for notices and digests, host:port. Without it there is no mail." env:"RONDA_SMTP" placeholder:"HOST:PORT"`
	SMTPTLS          string `name:"smtp-tls" help:"How the way to the mail server is kept secret: starttls, tls, or none for a server on this machine." default:"starttls" enum:"starttls,tls,none" env:"RONDA_SMTP_TLS"`
	SMTPUser         string `name:"smtp-user" help:"User name at the mail server." env:"RONDA_SMTP_USER"`
	SMTPPasswordFile string `name:"smtp-password-file" help:"File with the password, readable by this user alone." env:"RONDA_SMTP_PASSWORD_FILE" type:"path"`
	MailFrom         string `name:"mail-from" help:"Sender of the mails. Bounces and replies come to it: pipe them into 'ronda mail-in'." env:"RONDA_MAIL_FROM" placeholder:"ADDRESS"`

	SecondFactor bool   `name:"second-factor" help:"Whoever decides about content or manages accounts must have a second factor. Switch it off only to move an old installation over." default:"true" negatable:"" env:"RONDA_SECOND_FACTOR"`
	Institutions string `help:"JSON file with the institutions whose OpenID Connect servers may sign their own people in (docs/accounts.md)." env:"RONDA_INSTITUTIONS" type:"path" placeholder:"FILE"`

	Tipline

	Keys      string `help:"Folder of the keys (master key, log key). Keep it apart from the backups of the database: who has both can read contacts." env:"RONDA_KEYS" type:"path" placeholder:"DIR"`
	LogOrigin string `help:"Name of the public log, for example log.example.org/ronda. It can never be changed once an entry is published." env:"RONDA_LOG_ORIGIN"`
	LogLevel  string `help:"What the server writes to standard error: debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"RONDA_LOG_LEVEL"`
}

// Problem is a setting that must be changed before the server may start.
type Problem struct{ Setting, What string }

// Error writes the problem for the operator.
func (p Problem) Error() string { return "--" + p.Setting + ": " + p.What }

// Check refuses unsafe mixes. It returns all problems at once, joined.
func (c *Server) Check() error {
	var all []error
	bad := func(setting, format string, args ...any) {
		all = append(all, Problem{setting, fmt.Sprintf(format, args...)})
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		bad("listen", "%q is not host:port", c.Listen)
	}
	if c.Demo && !loopback(host) {
		bad("demo", "a demonstration has known passwords and may only listen on this machine (127.0.0.1), not on %q", c.Listen)
	}
	if c.Demo && c.Database != "" && !strings.Contains(c.Database, "demo") {
		bad("demo", "the database of a demonstration must have \"demo\" in its name")
	}
	if u, err := url.Parse(c.BaseURL); c.BaseURL != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || (u.Path != "" && u.Path != "/")) {
		bad("base-url", "%q is not https://host", c.BaseURL)
	}
	if c.BaseURL == "" && !loopback(host) && err == nil {
		bad("base-url", "is needed when the server listens on %q: letters, cookies and links are made from it", c.Listen)
	}
	for _, p := range c.Proxies {
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			bad("proxies", "%q is not a network such as 10.0.0.0/8", p)
		} else if prefix.Bits() == 0 {
			bad("proxies", "%s would let anyone choose their own address", p)
		}
	}
	if u, err := url.Parse(c.Database); c.Database != "" && (err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql")) {
		bad("database", "is not a postgres:// address")
	}
	c.checkMail(bad)
	c.checkMeaning(bad)
	c.checkTipline(bad)
	if info, err := os.Stat(c.KeyDir()); err == nil && info.Mode().Perm()&0o077 != 0 {
		bad("keys", "%s can be read by others: chmod 700 it", c.KeyDir())
	}
	return errors.Join(all...)
}

// checkMail looks at the settings of the mail server.
func (c *Server) checkMail(bad func(setting, format string, args ...any)) {
	if c.SMTPAddr == "" {
		return
	}
	host, _, err := net.SplitHostPort(c.SMTPAddr)
	if err != nil {
		bad("smtp", "%q is not host:port", c.SMTPAddr)
	}
	if c.SMTPTLS == "none" && !loopback(host) {
		bad("smtp-tls", "none would send letters and passwords in the clear to %q", c.SMTPAddr)
	}
	if a, err := mail.ParseAddress(c.MailFrom); err != nil || a.Address != c.MailFrom {
		bad("mail-from", "%q is not a mail address such as ronda@example.org", c.MailFrom)
	}
	if (c.SMTPUser == "") != (c.SMTPPasswordFile == "") {
		bad("smtp-user", "needs --smtp-password-file, and the other way round")
	}
	if info, err := os.Stat(c.SMTPPasswordFile); c.SMTPPasswordFile != "" && (err != nil || info.Mode().Perm()&0o077 != 0) {
		bad("smtp-password-file", "%s is not there or can be read by others: chmod 600 it", c.SMTPPasswordFile)
	}
}

// checkMeaning looks at the endpoint that reports' texts are sent to.
func (c *Server) checkMeaning(bad func(setting, format string, args ...any)) {
	if c.MeaningURL == "" {
		return
	}
	u, err := url.Parse(c.MeaningURL)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		bad("meaning-url", "%q is not an address such as http://127.0.0.1:8081/v1", c.MeaningURL)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		bad("meaning-url", "http would send the texts of reports in the clear to %q", u.Host)
	}
	if c.MeaningModel == "" {
		bad("meaning-model", "is needed with --meaning-url")
	}
	if info, err := os.Stat(c.MeaningKeyFile); c.MeaningKeyFile != "" && (err != nil || info.Mode().Perm()&0o077 != 0) {
		bad("meaning-key-file", "%s is not there or can be read by others: chmod 600 it", c.MeaningKeyFile)
	}
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}

// KeyDir is the folder of the keys.
func (c *Server) KeyDir() string {
	if c.Keys != "" {
		return c.Keys
	}
	return filepath.Join(c.Data, "keys")
}

// Base is the public address, from the listen address where none is set.
func (c *Server) Base() *url.URL {
	if u, err := url.Parse(c.BaseURL); err == nil && c.BaseURL != "" {
		return u
	}
	return &url.URL{Scheme: "http", Host: c.Listen}
}

// Trusted are the networks of the proxies. Call it after Check.
func (c *Server) Trusted() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range c.Proxies {
		if prefix, err := netip.ParsePrefix(p); err == nil {
			out = append(out, prefix)
		}
	}
	return out
}

// Origin is the name of the public log. A demonstration has its own, so that its entries are never taken for real ones.
func (c *Server) Origin() string {
	switch {
	case c.Demo:
		return "demo.invalid/ronda"
	case c.LogOrigin != "":
		return c.LogOrigin
	}
	return c.Base().Host + "/ronda"
}
