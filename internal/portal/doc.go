// Package portal makes the public figures. It stands at the end of the flow: it follows the numbered events, keeps what the public may count about
// each case as a Fact, and answers every question of /data from a columnar copy of the facts in memory.
//
// It promises: a figure is a function of the facts alone; the facts that were kept event by event are the facts that a recount of all cases gives;
// sandbox cases and acts without a public page are in neither; and no name, address or text is in a fact.
package portal
