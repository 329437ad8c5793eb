package rules

import "testing"

func TestVersionIsThatOfTheSources(t *testing.T) {
	load := func(files ...Source) string {
		t.Helper()
		p, err := Compile(Options{}, files...)
		if err != nil {
			t.Fatal(err)
		}
		return p.Version()
	}
	const rule = "[[rule]]\nname = \"x\"\nwhen = 'true'\naction = \"hold\"\n"
	shipped := load()
	a := load(Source{"/one/a.toml", []byte(rule)})
	for name, other := range map[string]string{
		"shipped alone": shipped,
		"another byte":  load(Source{"/one/a.toml", []byte(rule + "#")}),
		"another name":  load(Source{"/one/b.toml", []byte(rule)}),
		"one file more": load(Source{"/one/a.toml", []byte(rule)}, Source{"/one/groups/g.txt", []byte("x@example.org\n")}),
	} {
		if other == a || len(other) != 16 {
			t.Errorf("%s: version %q, as %q", name, other, a)
		}
	}
	if again := load(Source{"/elsewhere/a.toml", []byte(rule)}); again != a {
		t.Errorf("the same files elsewhere: %q, not %q", again, a)
	}
}
