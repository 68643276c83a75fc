// Package smtp is the channel that hands a notice over by e-mail. It stands inside the sixth stage of the flow.
//
// It promises: a message has one fixed Message-ID; what the server refused before it had the whole message is reported as not sent; once the final
// dot is on its way and no answer comes, the outcome is unknown and the channel never tries again by itself, because a mailbox cannot tell a
// repeat; what the server accepted is sent, and never counted as received. Bounces and replies come back through package mailin.
package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"time"

	"ronda"
	"ronda/internal/notice"
)

// Settings know a platform's mail address.
type Settings interface {
	PlatformChannel(ctx context.Context, platform string) (ronda.PlatformChannel, error)
}

// Deliveries keep each try.
type Deliveries interface {
	AddDelivery(ctx context.Context, d ronda.Delivery) error
}

// TLS says how the way to the mail server is kept secret.
type TLS string

// The modes.
const (
	StartTLS TLS = "starttls" // required: a server that does not offer it is refused
	Implicit TLS = "tls"      // from the first byte, port 465
	Plain    TLS = "none"     // only for a server on this machine
)

// Server is the operator's mail server.
type Server struct {
	Addr     string // host:port
	Mode     TLS
	User     string // "" signs in nowhere
	Password string
	From     string // the sender's address; bounces and replies come there
	Hello    string // this host's name; "" means localhost
	TLS      *tls.Config
	Timeout  time.Duration // for one message; 0 means two minutes
}

// Channel is the mail channel.
type Channel struct {
	Settings   Settings
	Deliveries Deliveries
	Server     Server
	// Compose writes the message of a notice to a recipient.
	Compose func(ctx context.Context, c ronda.Case, n ronda.Notice, from, to string) (io.WriterTo, error)
	Now     func() time.Time
	IDs     ronda.IDs
}

// Repeatable is false: a second message is a second message.
func (c *Channel) Repeatable() bool { return false }

// Send hands a notice to the mail server.
func (c *Channel) Send(ctx context.Context, k ronda.Case, n ronda.Notice) error {
	set, err := c.Settings.PlatformChannel(ctx, n.Platform)
	if err != nil {
		return fmt.Errorf("read mail address of %s: %w: %w", n.Platform, notice.ErrNotSent, err)
	}
	if set.Kind != ronda.ChannelEmail || set.Target == "" {
		return fmt.Errorf("no mail address is set for %s: %w", n.Platform, notice.ErrNotSent)
	}
	msg, err := c.Compose(ctx, k, n, c.Server.From, set.Target)
	if err != nil {
		return fmt.Errorf("write mail: %w: %w", notice.ErrNotSent, err)
	}
	start := c.Now()
	err = c.Server.Deliver(ctx, set.Target, msg)
	d := ronda.Delivery{ID: c.IDs.New(start), Platform: n.Platform, Notice: n.ID, Kind: ronda.ChannelEmail, At: start.UTC(), Took: c.Now().Sub(start), Outcome: ronda.DeliveryTaken, Status: 250}
	if err != nil {
		d.Outcome, d.Status, d.Failure = ronda.DeliveryUnknown, 0, "no answer after the message"
		if errors.Is(err, notice.ErrNotSent) {
			d.Outcome, d.Failure = ronda.DeliveryNotSent, "refused or not reached"
		}
		var reply *textproto.Error
		if errors.As(err, &reply) {
			d.Status = reply.Code
		}
	}
	// The list of tries is for people; the notice's own state decides. A row that cannot be kept must not turn a sent mail into an unknown one.
	_ = c.Deliveries.AddDelivery(context.WithoutCancel(ctx), d)
	return err
}

// Deliver hands one message to the server. An error that is notice.ErrNotSent is certain; any other leaves the outcome open.
func (s Server) Deliver(ctx context.Context, to string, msg io.WriterTo) error {
	timeout := s.Timeout
	if timeout <= 0 {
		timeout = 2 * time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	client, stop, err := s.open(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", notice.ErrNotSent, err)
	}
	defer client.Close()
	defer stop()
	body, err := s.envelope(client, to)
	if err != nil {
		return fmt.Errorf("%w: %w", notice.ErrNotSent, err)
	}
	if _, err := msg.WriteTo(body); err != nil {
		// Without the final dot a server must drop the message (RFC 5321 section 4.1.1.4): closing the connection is enough.
		return fmt.Errorf("write message: %w: %w", notice.ErrNotSent, err)
	}
	err = body.Close() // the final dot, and the server's answer to it
	var reply *textproto.Error
	switch {
	case err == nil:
		_ = client.Quit() // the message is the server's; what happens to the farewell does not matter
		return nil
	case errors.As(err, &reply) && reply.Code >= 400:
		return fmt.Errorf("mail server refused the message: %w: %w", notice.ErrNotSent, err)
	}
	return fmt.Errorf("no answer after the message: %w", err)
}

// open connects, greets, secures the connection and signs in.
func (s Server) open(ctx context.Context) (*smtp.Client, func() bool, error) {
	host, _, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return nil, nil, fmt.Errorf("read address of mail server: %w", err)
	}
	conf := s.TLS.Clone()
	if conf == nil {
		conf = &tls.Config{}
	}
	conf.ServerName, conf.MinVersion = host, tls.VersionTLS12
	var dial interface {
		DialContext(ctx context.Context, network, addr string) (net.Conn, error)
	} = &net.Dialer{}
	if s.Mode == Implicit {
		dial = &tls.Dialer{Config: conf}
	}
	conn, err := dial.DialContext(ctx, "tcp", s.Addr)
	if err != nil {
		return nil, nil, fmt.Errorf("connect to mail server: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		stop()
		conn.Close()
		return nil, nil, fmt.Errorf("greet mail server: %w", err)
	}
	if err := s.prepare(client, conf, host); err != nil {
		stop()
		client.Close()
		return nil, nil, err
	}
	return client, stop, nil
}

func (s Server) prepare(client *smtp.Client, conf *tls.Config, host string) error {
	hello := s.Hello
	if hello == "" {
		hello = "localhost"
	}
	if err := client.Hello(hello); err != nil {
		return fmt.Errorf("greet mail server: %w", err)
	}
	if s.Mode == StartTLS {
		if err := client.StartTLS(conf); err != nil {
			return fmt.Errorf("secure the way to the mail server: %w", err)
		}
	}
	if s.User != "" {
		if err := client.Auth(smtp.PlainAuth("", s.User, s.Password, host)); err != nil {
			return fmt.Errorf("sign in to mail server: %w", err)
		}
	}
	return nil
}

// envelope names sender and recipient and opens the message.
func (s Server) envelope(client *smtp.Client, to string) (io.WriteCloser, error) {
	if err := client.Mail(s.From); err != nil {
		return nil, fmt.Errorf("name sender: %w", err)
	}
	if err := client.Rcpt(to); err != nil {
		return nil, fmt.Errorf("name recipient: %w", err)
	}
	body, err := client.Data()
	if err != nil {
		return nil, fmt.Errorf("begin message: %w", err)
	}
	return body, nil
}
