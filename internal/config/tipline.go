package config

import (
	"fmt"
	"net/url"
	"os"
	"strings"
)

// Tipline is how the chat applications are reached. An application is served when its token file is set. Secrets are read from files, so that they stand
// neither in the list of processes nor in the environment.
type Tipline struct {
	TelegramTokenFile  string `name:"telegram-token-file" help:"File with the Telegram bot's token, from @BotFather." env:"RONDA_TELEGRAM_TOKEN_FILE" type:"path" placeholder:"FILE"`
	TelegramSecretFile string `name:"telegram-secret-file" help:"File with a secret of your own (1 to 256 letters, digits, _ and -): Telegram sends it with each web hook. Not needed with --telegram-poll." env:"RONDA_TELEGRAM_SECRET_FILE" type:"path" placeholder:"FILE"`
	TelegramUser       string `name:"telegram-user" help:"User name of the bot, shown on the pages and listened to in groups: ronda_bot." env:"RONDA_TELEGRAM_USER" placeholder:"NAME"`
	TelegramPoll       bool   `name:"telegram-poll" help:"Ask Telegram for messages instead of waiting for its web hook: for a machine without a public address. One server only." env:"RONDA_TELEGRAM_POLL"`
	TelegramURL        string `name:"telegram-url" help:"A Bot API server of your own." env:"RONDA_TELEGRAM_URL" placeholder:"URL"`

	WhatsAppTokenFile  string `name:"whatsapp-token-file" help:"File with the access token of a system user for the WhatsApp Cloud API." env:"RONDA_WHATSAPP_TOKEN_FILE" type:"path" placeholder:"FILE"`
	WhatsAppSecretFile string `name:"whatsapp-secret-file" help:"File with the Meta app's secret, which signs the web hooks." env:"RONDA_WHATSAPP_SECRET_FILE" type:"path" placeholder:"FILE"`
	WhatsAppVerifyFile string `name:"whatsapp-verify-file" help:"File with a word of your own, which you also give to Meta when you set the web hook up." env:"RONDA_WHATSAPP_VERIFY_FILE" type:"path" placeholder:"FILE"`
	WhatsAppPhoneID    string `name:"whatsapp-phone-id" help:"Id of the phone number at Meta (not the number)." env:"RONDA_WHATSAPP_PHONE_ID" placeholder:"ID"`
	WhatsAppNumber     string `name:"whatsapp-number" help:"The phone number as people dial it, shown on the pages: +62 811 0000 0000." env:"RONDA_WHATSAPP_NUMBER" placeholder:"NUMBER"`
	WhatsAppTemplate   string `name:"whatsapp-template" help:"Approved template without variables that asks the person to write back, in each of the election's languages. Without it news waits until the person writes." env:"RONDA_WHATSAPP_TEMPLATE" placeholder:"NAME"`
	WhatsAppURL        string `name:"whatsapp-url" help:"Address of the Graph API with its version." env:"RONDA_WHATSAPP_URL" placeholder:"URL"`

	LineTokenFile  string `name:"line-token-file" help:"File with the channel access token of the LINE official account." env:"RONDA_LINE_TOKEN_FILE" type:"path" placeholder:"FILE"`
	LineSecretFile string `name:"line-secret-file" help:"File with the channel secret, which signs the web hooks." env:"RONDA_LINE_SECRET_FILE" type:"path" placeholder:"FILE"`
	LineID         string `name:"line-id" help:"Id of the official account, shown on the pages: @ronda." env:"RONDA_LINE_ID" placeholder:"@ID"`
	LineURL        string `name:"line-url" help:"Address of the Messaging API." env:"RONDA_LINE_URL" placeholder:"URL"`
	LineDataURL    string `name:"line-data-url" help:"Address from which LINE gives out pictures." env:"RONDA_LINE_DATA_URL" placeholder:"URL"`
}

// checkTipline looks at the settings of the chat applications.
func (c *Server) checkTipline(bad func(setting, format string, args ...any)) {
	secret := func(name, path string) {
		if path == "" {
			return
		}
		if _, err := ReadSecret(path); err != nil {
			bad(name, "%v", err)
		}
	}
	together := func(name string, set bool, needed map[string]string) {
		for other, value := range needed {
			if set && value == "" {
				bad(name, "needs --%s", other)
			}
			if !set && value != "" {
				bad(other, "needs --%s", name)
			}
		}
	}
	secret("telegram-token-file", c.TelegramTokenFile)
	secret("telegram-secret-file", c.TelegramSecretFile)
	secret("whatsapp-token-file", c.WhatsAppTokenFile)
	secret("whatsapp-secret-file", c.WhatsAppSecretFile)
	secret("whatsapp-verify-file", c.WhatsAppVerifyFile)
	secret("line-token-file", c.LineTokenFile)
	secret("line-secret-file", c.LineSecretFile)
	together("telegram-token-file", c.TelegramTokenFile != "", map[string]string{"telegram-user": c.TelegramUser})
	together("whatsapp-token-file", c.WhatsAppTokenFile != "", map[string]string{"whatsapp-secret-file": c.WhatsAppSecretFile,
		"whatsapp-verify-file": c.WhatsAppVerifyFile, "whatsapp-phone-id": c.WhatsAppPhoneID})
	together("line-token-file", c.LineTokenFile != "", map[string]string{"line-secret-file": c.LineSecretFile})
	if c.TelegramTokenFile != "" && !c.TelegramPoll && c.TelegramSecretFile == "" {
		bad("telegram-secret-file", "is needed for web hooks; or ask Telegram for messages with --telegram-poll")
	}
	if s, err := ReadSecret(c.TelegramSecretFile); c.TelegramSecretFile != "" && err == nil && !plain(s, 256) {
		bad("telegram-secret-file", "holds something else than 1 to 256 letters, digits, _ and -")
	}
	if hooks := c.WhatsAppTokenFile != "" || c.LineTokenFile != "" || c.TelegramTokenFile != "" && !c.TelegramPoll; hooks {
		if u, err := url.Parse(c.BaseURL); err != nil || u.Scheme != "https" {
			bad("base-url", "must be the public https:// address: chat applications send web hooks to nothing else")
		}
	}
	for name, v := range map[string]string{"telegram-url": c.TelegramURL, "whatsapp-url": c.WhatsAppURL, "line-url": c.LineURL, "line-data-url": c.LineDataURL} {
		if u, err := url.Parse(v); v != "" && (err != nil || u.Host == "" || u.Scheme != "https" && !loopback(u.Hostname())) {
			bad(name, "%q is not an https:// address", v)
		}
	}
}

// plain tells whether a secret can stand in a header as Telegram wants it.
func plain(s string, most int) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-') {
			return false
		}
	}
	return s != "" && len(s) <= most
}

// ReadSecret reads a file that only this user may read, without the line end that editors add.
func ReadSecret(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("%s is not there", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s can be read by others: chmod 600 it", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	s := strings.TrimSpace(string(b))
	if s == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return s, nil
}
