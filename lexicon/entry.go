package lexicon

import (
	"fmt"
	"strings"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/lexicon/number"
)

// entry checks the i-th entry. all is the lexicon's own count; english says whether
// variants can be made of its terms.
func (p *parser) entry(i int, in *fileEntry, all, english bool) Entry {
	e := Entry{
		Name: in.Name, Terms: in.Terms, Detector: in.Detector, Pattern: in.Pattern,
		Variants: in.Variants, Disguised: in.Disguised, Exclude: in.Exclude, Weight: 1, Within: defaultWithin,
		Near: in.Near, UnlessNear: in.UnlessNear, FollowedBy: in.FollowedBy,
		file: p.file, path: fmt.Sprintf("entry[%d]", i),
	}
	p.letterCase(&e, in)
	p.what(&e, in)
	p.scoring(&e, in, all)
	p.conditions(&e, in)
	if e.Variants {
		p.variants(&e, english)
	}
	if e.Disguised {
		p.disguised(&e)
	}
	return e
}

// what checks that the entry says one thing to look for.
func (p *parser) what(e *Entry, in *fileEntry) {
	var given []string
	if in.Terms != nil {
		given = append(given, "terms")
	}
	if in.Detector != "" {
		given = append(given, "detector")
	}
	if in.Pattern != "" {
		given = append(given, "pattern")
	}
	switch {
	case len(given) == 0:
		p.fail(e.path, "the entry says nothing to look for").
			WithRemedy("give it terms, a detector or a pattern")
		return
	case len(given) > 1:
		p.fail(e.path+"."+given[1], "an entry has %s, not both", strings.Join(given, " or ")).
			WithRemedy("write one [[entry]] for each")
		return
	}
	switch given[0] {
	case "terms":
		p.list(e.path+".terms", in.Terms, e.Exact)
	case "detector":
		p.detector(e)
	case "pattern":
		p.pattern(e)
	}
}

func (p *parser) detector(e *Entry) {
	if _, ok := number.Lookup(e.Detector); ok {
		return
	}
	err := p.fail(e.path+".detector", "unknown detector %q", e.Detector)
	if near := tomlfile.Nearest(e.Detector, number.Names()); near != "" {
		err.WithRemedy("did you mean %q?", near)
		return
	}
	err.WithRemedy("detectors are %s", strings.Join(number.Names(), ", "))
}

func (p *parser) letterCase(e *Entry, in *fileEntry) {
	switch in.Case {
	case "", "any":
	case "exact":
		e.Exact = true
		if in.Detector != "" {
			p.fail(e.path+".case", "a detector knows itself which letters it takes").
				WithRemedy("remove case")
		}
	default:
		p.fail(e.path+".case", "case %q is unknown", in.Case).
			WithRemedy(`write "exact" where letter case matters, or leave it out`)
	}
}

// scoring checks weight, max and count.
func (p *parser) scoring(e *Entry, in *fileEntry, all bool) {
	e.All = p.count(e.path+".count", in.Count, all)
	if in.Exclude {
		for _, it := range []struct {
			key   string
			given bool
		}{{"weight", in.Weight != nil}, {"max", in.Max != nil}, {"count", in.Count != ""}} {
			if it.given {
				p.fail(e.path+"."+it.key, "an exclusion has no hits, so it has no %s", it.key).
					WithRemedy("remove %s, or exclude", it.key)
			}
		}
		return
	}
	if in.Weight != nil {
		e.Weight = *in.Weight
		p.between(e.path+".weight", e.Weight, -maxWeight, maxWeight)
	}
	if in.Max == nil {
		return
	}
	e.Max = *in.Max
	switch {
	case e.Max < 1 || e.Max > maxThreshold:
		p.between(e.path+".max", e.Max, 1, maxThreshold)
	case e.Max < abs(e.Weight):
		p.fail(e.path+".max", "max = %d is less than one hit weighs (%d)", e.Max, e.Weight).
			WithRemedy("max caps the sum over the entry's hits: lower the weight instead")
	}
}

// conditions checks near, unless_near, followed_by and within.
func (p *parser) conditions(e *Entry, in *fileEntry) {
	for _, list := range []struct {
		key     string
		phrases []string
	}{{"near", in.Near}, {"unless_near", in.UnlessNear}, {"followed_by", in.FollowedBy}} {
		if list.phrases != nil {
			p.list(e.path+"."+list.key, list.phrases, false)
		}
	}
	if in.Within == nil {
		return
	}
	e.Within = *in.Within
	p.between(e.path+".within", e.Within, 1, maxWithin)
	if in.Near == nil && in.UnlessNear == nil {
		p.fail(e.path+".within", "within has nothing to be measured from").
			WithRemedy("say what must be near: near = [\"…\"]")
	}
}

func (p *parser) variants(e *Entry, english bool) {
	path := e.path + ".variants"
	switch {
	case len(e.Terms) == 0:
		p.fail(path, "only terms have variants").WithRemedy("remove variants")
	case !english:
		p.fail(path, "variants are known for English only").
			WithRemedy("list the inflected forms as terms, or end the term in *")
	default:
		for i, t := range e.Terms {
			if strings.ContainsAny(t, "*?") {
				p.fail(at(e.path+".terms", i), "%q has wildcards and variants", t).
					WithRemedy("a wildcard takes the inflected forms already: use one or the other")
			}
		}
	}
}

// disguised checks that every term can be told in disguise.
func (p *parser) disguised(e *Entry) {
	if len(e.Terms) == 0 {
		p.fail(e.path+".disguised", "only terms have disguises").WithRemedy("remove disguised")
	}
	for i, t := range e.Terms {
		if _, ok := disguisable(t); !ok {
			p.fail(at(e.path+".terms", i), "%q cannot be told in disguise", t).
				WithRemedy("put terms of one word of %d to %d letters a to z into an entry of their own", minDisguised, maxDisguised)
		}
	}
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
