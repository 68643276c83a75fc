package main

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
)

// fewestOfPart is how many words a part of a post has at least.
const fewestOfPart = 5

// passedOn is a post as people pass it on: the second half of its words, and of every other post each second word with a slip. It is
// empty if the post is too short. The same text always gives the same.
func passedOn(text string) string {
	part := strings.Fields(secondHalf(text))
	h := fnv.New64a()
	h.Write([]byte(text))
	draw := rand.New(rand.NewPCG(h.Sum64(), 1))
	if draw.IntN(2) == 0 {
		return strings.Join(part, " ")
	}
	for i, w := range part {
		if draw.IntN(2) == 0 {
			part[i] = slip(draw, []rune(w))
		}
	}
	return strings.Join(part, " ")
}

// secondHalf is the second half of a text's words, or nothing if those are few.
func secondHalf(text string) string {
	words := strings.Fields(text)
	if len(words) < 2*fewestOfPart {
		return ""
	}
	return strings.Join(words[len(words)/2:], " ")
}

// firstHalf is the first half of a text's words.
func firstHalf(text string) string {
	words := strings.Fields(text)
	return strings.Join(words[:len(words)/2], " ")
}

// slip writes a word with one mistake of the fingers: a letter left out, two in the other order, or one twice.
func slip(draw *rand.Rand, word []rune) string {
	if len(word) < 3 {
		return string(word)
	}
	at := draw.IntN(len(word) - 1)
	switch draw.IntN(3) {
	case 0:
		return string(word[:at]) + string(word[at+1:])
	case 1:
		return string(word[:at]) + string(word[at+1]) + string(word[at]) + string(word[at+2:])
	}
	return string(word[:at+1]) + string(word[at:])
}
