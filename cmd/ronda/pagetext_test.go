package main

import (
	"strings"

	"golang.org/x/net/html"
)

// mainText is what a reader sees in the main part of a page, one line for each piece of text. What is no page comes back as it is.
func mainText(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil || !strings.Contains(page, "<main") {
		return page
	}
	var b strings.Builder
	var walk func(n *html.Node, in bool)
	walk = func(n *html.Node, in bool) {
		in = in || n.Data == "main"
		if n.Type == html.TextNode && in {
			if s := strings.TrimSpace(n.Data); s != "" {
				b.WriteString(s + "\n")
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
	}
	walk(doc, false)
	return b.String()
}

// attr is an attribute of the first element that has it with the wanted name and value: attr(page, "input", "name", "version", "value").
func attr(page, element, name, value, want string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return ""
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != element || attrOf(n, name) != value {
			continue
		}
		return attrOf(n, want)
	}
	return ""
}

func attrOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
