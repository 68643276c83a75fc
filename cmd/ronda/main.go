// Command ronda is the whole of Ronda in one binary: the server, and the tools around it. Each subcommand has a file of its own.
package main

import (
	"os"
	_ "time/tzdata" // three time zones decide about deadlines, whatever the machine has installed

	"github.com/alecthomas/kong"
)

// cli is the command line.
type cli struct {
	Serve     serveCmd     `cmd:"" help:"Run the server."`
	Check     checkCmd     `cmd:"" help:"Look a message, an address or a file up among the known claims, without a server."`
	Link      linkCmd      `cmd:"" help:"Say which service and item addresses mean (standard input, one a line)."`
	Eval      evalCmd      `cmd:"" help:"Measure the matching against evaluation data."`
	Import    importCmd    `cmd:"" help:"Import fact-checks from ClaimReview files or pages, Mafindo JSON or CSV files."`
	Retract   retractCmd   `cmd:"" help:"Take back a fact-check that was imported."`
	Export    exportCmd    `cmd:"" help:"Write fact-checks as ClaimReview, or judged suggestions for fitting the matching."`
	Log       logCmd       `cmd:"" help:"Verify, prove, open and export the public log."`
	Witness   witnessCmd   `cmd:"" help:"Run a witness that co-signs the public log."`
	Channel   channelCmd   `cmd:"" help:"Set and list how each platform is reached."`
	MailIn    mailInCmd    `cmd:"" name:"mail-in" help:"Take one incoming mail from standard input: a bounce or a reply."`
	Tipline   tiplineCmd   `cmd:"" help:"Chat with Ronda in a terminal, and see how the chat applications do."`
	Portal    portalCmd    `cmd:"" help:"Keep the public figures in order."`
	Account   accountCmd   `cmd:"" help:"Rescue accounts: list, add an administrator, recover, take second factors off."`
	Backup    backupCmd    `cmd:"" help:"Copy one moment of the installation while the server runs."`
	Restore   restoreCmd   `cmd:"" help:"Make an installation out of a backup, on an empty machine."`
	Retention retentionCmd `cmd:"" help:"Remove personal data whose time is over, or say what would go."`
	Erase     eraseCmd     `cmd:"" help:"Enter a request to erase; two people of the office decide."`
	Config    configCmd    `cmd:"" help:"Check and explain the settings."`
}

func main() {
	var c cli
	parser, err := kong.New(&c, kong.Name("ronda"), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Description("Ronda keeps the digital space of an election clean without becoming a censor: from a report to an answered act, in the open."),
		kong.Configuration(kong.JSON, "/etc/ronda/config.json"))
	if err != nil {
		panic(err)
	}
	ctx, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	ctx.FatalIfErrorf(ctx.Run())
}
