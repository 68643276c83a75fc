package intake

import "testing"

func TestUploadUnitsFitTheBudget(t *testing.T) {
	t.Parallel()
	if n := unknownSize/uploadUnit + 1; n > 3200 {
		t.Fatalf("one file of unknown size costs %d units: nobody could send one", n)
	}
}
