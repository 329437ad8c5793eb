package rules

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/zixpolicy/zixpolicy/message"
)

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestScope(t *testing.T) {
	s := newScope([]string{"bob@a.example", `"odd user"@a.example`, "b.example", ".c.example", "<>", "bücher.example", "x@bücher.example"},
		nil, func(i int, m *mistake) { t.Fatalf("entry %d: %v", i, m) })
	covered := map[string]bool{
		"bob@a.example": true, "BOB@A.EXAMPLE": true, `"bob"@a.example`: true, `"b\ob"@a.example`: true, "bob@a.example.": true,
		"bob2@a.example": false, "bob@x.a.example": false, "odd user@a.example": true,
		"any@b.example": true, "any@sub.b.example": false, "any@notb.example": false,
		"any@c.example": false, "any@x.c.example": true, "any@x.y.c.example": true,
		"": true, "postmaster": false, "x@xn--bcher-kva.example": true, "@": false, "@b.example": false,
		`"x@z.example"@b.example`: false, "x%z.example@b.example": false,
	}
	for mailbox, want := range covered {
		if got := s.covers(mailbox, true); got != want {
			t.Errorf("covers(%q, exact) = %t", mailbox, got)
		}
	}
	for _, mailbox := range []string{`"x@z.example"@b.example`, "x%z.example@b.example", "z.example!x@b.example"} {
		if !s.covers(mailbox, false) {
			t.Errorf("covers(%q, not exact) = false", mailbox)
		}
	}
	if s := (*scope)(nil); !s.covers("anyone@d.example", true) {
		t.Error("no scope is not everybody")
	}
}

func TestTag(t *testing.T) {
	tests := []struct {
		tag, subject string
		found        bool
		stripped     string
	}{
		{"[encrypt]", "[encrypt] x", true, "x"},
		{"[encrypt]", "x [ENCRYPT]", true, "x"},
		{"[encrypt]", "x[Encrypt]y", true, "x y"},
		{"[encrypt]", "Re: [ encrypt ] x [encrypt]", true, "Re: x"},
		{"[encrypt]", "[en\u00adcrypt\u200b] x", true, "x"},
		{"[encrypt]", "［ＥＮＣＲＹＰＴ］ x", true, "x"},
		{"[encrypt]", "(encrypt) x", false, "(encrypt) x"},
		{"[encrypt]", "[encrypted] x", false, "[encrypted] x"},
		{"[encrypt]", "[[encrypt]] x", true, "[ ] x"},
		{"[encrypt]", "", false, ""},
		{"[encrypt]", "[encrypt", false, "[encrypt"},
		{"secure", "insecure", false, "insecure"},
		{"secure", "secured", false, "secured"},
		{"secure", "insecure, so: Secure!", true, "insecure, so: !"},
		{"top secret", "TOP  SECRET plans", true, "plans"},
		{"[größe]", "x [GRÖSSE] [GRÖẞE] [Größe]", true, "x [GRÖSSE]"},
		{"[x]", "a [x] [x] [x] b", true, "a b"},
	}
	for _, test := range tests {
		e := &evaluation{message: &message.Message{Header: message.Header{
			{Name: "Subject", Value: "other"}, {Name: "subject", Value: test.subject}}}}
		if got := e.hasTag(foldTag(test.tag)); got != test.found {
			t.Errorf("tag %q in %q: %t", test.tag, test.subject, got)
		}
		if got := StripTags(test.subject, []string{test.tag}); test.found && got != test.stripped || !test.found && got != test.subject {
			t.Errorf("StripTags(%q, %q) = %q, expected %q", test.subject, test.tag, got, test.stripped)
		}
	}
}

func TestGroupFilesExplainTheirMistakes(t *testing.T) {
	_, err := Load(Options{}, Source{Name: "groups/finance.txt", Data: []byte("# money\ncfo@maine.example\nnot a domain\r\ngroup:x\n")})
	want := "groups/finance.txt:3:1: \"not a domain\" is neither an address nor a domain\n" +
		"    3 | not a domain\n      | ^\nwrite bob@ext.example, ext.example, .ext.example (all subdomains) or group:NAME\n" +
		"groups/finance.txt:4:1: a group cannot contain a group\n    4 | group:x\n      | ^"
	if got := fmt.Sprint(err); got != want {
		t.Errorf("the author is told\n%s\nexpected\n%s", got, want)
	}
}
