package demo

import (
	"slices"
	"strings"
	"testing"

	"github.com/d--j/go-milter"
)

// TestApply: modifications have the effect that Postfix gives them.
func TestApply(t *testing.T) {
	const message = "Subject: one\r\nX-A: first\r\nX-B: only\r\nx-a: second\r\nX-A: third\r\n\r\nbody\r\n"
	tests := []struct {
		name string
		mods []milter.ModifyAction
		want string // fields, one a line
	}{
		{"add goes to the end", []milter.ModifyAction{{Type: milter.ActionAddHeader, HeaderName: "X-New", HeaderValue: "v"}},
			"Subject: one|X-A: first|X-B: only|x-a: second|X-A: third|X-New: v"},
		{"insert at the very beginning", []milter.ModifyAction{{Type: milter.ActionInsertHeader, HeaderIndex: 0, HeaderName: "X-New", HeaderValue: "v"}},
			"X-New: v|Subject: one|X-A: first|X-B: only|x-a: second|X-A: third"},
		{"insert after the second field", []milter.ModifyAction{{Type: milter.ActionInsertHeader, HeaderIndex: 2, HeaderName: "X-New", HeaderValue: "v"}},
			"Subject: one|X-A: first|X-New: v|X-B: only|x-a: second|X-A: third"},
		{"insert beyond the last goes to the end", []milter.ModifyAction{{Type: milter.ActionInsertHeader, HeaderIndex: 99, HeaderName: "X-New", HeaderValue: "v"}},
			"Subject: one|X-A: first|X-B: only|x-a: second|X-A: third|X-New: v"},
		{"the index counts per name in any case, from 1", []milter.ModifyAction{{Type: milter.ActionChangeHeader, HeaderIndex: 2, HeaderName: "X-A", HeaderValue: "changed"}},
			"Subject: one|X-A: first|X-B: only|X-A: changed|X-A: third"},
		{"an empty value removes", []milter.ModifyAction{{Type: milter.ActionChangeHeader, HeaderIndex: 2, HeaderName: "X-A"}},
			"Subject: one|X-A: first|X-B: only|X-A: third"},
		{"removing from the last to the first removes all", []milter.ModifyAction{
			{Type: milter.ActionChangeHeader, HeaderIndex: 3, HeaderName: "X-A"},
			{Type: milter.ActionChangeHeader, HeaderIndex: 2, HeaderName: "X-A"},
			{Type: milter.ActionChangeHeader, HeaderIndex: 1, HeaderName: "X-A"}},
			"Subject: one|X-B: only"},
		{"a removed field no longer counts", []milter.ModifyAction{
			{Type: milter.ActionChangeHeader, HeaderIndex: 1, HeaderName: "X-A"},
			{Type: milter.ActionChangeHeader, HeaderIndex: 1, HeaderName: "X-A"}},
			"Subject: one|X-B: only|X-A: third"},
		{"changing one beyond the last adds it", []milter.ModifyAction{{Type: milter.ActionChangeHeader, HeaderIndex: 2, HeaderName: "X-B", HeaderValue: "more"}},
			"Subject: one|X-A: first|X-B: only|x-a: second|X-A: third|X-B: more"},
		{"removing one beyond the last does nothing", []milter.ModifyAction{{Type: milter.ActionChangeHeader, HeaderIndex: 2, HeaderName: "X-B"}},
			"Subject: one|X-A: first|X-B: only|x-a: second|X-A: third"},
		{"a value cannot bring a field of its own", []milter.ModifyAction{{Type: milter.ActionAddHeader, HeaderName: "X-New", HeaderValue: "v\nBcc: eve@home.example"}},
			"Subject: one|X-A: first|X-B: only|x-a: second|X-A: third|X-New: v\r\n\tBcc: eve@home.example"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tx := &transaction{}
			tx.fields, tx.body = parseHeader([]byte(message))
			for _, m := range test.mods {
				if err := tx.apply(m); err != nil {
					t.Fatal(err)
				}
			}
			got := string(formatMessage(tx.fields, tx.body))
			want := strings.ReplaceAll(test.want, "|", "\r\n") + "\r\n\r\nbody\r\n"
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestApplyLeadingSpace: where white space was negotiated, a value keeps its own.
func TestApplyLeadingSpace(t *testing.T) {
	for _, test := range []struct {
		negotiated bool
		want       string
	}{{false, " v"}, {true, "v"}} {
		tx := &transaction{leadingSpace: test.negotiated}
		if err := tx.apply(milter.ModifyAction{Type: milter.ActionAddHeader, HeaderName: "X", HeaderValue: "v"}); err != nil {
			t.Fatal(err)
		}
		if got := tx.fields[0].value; got != test.want {
			t.Errorf("negotiated %v: got %q, want %q", test.negotiated, got, test.want)
		}
	}
}

// TestApplyRecipients: recipients come and go, all copies of one at once.
func TestApplyRecipients(t *testing.T) {
	tx := &transaction{recipients: []string{"bob@ext.example", "carol@ext.example", "bob@EXT.example", `"a@b"@ext.example`}}
	for _, m := range []milter.ModifyAction{
		{Type: milter.ActionDelRcpt, Rcpt: "<bob@ext.example>"},
		{Type: milter.ActionDelRcpt, Rcpt: "<bob@EXT.example>"}, // the second copy, gone already
		{Type: milter.ActionDelRcpt, Rcpt: `<"a@b"@ext.example>`},
		{Type: milter.ActionAddRcpt, Rcpt: "<dave@ext.example>"},
	} {
		if err := tx.apply(m); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"carol@ext.example", "dave@ext.example"}; !slices.Equal(tx.recipients, want) {
		t.Errorf("got %q, want %q", tx.recipients, want)
	}
}

// TestApplyUnknownRecipient: a recipient that cannot be removed would get the
// message after all, so it is an error.
func TestApplyUnknownRecipient(t *testing.T) {
	for _, r := range []string{"<Bob@ext.example>", "<eve@ext.example>", "<>"} {
		tx := &transaction{recipients: []string{"bob@ext.example"}}
		if err := tx.apply(milter.ModifyAction{Type: milter.ActionDelRcpt, Rcpt: r}); err == nil {
			t.Errorf("%s: no error", r)
		}
	}
}

func TestApplyBodyAndQuarantine(t *testing.T) {
	tx := &transaction{body: []byte("old")}
	for _, m := range []milter.ModifyAction{
		{Type: milter.ActionReplaceBody, Body: []byte("new ")},
		{Type: milter.ActionReplaceBody, Body: []byte("body")},
		{Type: milter.ActionQuarantine, Reason: ""},
		{Type: milter.ActionChangeFrom, From: "<other@maine.example>"},
	} {
		if err := tx.apply(m); err != nil {
			t.Fatal(err)
		}
	}
	if string(tx.body) != "new body" || tx.hold == "" || tx.sender != "other@maine.example" {
		t.Errorf("body %q, hold %q, sender %q", tx.body, tx.hold, tx.sender)
	}
	if err := tx.apply(milter.ModifyAction{Type: 99}); err == nil {
		t.Error("an unknown modification was passed over")
	}
}

func TestParseHeader(t *testing.T) {
	tests := []struct {
		name, in string
		fields   []field
		body     string
	}{
		{"ordinary", "A: 1\r\nB: 2\r\n\r\nbody", []field{{"A", " 1"}, {"B", " 2"}}, "body"},
		{"folded", "A: 1\r\n\t2\r\n 3\r\n\r\n", []field{{"A", " 1\r\n\t2\r\n 3"}}, ""},
		{"bare line feeds", "A: 1\nB:2\n\nbody\n", []field{{"A", " 1"}, {"B", "2"}}, "body\n"},
		{"no body", "A: 1\r\n", []field{{"A", " 1"}}, ""},
		{"no header", "\r\nbody", nil, "body"},
		{"a line that is no field begins the body", "A: 1\r\nhello there\r\nB: 2\r\n", []field{{"A", " 1"}}, "hello there\r\nB: 2\r\n"},
		{"a continuation of nothing begins the body", " x\r\nA: 1\r\n", nil, " x\r\nA: 1\r\n"},
		{"a name with a space is none", "A b: 1\r\n\r\n", nil, "A b: 1\r\n\r\n"},
		{"empty", "", nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fields, body := parseHeader([]byte(test.in))
			if !slices.Equal(fields, test.fields) || string(body) != test.body {
				t.Errorf("got %q, %q; want %q, %q", fields, body, test.fields, test.body)
			}
		})
	}
}

func TestQuoteMailbox(t *testing.T) {
	for in, want := range map[string]string{
		"bob@ext.example":        "bob@ext.example",
		"bob+tag@ext.example":    "bob+tag@ext.example",
		"jörg@ext.example":       "jörg@ext.example",
		"odd user@ext.example":   `"odd user"@ext.example`,
		"a@b@ext.example":        `"a@b"@ext.example`,
		`a"b\c@ext.example`:      `"a\"b\\c"@ext.example`,
		".dot@ext.example":       `".dot"@ext.example`,
		"bob@[192.0.2.1]":        "bob@[192.0.2.1]",
		"":                       "",
		"postmaster":             "postmaster",
		"two..dots@ext.example":  `"two..dots"@ext.example`,
		"o'neil@ext.example":     "o'neil@ext.example",
		"a(comment)@ext.example": `"a(comment)"@ext.example`,
	} {
		if got := quoteMailbox(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
