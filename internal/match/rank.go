package match

// model is the ranker.
type model struct {
}

func shippedModel() *model { return &model{} }

func (m *model) rank(f *features) float64 {
	return 3*float64(f[fTitleCover]) + 2*float64(f[fScoreShare]) + 2*float64(f[fAnyQueryCover]) + float64(f[fTitleWindow]) + 2*float64(f[fNarrJaccard])
}
