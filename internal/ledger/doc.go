// Package ledger is the ninth stage: every official act stands in a public log that not even the operator can rewrite unseen.
//
// An act owes one entry ([Build]): canonical JSON of a closed list of public fields, and salted commitments for everything that
// a person wrote or can be known by. The entry's row is saved in the act's own transaction, without a number. One [Sequencer] at a
// time then numbers the entries without gaps, makes the tiles durable, swaps the signed checkpoint in the database and publishes
// it, in this order, so that a crash at any point leaves no entry twice or lost. What is published is a C2SP tlog-tiles log that
// other people's tools can read ([Log.Handler], [Export]), check ([Verify]) and co-sign (package witness).
//
// The package promises: a leaf is never made a second time; a checkpoint is never signed for a tree smaller than, or other than,
// one that was published or witnessed; erasing a sealed value leaves the tree whole. It does not promise that the operator
// enters every act: for that see the counts of orders outside the log in the open data.
package ledger
