package image

// How says by what two pictures were found to be the same.
type How string

// The ways, strongest first.
const (
	Same   How = "same"   // the whole frame, at most recompressed, rescaled or recoloured
	Framed How = "framed" // the same content inside other borders, bands or a screenshot
	Part   How = "part"   // a cut, covered or turned copy
)

// Bounds of the decision, set with room on the side of safety: the widest gap between pictures that are
// the same and pictures that only bear the same text or stand on the same backdrop; see docs/evidence.md.
const (
	sameBits   = 40  // PDQ distance at which little more must agree
	likelyBits = 108 // and up to which a look is worth it; most unrelated pictures lie above

	leastCells = 12 // cells compared, of 64: below, the pictures have too little in common to say anything
	someCells  = 30
	mostCells  = 40

	alikeMost   = 0.72 // share of cells that must agree when most are compared
	alikeStrict = 0.82 // when there is less to go by
	alikeFew    = 0.9  // when there is little

	leastSpots = 8 // spots that agree on a place
	moreSpots  = 12
	someSpots  = 20
	goodSpots  = 40
	manySpots  = 60

	coverMany  = 0.5 // share of cells with agreeing spots, for fine textures
	alikeMany  = 0.5
	mostResize = 2.2 // factor that a copy may be scaled when few spots say so

	// Cells with details in both pictures speak against each other only when there are this many.
	fewDetails    = 8
	someDetails   = 12
	detailsSame   = 0.6  // share of them that must agree when the hashes do
	detailsStrict = 0.74 // and when only some spots do: two texts in the same lines agree in .6
	detailsFew    = 0.85
)

// pictured is a picture made ready to be looked at several times.
type pictured struct {
	*Signature
	soft plane
}

func ready(s *Signature) pictured { return pictured{s, s.small.soft()} }

// decide looks at two pictures and says whether they are the same, how it knows, and the share of the
// cells compared that agree.
func decide(q, o pictured) (how How, share float64, ok bool) {
	if d := q.distance(o.Signature); d <= likelyBits {
		l := look(q.soft, o.soft, affine{a: 1, e: 1})
		if l.inPlace(d) {
			if q.Full.Distance(o.Full) <= d {
				return Same, l.share(), true
			}
			return Framed, l.share(), true
		}
	}
	ps := pairs(q.features, o.features)
	if len(ps) < leastSpots {
		return "", 0, false
	}
	t, agreed := align(ps, q.aspect, o.aspect)
	if len(agreed) < leastSpots {
		return "", 0, false
	}
	l := look(q.soft, o.soft, t)
	return Part, l.share(), l.moved(len(agreed), t.scaling(q.aspect, o.aspect), func() float64 { return cover(agreed, t) })
}

// inPlace decides for two pictures laid on each other as they are, whose hashes differ in bits.
func (l likeness) inPlace(bits int) bool {
	if bits <= sameBits {
		return l.compared >= leastCells && l.share() >= alikeMost &&
			(l.detailed < someDetails || l.details() >= detailsSame)
	}
	// Hashes that differ that much prove nothing, and where there are details there are spots to ask.
	return l.compared >= mostCells && l.share() >= alikeStrict && l.detailed < someDetails
}

// moved decides for two pictures laid on each other as spots say that agree on a transform.
func (l likeness) moved(spots int, scaling float64, cover func() float64) bool {
	if l.compared < leastCells {
		return false
	}
	if l.detailed >= someDetails && spots < goodSpots && l.details() < detailsStrict {
		return false
	}
	switch {
	case spots < someSpots:
		return scaling <= mostResize && scaling >= 1/mostResize &&
			(l.compared >= someCells && l.share() >= alikeFew ||
				l.share() >= alikeStrict && l.detailed >= someDetails && l.details() >= detailsFew ||
				spots >= moreSpots && l.share() >= alikeStrict && l.detailed >= fewDetails && l.details() >= detailsStrict)
	case l.compared >= mostCells && l.share() >= alikeMost:
		return true
	case l.share() >= alikeStrict:
		return true
	}
	return spots >= manySpots && l.share() >= alikeMany && cover() >= coverMany
}
