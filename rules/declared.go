package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
)

// place is a [[rule]] in a file.
type place struct {
	file *tomlfile.File
	path string // "rule[2]"
}

// errorf returns an error at a key of the rule.
func (p place) errorf(key, format string, args ...any) *tomlfile.Error {
	return p.file.Errorf(p.path+"."+key, format, args...)
}

// declared is a rule as its files declare it: the shipped one, adapted by a site's.
type declared struct {
	place
	spec    ruleSpec
	keys    map[string]place // where each key that the spec has stands, if not in place
	shipped bool
	adapted bool    // shipped, but a site has changed it
	tests   []place // of spec.Tests, in parallel
}

// at returns where the key stands.
func (d *declared) at(key string) place {
	if p, ok := d.keys[key]; ok {
		return p
	}
	return d.place
}

// declare returns the rules of a policy file.
func declare(f *tomlfile.File, specs []ruleSpec, shipped bool) []*declared {
	list := make([]*declared, 0, len(specs))
	for i, spec := range specs {
		d := &declared{place: place{f, fmt.Sprintf("rule[%d]", i)}, spec: spec, shipped: shipped, keys: map[string]place{}}
		for j := range spec.Tests {
			d.tests = append(d.tests, place{f, fmt.Sprintf("%s.test[%d]", d.path, j)})
		}
		list = append(list, d)
	}
	return list
}

// adapt lets the keys that over sets replace those of d. The tests of d were written
// for d as it was: those of over take their place.
func (d *declared) adapt(over *declared) {
	s, o := &d.spec, &over.spec
	replace(d, over, "when", &s.When, o.When)
	replace(d, over, "from", &s.From, o.From)
	replace(d, over, "to", &s.To, o.To)
	replace(d, over, "action", &s.Action, o.Action)
	replace(d, over, "text", &s.Text, o.Text)
	replace(d, over, "mode", &s.Mode, o.Mode)
	replace(d, over, "until", &s.Until, o.Until)
	replace(d, over, "because", &s.Because, o.Because)
	replace(d, over, "tls", &s.TLS, o.TLS)
	replace(d, over, "quoted", &s.Quoted, o.Quoted)
	replace(d, over, "notify", &s.Notify, o.Notify)
	replace(d, over, "bcc", &s.BCC, o.BCC)
	replace(d, over, "add_header", &s.AddHeader, o.AddHeader)
	replace(d, over, "strip_tag", &s.StripTag, o.StripTag)
	replace(d, over, "mask_subject", &s.MaskSubject, o.MaskSubject)
	replace(d, over, "delivery", &s.Delivery, o.Delivery)
	replace(d, over, "expire", &s.Expire, o.Expire)
	replace(d, over, "receipt", &s.Receipt, o.Receipt)
	s.Tests, d.tests, d.adapted = o.Tests, over.tests, true
}

// replace takes over the value of a key if it is set, and remembers where it stands.
func replace[T any](d, over *declared, key string, value **T, with *T) {
	if with != nil {
		*value = with
		d.keys[key] = over.place
	}
}

// ruleName is what rules are called by: in header fields, metrics and logs.
var ruleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// order puts a site's rules before the shipped ones and adapts those shipped ones
// that the site names. It returns an error for each rule without a name or with one
// that its layer has already.
func order(shipped, site []*declared) (list []*declared, errs []error) {
	byName := map[string]*declared{}
	for _, d := range shipped {
		byName[d.spec.Name] = d
	}
	seen := map[string]*declared{}
	for _, d := range site {
		name := d.spec.Name
		switch first := seen[name]; {
		case strings.TrimSpace(name) == "":
			errs = append(errs, d.file.Errorf(d.path, "the rule has no name").
				WithRemedy(`add name = "…": reports and logs call it by that`))
		case !ruleName.MatchString(name):
			errs = append(errs, d.errorf("name", "%q is not a rule name", name).
				WithRemedy("use at most 64 letters, digits, dots, hyphens and underscores, as in \"health-records\""))
		case first != nil:
			errs = append(errs, d.errorf("name", "a second rule %q", name).
				WithRemedy("the first is in %s, line %d; give one of them another name", first.file.Name, first.file.Line(first.path)))
		case byName[name] != nil:
			byName[name].adapt(d)
			seen[name] = d
		default:
			list = append(list, d)
			seen[name] = d
		}
	}
	return append(list, shipped...), errs
}
