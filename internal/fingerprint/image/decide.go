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
// the same and pictures that only bear the same text; see docs/evidence.md.
const (
	sameBits    = 40  // PDQ distance at which little more must agree
	likelyBits  = 108 // and up to which a look is worth it; most unrelated pictures lie above
	fewSpots    = 5
	enoughSpots = 8
	manySpots   = 60

	mostCells   = 40   // cells compared, of 64
	leastCells  = 12   // below, the pictures show too little in common to say anything
	alikeMost   = 0.72 // share of cells that must agree when most are compared
	alikeStrict = 0.82 // when there is less to go by
	alikeFew    = 0.9
	coverMany   = 0.5 // share of cells with agreeing spots, for fine textures
	alikeMany   = 0.5
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
		if l.compared >= leastCells && (d <= sameBits && l.share() >= alikeMost ||
			l.compared >= mostCells && l.share() >= alikeStrict) {
			if q.Full.Distance(o.Full) <= d {
				return Same, l.share(), true
			}
			return Framed, l.share(), true
		}
	}
	ps := pairs(q.features, o.features)
	if len(ps) < fewSpots {
		return "", 0, false
	}
	t, agreed := align(ps, q.aspect, o.aspect)
	if len(agreed) < fewSpots {
		return "", 0, false
	}
	l := look(q.soft, o.soft, t)
	return Part, l.share(), enough(l, len(agreed), func() float64 { return cover(agreed, t) })
}

// enough weighs the spots that agree on a place against what is seen there.
func enough(l likeness, spots int, cover func() float64) bool {
	switch {
	case l.compared < leastCells:
		return false
	case spots >= enoughSpots && l.compared >= mostCells && l.share() >= alikeMost:
		return true
	case spots >= enoughSpots && l.share() >= alikeStrict:
		return true
	case l.compared >= mostCells-10 && l.share() >= alikeFew:
		return true
	}
	return spots >= manySpots && l.share() >= alikeMany && cover() >= coverMany
}
