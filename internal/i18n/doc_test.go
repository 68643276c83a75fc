package i18n_test

import (
	"fmt"
	"time"

	"ronda/internal/i18n"
)

func ExamplePrinter_T() {
	texts, err := i18n.Load("id", "en")
	if err != nil {
		fmt.Println(err)
		return
	}
	p := texts.Printer("id", time.FixedZone("WIB", 7*3600))
	fmt.Println(p.T("report.sent.first", "time", time.Date(2024, 11, 21, 3, 0, 0, 0, time.UTC)))
	// Output: Kabar pertama paling lambat 21 Nov 2024, 10.00 WIB.
}
