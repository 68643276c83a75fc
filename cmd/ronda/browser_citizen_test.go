package main

import "testing"

// knownHoax is a claim of the election pack as people forward it.
const knownHoax = "VIRAL! Surat suara sudah tercoblos sebelum Pilkada 2024"

// checkMessage: A1, A2, A3.
func checkMessage(t *testing.T, w *window) {
	b := w.tab(t, "", 360, 740).withoutScript()
	b.goTo("/")
	b.fill("#text", "Pesan beruntun tentang arisan RT yang tidak pernah ada di mana pun, hubungi Budi 0812-3456-7890 ya")
	b.press(".paste button")
	b.says("bukan berarti pesannya benar", "Boleh kami tampilkan", "nomor")
	b.hides("0812-3456-7890")
}
