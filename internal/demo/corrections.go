package demo

import "ronda"

// PlannedCorrection is a correction of the demonstration and who publishes it.
type PlannedCorrection struct {
	By         ronda.Actor
	Correction ronda.Correction
}

// corrections is one that shows how the page of corrections is meant.
func (b *builder) corrections() []PlannedCorrection {
	return []PlannedCorrection{{By: b.people["ketua.jabar"], Correction: ronda.Correction{About: ronda.CorrectFigure, Page: "/data/bagan/kecepatan", Since: "2024-11-12",
		Wrong: ronda.Text{"id": "Waktu jawaban Facebook dihitung sejak surat dikirim, padahal bukti penerimaannya sudah ada.",
			"en": "Facebook's time to answer was counted from sending, though its receipt was proven."},
		Right: ronda.Text{"id": "Waktu jawaban dihitung sejak surat terbukti diterima. Median Facebook berkurang satu jam. Sebabnya: dua tanda terima terlambat dicatat.",
			"en": "Time to answer runs from proven receipt. Facebook's median is one hour shorter. The cause: two receipts were recorded late."}}}}
}
