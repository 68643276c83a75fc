// Package tipline is the chat door of intake: a person forwards a message, an address or a picture to Ronda's account in a chat application, and gets
// the check's answer, can report it with two taps, follows the ticket and receives alerts for a region.
//
// One conversation engine serves every application. [Talk] is a pure state machine: (state, what happened, time) → (state, what to say, what to do).
// [Service] carries it: it keeps what came in before the application's server gets its answer, does what the machine asks of intake, saves state and
// replies in one transaction, and sends them from an outbox. The packages below it, one for each application, only translate.
//
// What it promises: a message that was acknowledged is answered once, in the order of its sender, over crashes and repeats; an outage of the
// application delays a reply and never loses it; a person is kept as a keyed hash and a sealed address, and one word makes all of it go.
package tipline
