package demo

import (
	"time"

	"ronda"
)

// PlannedResearch is a request for research access, and who votes for it when. None of the institutions exists.
type PlannedResearch struct {
	At                                   time.Time
	Institution, Title, Purpose, Funding string
	Data                                 []string
	Months                               int
	Contact, Mail                        string
	Votes                                []PlannedVote
}

// PlannedVote is a vote for a request.
type PlannedVote struct {
	By      ronda.Actor
	At      time.Time
	Reasons string
}

// research is one project that runs and one that waits for its second vote.
func (b *builder) research() []PlannedResearch {
	day := func(n int) time.Time { return Start.AddDate(0, 0, n) }
	near, top := b.people["petugas.bandung"], b.people["narahubung"]
	return []PlannedResearch{
		{At: day(-40), Institution: "Pusat Kajian Ruang Digital, Universitas Rancamaya", Title: "Seberapa sering dua penilai sependapat?",
			Purpose: "Kami mengukur kesepakatan dua penilai menurut jenis pelanggaran dan daerah. Hasilnya terbit sebagai artikel terbuka beserta kodenya.",
			Funding: "Dana penelitian universitas, tanpa penyandang dana dari luar.", Data: []string{"cases"}, Months: 6,
			Contact: "Laras Wening", Mail: "laras@rancamaya.example",
			Votes: []PlannedVote{{near, day(-38), "Pertanyaannya jelas dan hanya meminta satu kumpulan data."}, {top, day(-36), "Pendanaan terbuka dan hasilnya dapat diperiksa orang lain."}}},
		{At: day(-3), Institution: "Lembaga Data Terbuka Nusantara", Title: "Kecepatan jawaban platform menurut jenis alamat",
			Purpose: "Kami membandingkan lamanya jawaban platform untuk video, kiriman, dan grup. Laporannya terbit di situs kami tiga bulan setelah pemungutan suara.",
			Funding: "Sumbangan perorangan yang diumumkan setiap tahun.", Data: []string{"addresses"}, Months: 3, Contact: "Bayu Tirta", Mail: "bayu@data-terbuka.example",
			Votes: []PlannedVote{{near, day(-2), "Data yang diminta tidak memuat alamat maupun nama."}}},
	}
}
