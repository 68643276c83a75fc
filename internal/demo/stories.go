package demo

// story is an invented matter: what a report said, and the neutral sentence under which officers know it. {tempat} is replaced by the region.
// Nothing in it repeats a slur or a real person's name.
type story struct {
	Category string
	Title    string
	Text     string
	Power    bool // criticises an official or a state body: protected, never an order
	Satire   bool
}

// hate, hoaxes and others are told in the mix that was measured at the supervisor in 2024: 74 % hate speech, 22 % hoaxes.
func hate() []story {
	return []story{
		{Category: "hate_sara", Title: "Ajakan tidak memilih calon karena sukunya", Text: "Video ini bilang orang dari suku tertentu tidak pantas memimpin {tempat} dan mengajak mengusir mereka dari kampung kita."},
		{Category: "hate_sara", Title: "Hasutan kebencian terhadap penganut agama tertentu", Text: "Di akun ini ada ceramah yang dipotong, isinya menyuruh warga {tempat} memusuhi tetangga yang beda agama menjelang pencoblosan."},
		{Category: "hate_sara", Title: "Penghinaan terhadap kelompok pendatang", Text: "Postingan menyebut pendatang di {tempat} sebagai penyakit dan mengajak membakar tempat usaha mereka kalau calon lawan menang."},
		{Category: "hate_sara", Title: "Seruan boikot terhadap pedagang dari etnis tertentu", Text: "Seruan agar pedagang etnis tertentu di pasar {tempat} diboikot sampai keluar, dikaitkan dengan dukungan kepada salah satu pasangan calon."},
		{Category: "hate_sara", Title: "Lagu berisi ejekan terhadap suatu suku", Text: "Lagu pendek yang mengejek satu suku dipakai ramai-ramai di {tempat} untuk menyerang pendukung calon."},
		{Category: "harassment", Title: "Serangan berbasis gender terhadap calon perempuan", Text: "Unggahan menyerang calon perempuan di {tempat} dengan kata-kata melecehkan tubuhnya, bukan programnya."},
		{Category: "harassment", Title: "Perundungan terhadap petugas pemungutan suara", Text: "Foto anggota KPPS di {tempat} disebar dengan hinaan dan ajakan mendatangi rumahnya."},
		{Category: "hate_sara", Title: "Tuduhan kafir terhadap pendukung calon lawan", Text: "Status ini menyebut semua pendukung calon lawan di {tempat} sesat dan harus dijauhi keluarganya."},
		{Category: "hate_sara", Title: "Potongan khotbah dengan ajakan memusuhi", Text: "Potongan khotbah diedit sehingga terdengar mengajak memusuhi kelompok lain di {tempat}."},
		{Category: "hate_sara", Title: "Ejekan terhadap penyandang disabilitas", Text: "Video menirukan cara bicara penyandang disabilitas untuk mengejek pendukung calon di {tempat} dan mengajak orang menjauhi mereka."},
	}
}

func hoaxes() []story {
	return []story{
		{Category: "voting_info", Title: "Kabar tanggal pemungutan suara diundur", Text: "Sebarkan! Pemilihan di {tempat} diundur seminggu karena kotak suara belum datang. Jangan datang ke TPS tanggal 27."},
		{Category: "hoax", Title: "Foto lama disebut surat suara tercoblos", Text: "Viral, ribuan surat suara di {tempat} sudah tercoblos untuk satu pasangan. Ini fotonya, cepat viralkan sebelum dihapus."},
		{Category: "hoax", Title: "Kabar calon mengundurkan diri", Text: "Kabar dari orang dalam: salah satu pasangan calon di {tempat} resmi mundur tadi malam, suaranya jadi tidak sah."},
		{Category: "hoax", Title: "Kabar pemilih dari luar daerah didatangkan", Text: "Puluhan bus membawa pemilih bayaran dari luar masuk {tempat} tadi subuh, katanya sudah punya KTP palsu semua."},
		{Category: "ai_deception", Title: "Suara tiruan yang mengaku pejabat pemilihan", Text: "Rekaman suara yang katanya ketua penyelenggara di {tempat} menyuruh petugas mengubah hasil. Suaranya aneh seperti buatan komputer."},
		{Category: "fake_account", Title: "Akun palsu mengatasnamakan penyelenggara", Text: "Akun ini memakai logo penyelenggara pemilihan {tempat} dan meminta warga mengirim foto KTP supaya terdaftar sebagai pemilih."},
		{Category: "hoax", Title: "Kabar hasil penghitungan sudah dikunci", Text: "Katanya hasil di {tempat} sudah diatur dari server luar negeri, percuma datang mencoblos."},
	}
}

func others() []story {
	return []story{
		{Category: "money_politics", Title: "Tawaran uang untuk memilih pasangan calon", Text: "Grup ini menawarkan uang seratus ribu per orang di {tempat} kalau kirim foto surat suara."},
		{Category: "slander", Title: "Tuduhan tanpa bukti terhadap calon", Text: "Video menuduh salah satu calon di {tempat} menyimpan uang hasil kejahatan, tanpa bukti apa pun."},
		{Category: "hoax", Title: "Sindiran tentang jalan rusak dan kepala daerah", Text: "Video lucu tentang jalan berlubang di {tempat} yang disebut kolam pancing milik pejabat.", Power: true, Satire: true},
		{Category: "slander", Title: "Kritik keras terhadap kinerja pejabat", Text: "Tulisan panjang mengkritik pejabat {tempat} yang dianggap gagal mengurus banjir dan minta warga ingat waktu memilih.", Power: true},
	}
}

// summaries are what readers conclude, one for each category.
func summary(category string) string {
	switch category {
	case "hate_sara":
		return "Unggahan ini mengajak orang memusuhi suatu kelompok karena identitasnya dan mengaitkannya dengan pilihan dalam pemilihan."
	case "harassment":
		return "Unggahan ini menyerang pribadi seseorang dengan kata yang merendahkan dan mengajak orang lain ikut mendatanginya."
	case "voting_info":
		return "Unggahan ini memberi tanggal pemungutan suara yang salah sehingga pemilih bisa kehilangan hak pilihnya."
	case "ai_deception":
		return "Rekaman suara ini tiruan dan mengaku sebagai pejabat penyelenggara untuk menyesatkan pemilih."
	case "fake_account":
		return "Akun ini mengaku sebagai penyelenggara pemilihan dan meminta data pribadi warga."
	case "money_politics":
		return "Unggahan ini menawarkan uang kepada pemilih dengan syarat memilih pasangan tertentu."
	}
	return "Unggahan ini menyebarkan kabar yang sudah dibantah penyelenggara dan bisa membuat warga enggan memilih."
}

// stays are reasons weighed for and against letting content stay, in several wordings so that no two cases read alike.
func stays(n int, applies string) map[string]string {
	sets := []map[string]string{
		{
			"satire":         "Tidak ada tanda lelucon dalam video ini, penonton menanggapinya sebagai ajakan sungguhan.",
			"journalism":     "Akun ini bukan media dan unggahannya tidak memuat liputan atau konfirmasi apa pun.",
			"criticism":      "Isinya bukan kritik atas program calon, melainkan serangan terhadap identitas orang.",
			"counter_speech": "Pengunggah tidak mengutip untuk membantah, ia justru mengajak orang ikut menyebarkan.",
		},
		{
			"satire":         "Gaya bicaranya serius dan komentar warganet menunjukkan mereka percaya pada isinya.",
			"journalism":     "Tidak ditemukan nama redaksi, narasumber, maupun kaitan dengan karya jurnalistik.",
			"criticism":      "Kebijakan pemerintah tidak disinggung sama sekali dalam unggahan tersebut.",
			"counter_speech": "Tidak ada kalimat penolakan atau peringatan di awal maupun akhir unggahan itu.",
		},
		{
			"satire":         "Sudah dilihat utuh dua kali dan tidak tampak unsur sindiran yang bisa dikenali umum.",
			"journalism":     "Potongan ini bukan berita, sumber aslinya pun tidak disebut oleh pengunggah.",
			"criticism":      "Kata yang dipakai merendahkan kelompok, bukan menilai kinerja atau gagasan seseorang.",
			"counter_speech": "Keterangan gambar mendukung isi video, jadi bukan bantahan terhadap ujaran buruk.",
		},
	}
	set := sets[n%len(sets)]
	switch applies {
	case "satire":
		set["satire"] = "Jelas sindiran tentang jalan rusak, penonton tertawa dan tidak ada yang menganggapnya fakta."
	case "criticism":
		set["criticism"] = "Ini kritik terhadap kinerja pejabat yang dilindungi, walaupun bahasanya tajam."
	}
	return set
}

// necessities say why no milder measure is enough.
func necessity(n int) string {
	all := []string{
		"Label saja tidak cukup karena ajakannya langsung dan sudah diikuti ancaman di kolom komentar.",
		"Koreksi sudah disiarkan tetapi unggahan terus disebarkan ulang sehingga pemilih tetap tersesat.",
		"Mengurangi jangkauan tidak menghentikan salinan yang beredar di kelompok warga setempat.",
	}
	return all[n%len(all)]
}

// reasons for the elements of a ground.
func elementReason(id string, n int) string {
	all := []string{
		"Terlihat dari kalimat di detik awal dan keterangan unggahan yang disimpan sebagai bukti.",
		"Dikuatkan oleh tangkapan layar dan urutan unggahan lain dari akun yang sama.",
		"Sesuai dengan transkrip, terutama bagian ajakan yang diulang tiga kali.",
		"Komentar warga di bawah unggahan menunjukkan akibat yang nyata di lapangan.",
	}
	return all[(n+len(id))%len(all)]
}
