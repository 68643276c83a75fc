package web

// ChatOptions is what the pages say of the chat door.
type ChatOptions struct {
	Chats []ChatAccount // the official accounts; empty where no application is set up
}

// ChatAccount is the official account in a chat application.
type ChatAccount struct {
	App  string // the application's own name: "Telegram"
	Name string // as people look for it: "@ronda_bot", "+62 811 0000 0000"
	Link string // opens the conversation
}
