package config_test

import (
	"strings"
	"testing"

	"ronda/internal/config"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		c    config.Server
		want string // a part of the complaint; "" means sound
	}{
		{"default", config.Server{Listen: "127.0.0.1:8080"}, ""},
		{"localhost", config.Server{Listen: "localhost:8080", Demo: true}, ""},
		{"IPv6 loopback", config.Server{Listen: "[::1]:8080", Demo: true}, ""},
		{"public demonstration", config.Server{Listen: "0.0.0.0:8080", BaseURL: "https://a.example", Demo: true}, "--demo"},
		{"all addresses by default", config.Server{Listen: ":8080", Demo: true}, "--demo"},
		{"public without an address", config.Server{Listen: "0.0.0.0:8080"}, "--base-url"},
		{"public with an address", config.Server{Listen: "0.0.0.0:8080", BaseURL: "https://a.example"}, ""},
		{"address with a path", config.Server{Listen: "127.0.0.1:1", BaseURL: "https://a.example/ronda"}, "--base-url"},
		{"no port", config.Server{Listen: "127.0.0.1"}, "--listen"},
		{"everyone is a proxy", config.Server{Listen: "127.0.0.1:1", Proxies: []string{"0.0.0.0/0"}}, "--proxies"},
		{"mail", config.Server{Listen: "127.0.0.1:1", SMTPAddr: "localhost:25", SMTPTLS: "none", MailFrom: "ronda@example.org"}, ""},
		{"mail without a port", config.Server{Listen: "127.0.0.1:1", SMTPAddr: "localhost", MailFrom: "ronda@example.org"}, "--smtp"},
		{"mail in the clear", config.Server{Listen: "127.0.0.1:1", SMTPAddr: "mail.example:25", SMTPTLS: "none", MailFrom: "ronda@example.org"}, "--smtp-tls"},
		{"mail from nobody", config.Server{Listen: "127.0.0.1:1", SMTPAddr: "localhost:25", SMTPTLS: "none"}, "--mail-from"},
		{"mail user without password", config.Server{Listen: "127.0.0.1:1", SMTPAddr: "localhost:25", SMTPTLS: "tls", MailFrom: "ronda@example.org", SMTPUser: "u"}, "--smtp-user"},
		{"no network", config.Server{Listen: "127.0.0.1:1", Proxies: []string{"proxy"}}, "--proxies"},
		{"other database", config.Server{Listen: "127.0.0.1:1", Database: "mysql://x"}, "--database"},
		{"demonstration on a real database", config.Server{Listen: "127.0.0.1:1", Demo: true, Database: "postgres://h/ronda"}, "--demo"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.c.Data = t.TempDir()
			err := tt.c.Check()
			if tt.want == "" && err != nil {
				t.Errorf("refused: %v", err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want a complaint about %s", err, tt.want)
			}
		})
	}
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	if o := (&config.Server{Demo: true, LogOrigin: "log.example/real"}).Origin(); o != "demo.invalid/ronda" {
		t.Errorf("a demonstration signs as %s", o)
	}
}
