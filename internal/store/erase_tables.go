package store

import "ronda"

// erasable is the one place where a table (or some of its columns) is registered as personal data: by whom it can be erased, and what of the pack's
// retention table it is. A row here is all that is needed; a test finds tables that are neither here nor in impersonal.
type erasable struct {
	table string
	kind  ronda.RetentionKind

	// blank is the SET list that empties the columns, for rows that must stay as rows; "" deletes the row. :at is the time of the erasure.
	blank string

	// by says which rows belong to a subject whose id is $1. A scope that is not named leaves the table alone.
	by map[ronda.ErasureScope]string

	// made is the BIGINT column from which the days of kinds with "after": "created" count, "" where the end of the case decides.
	made string

	// day is set where made is a TEXT day ("2024-11-20") instead.
	day bool

	// grain divides microseconds where made counts something coarser; 0 means 1.
	grain int64

	// still narrows the daily run to rows that hold something; "" is all of them.
	still string
}

// erasables lists the personal data in the order in which it goes: what is found through another table goes before that table's rows do.
func erasables() []erasable {
	const ofReport, ofCase, ofAccount = ronda.EraseOfReport, ronda.EraseOfCase, ronda.EraseOfAccount
	type by = map[ronda.ErasureScope]string
	const reports = `(SELECT id FROM reports WHERE case_id = $1)`
	return []erasable{
		{table: "reports", kind: ronda.KeepContact, blank: `contact = NULL, sender = '', network = ''`, by: by{ofReport: `id = $1`, ofCase: `case_id = $1`}},
		{table: "receipts", kind: ronda.KeepReport, by: by{
			ofReport: `subject = $1 OR subject IN (SELECT id FROM messages WHERE report_id = $1)`,
			ofCase:   `subject IN ` + reports + ` OR subject IN (SELECT id FROM messages WHERE report_id IN ` + reports + `)`}},
		{table: "jobs", kind: ronda.KeepReport, by: by{
			ofReport: `key = 'case.add_items:' || $1 OR key IN (SELECT 'case.add_more:' || id FROM messages WHERE report_id = $1)`,
			ofCase: `key IN (SELECT 'case.add_items:' || id FROM reports WHERE case_id = $1)
				OR key IN (SELECT 'case.add_more:' || id FROM messages WHERE report_id IN ` + reports + `)`}},
		{table: "messages", kind: ronda.KeepReport, by: by{ofReport: `report_id = $1`, ofCase: `report_id IN ` + reports}},
		{table: "reports", kind: ronda.KeepReport, blank: `text = '', signature = NULL, doc = '{}', erased_at = COALESCE(erased_at, :at)`,
			by: by{ofReport: `id = $1`, ofCase: `case_id = $1`}},
		// What the sweeper finds without a row here it removes, so a file whose removal failed after the commit goes an hour later.
		{table: "evidence_files", kind: ronda.KeepEvidence, by: by{
			ofReport: `substr(name, 1, length($1) + 1) = $1 || '/'`,
			ofCase: `substr(name, 1, length($1) + 1) = $1 || '/' OR EXISTS (SELECT 1 FROM reports r
				WHERE r.case_id = $1 AND substr(name, 1, length(r.id) + 1) = r.id || '/')`}},
		{table: "evidence_keys", kind: ronda.KeepEvidence, blank: `wrapped = NULL, deleted_at = COALESCE(deleted_at, :at)`,
			by: by{ofReport: `case_id = $1`, ofCase: `case_id = $1 OR case_id IN ` + reports}},
		{table: "receipts", kind: ronda.KeepCase, by: by{ofCase: `subject = $1`}},
		{table: "deliveries", kind: ronda.KeepNotice, by: by{ofCase: `notice_id IN (SELECT id FROM notices WHERE case_id = $1)`}},
		{table: "notice_items", kind: ronda.KeepNotice, blank: `key = ''`, by: by{ofCase: `notice_id IN (SELECT id FROM notices WHERE case_id = $1)`}},
		{table: "ledger_sealed", kind: ronda.KeepAppeal, by: by{
			ofCase: `leaf_id IN (SELECT id FROM ledger_leaves WHERE case_id = $1 AND kind IN ('appeal', 'appeal_decision', 'restoration'))`}},
		{table: "ledger_sealed", kind: ronda.KeepNotice, by: by{
			ofCase: `leaf_id IN (SELECT id FROM ledger_leaves WHERE case_id = $1 AND kind NOT IN ('appeal', 'appeal_decision', 'restoration', 'erasure'))`}},

		{table: "tipline_tickets", kind: ronda.KeepContact, by: by{ofReport: `report_id = $1`, ofCase: `report_id IN ` + reports, ronda.EraseOfSender: `chat_id = $1`}},
		{table: "tipline_subscriptions", kind: ronda.KeepSubscription, made: "at", by: by{ronda.EraseOfSender: `chat_id = $1`}},
		{table: "tipline_inbox", kind: ronda.KeepConversation, made: "at", still: `done`, by: by{ronda.EraseOfSender: `chat_id = $1`}},
		{table: "tipline_outbox", kind: ronda.KeepConversation, made: "at", still: `state IN ('sent', 'held', 'dead')`, by: by{ronda.EraseOfSender: `chat_id = $1`}},
		{table: "tipline_chats", kind: ronda.KeepConversation, made: "seen_at", by: by{ronda.EraseOfSender: `id = $1`},
			still: `NOT EXISTS (SELECT 1 FROM tipline_subscriptions s WHERE s.chat_id = tipline_chats.id)
				AND NOT EXISTS (SELECT 1 FROM tipline_tickets k WHERE k.chat_id = tipline_chats.id)`},

		{table: "wishes", kind: ronda.KeepCheckText, made: "at"},
		{table: "subscribers", kind: ronda.KeepSession, made: "created_at", still: `confirmed_at IS NULL`}, // a confirmed one goes when its owner stops
		{table: "checks", kind: ronda.KeepCheckCount, made: "day", day: true},
		{table: "receipts", kind: ronda.KeepReply, made: "at"},
		{table: "deliveries", kind: ronda.KeepMail, blank: `answer = '', failure = ''`, made: "at", still: `answer <> '' OR failure <> ''`},
		{table: "statements", kind: ronda.KeepStatement, made: "at"},
		{table: "sandbox_statements", kind: ronda.KeepStatement, made: "at"},
		{table: "outside_orders", kind: ronda.KeepStatement, made: "at"},
		{table: "evidence_looks", kind: ronda.KeepAccess, made: "at"},
		{table: "attempts", kind: ronda.KeepAccess, made: "at"},
		{table: "partner_contacts", kind: ronda.KeepApplication, made: "at"},
		{table: "research_contacts", kind: ronda.KeepResearch, made: "at"},
		{table: "misses", kind: ronda.KeepSession, made: "span", grain: missSpan},
		{table: "sessions", kind: ronda.KeepSession, made: "expires_at", by: by{ofAccount: `account = $1`}},
		{table: "links", kind: ronda.KeepSession, made: "expires_at", by: by{ofAccount: `account = $1`}},
		{table: "tokens", kind: ronda.KeepSession, made: "expires_at", by: by{ofAccount: `account = $1`}},
		{table: "account_factors", kind: ronda.KeepSession, by: by{ofAccount: `account = $1`}},
		{table: "recovery_codes", kind: ronda.KeepSession, by: by{ofAccount: `account = $1`}},
		{table: "identities", kind: ronda.KeepSession, by: by{ofAccount: `account = $1`}},
		{table: "grants", kind: ronda.KeepSession, made: "expires_at", by: by{ofAccount: `account = $1`}},
		{table: "calendar_feeds", kind: ronda.KeepSession, by: by{ofAccount: `account = $1`}},
		{table: "accounts", kind: ronda.KeepSession, blank: `login = 'terhapus-' || id, name = '', password_hash = '', disabled_at = COALESCE(disabled_at, :at)`,
			by: by{ofAccount: `id = $1`}},
	}
}

// impersonal are the tables without personal data of their own, with the reason. cases, case_items, case_keys, notices and appeals are rewritten from what
// the root package leaves of a case and of an objection.
func impersonal() map[string]string {
	return map[string]string{
		"cases":              "rewritten: ronda.EraseData",
		"case_items":         "rewritten with its case",
		"case_keys":          "gone when a case ends",
		"notices":            "rewritten with its case",
		"appeals":            "rewritten: ronda.ScrubAppeal",
		"events":             "ids, codes and enumerations only",
		"account_events":     "ids and enumerations only",
		"ledger_leaves":      "commitments, ids and enumerations: what they commit to is in ledger_sealed",
		"report_codes":       "a code that leads to the emptied report, so that its ticket can say so",
		"organisations":      "names of bodies, not of people",
		"leases":             "names of processes",
		"counters":           "numbers",
		"meta":               "settings and the signed checkpoint",
		"fact_checks":        "published by their authors",
		"evidence_marks":     "names of uploads under way",
		"platform_channels":  "addresses of companies",
		"rollup_facts":       "enumerations and numbers",
		"publications":       "alerts, kits, drafts and official statements of organisations in their own name",
		"partners":           "organisations that apply to a public register; who answers for them is in partner_contacts",
		"case_invites":       "ids of organisations",
		"research_projects":  "institutions in a public list; who answers for them is in research_contacts",
		"research_downloads": "ids and counts",
		"brigades":           "ids, counts and keyed hashes of groups",
		"brigade_cases":      "ids and counts",
		"campaign_registers": "the register that campaigns file for the public",
		"campaign_keys":      "addresses of campaign accounts in that register",
		"campaign_history":   "ids and enumerations of its changes",
		"corrections":        "what the portal corrected, in public",
		"sandbox_channels":   "addresses of companies",
		"erasure_requests":   "ids; the reason goes when it is decided",
		"schema_versions":    "numbers",
	}
}
