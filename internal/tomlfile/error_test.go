package tomlfile

import (
	"errors"
	"strings"
	"testing"
)

func TestErrorRendering(t *testing.T) {
	for name, c := range map[string]struct {
		err  Error
		want string
	}{
		"doc comment": {
			Error{"policy.toml", 12, 1, `whne = 'tag("[encrypt]")'`, `unknown key "whne"`, `did you mean "when"?`},
			"policy.toml:12:1: unknown key \"whne\"\n   12 | whne = 'tag(\"[encrypt]\")'\n      | ^\ndid you mean \"when\"?",
		},
		"no place":  {Error{File: "a.toml", Message: "m"}, "a.toml: m"},
		"tabs":      {Error{"a", 1, 4, "\tx\t= 1", "m", ""}, "a:1:4: m\n    1 | \tx\t= 1\n      | \t \t^"},
		"wide":      {Error{"a", 1, 4, "漢é\u0301x", "m", ""}, "a:1:4: m\n    1 | 漢é\u0301x\n      |    ^"},
		"control":   {Error{"a", 1, 2, "\x1bx", "m", ""}, "a:1:2: m\n    1 | \ufffdx\n      |  ^"},
		"line end":  {Error{"a", 1, 4, "x =", "m", ""}, "a:1:4: m\n    1 | x =\n      |    ^"},
		"long line": {Error{"a", 1, 500, strings.Repeat("x", 1000), "m", ""}, "a:1:500: m\n    1 | …" + strings.Repeat("x", 140) + "…\n      | " + strings.Repeat(" ", 80) + "^"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, c.want)
		}
	}
}

func TestJoinSortsEachFileByLine(t *testing.T) {
	at := func(file string, line, column int) *Error { return &Error{File: file, Line: line, Column: column} }
	other := errors.New("other")
	err := Join(at("b", 9, 1), nil, errors.Join(at("a", 2, 1), at("b", 9, 0)), at("b", 1, 1), other)
	var got []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		got = append(got, strings.TrimSuffix(strings.SplitN(e.Error(), "\n", 2)[0], ": "))
	}
	if s := strings.Join(got, " "); s != "b:1:1 b:9:0 b:9:1 a:2:1 other" {
		t.Errorf("order: %s", s)
	}
	if Join(nil, nil) != nil {
		t.Error("Join of nothing is an error")
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	for _, src := range []string{
		`gateway.pasword = "hunter2"`,
		`gateway = { "password" = "hunter2", tls = 1 }`,
		"[gateway]\npassword = hunter2",
		"[gateway]\npassword = \"hunter2",
		"[gateway]\nPassword=['hunter2']",
		`client_secret = "hunter2"`,
	} {
		var d document
		_, err := Decode("x.toml", []byte(src), &d)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", src, err)
		}
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"when", "action", "notify", "from", "to", "name", "internal_domains", "address"}
	for name, want := range map[string]string{
		"whne": "when", "acton": "action", "Name": "name", "internal-domains": "internal_domains",
		"internal_domain": "internal_domains", "form": "from", "too": "to", "t": "", "tto": "to",
		"colour": "", "when": "", "x": "", "ab": "", strings.Repeat("when", 100): "",
	} {
		if got := Nearest(name, keys); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"abc", "acb", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3}} {
		if got := distance([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
