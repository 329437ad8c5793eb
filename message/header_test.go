package message

import (
	"slices"
	"testing"
)

func TestHeaderFieldsAreDecoded(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"plain", "Lunch at noon", "Lunch at noon"},
		{"folded", "one\r\n two\r\n\tthree", "one two\tthree"},
		{"folded after a trailing space", "one \r\n two", "one  two"},
		{"Q word", "=?iso-8859-1?Q?M=FCller_4711?=", "Müller 4711"},
		{"B word", "=?utf-8?B?TcO8bGxlcg==?=", "Müller"},
		{"B word without padding", "=?utf-8?b?TcO8bGxlcg?=", "Müller"},
		{"space between words goes", "=?utf-8?q?a?= \r\n =?utf-8?q?b?=", "ab"},
		{"space between word and text stays", "=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"},
		{"character cut in two words", "=?utf-8?q?M=C3?= =?utf-8?q?=BCller?=", "Müller"},
		{"word inside quotation marks", `"=?utf-8?q?M=C3=BCller?=" <m@x.example>`, `"Müller" <m@x.example>`},
		{"language suffix", "=?utf-8*de?q?M=C3=BCller?=", "Müller"},
		{"question mark before hexadecimal", "=?utf-8?q?ready?=3D_no?=", "ready?= no"},
		{"space inside a Q word", "=?utf-8?q?two words?=", "two words"},
		{"raw UTF-8", "M\xc3\xbcller", "Müller"},
		{"raw Windows-1252", "M\xfcller \x96 x", "Müller – x"},
		{"raw ISO-2022-JP", "\x1b$B@$3&\x1b(B", "世界"},
		{"unknown set", "=?x-nothing?q?M=FCller?=", "Müller"},
		{"not a word", "=?utf-8?q?open", "=?utf-8?q?open"},
		{"no such encoding", "=?utf-8?x?a?=", "=?utf-8?x?a?="},
		{"line end inside a word", "=?utf-8?q?a=0D=0AX-Evil:_b?=", "a X-Evil: b"},
		{"NUL", "a\x00b", "ab"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, _, _ := splitHeader([]byte("Subject: "+tt.raw+"\r\n\r\nbody"), nil, false)
			if got := h.Get("subject"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHeaderEndsWhereMailProgramsEndIt(t *testing.T) {
	tests := []struct {
		name, raw string
		names     []string
		body      string
	}{
		{"LF line ends", "A: 1\nB: 2\n\nbody", []string{"A", "B"}, "body"},
		{"space before the colon", "A : 1\r\n\r\nbody", []string{"A"}, "body"},
		{"mbox envelope line", "From a@b Mon Jan 1\nA: 1\n\nbody", []string{"A"}, "body"},
		{"line of white space", "A: 1\r\n \r\nbody", []string{"A"}, "body"},
		{"white space amid a folded field", "A: 1\r\n \r\n more\r\n\r\nbody", []string{"A"}, "body"},
		{"line that is no field", "A: 1\r\njunk\r\nB: 2\r\n\r\nbody", []string{"A", "", "B"}, "body"},
		{"no header", "just text\nmore", nil, "just text\nmore"},
		{"empty header", "\r\nbody: text", nil, "body: text"},
		{"no body", "A: 1", []string{"A"}, ""},
		{"nothing", "", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, body, _ := splitHeader([]byte(tt.raw), nil, false)
			var names []string
			for _, f := range h {
				names = append(names, f.Name)
			}
			if !slices.Equal(names, tt.names) || string(body) != tt.body {
				t.Errorf("fields %q and body %q, want %q and %q", names, body, tt.names, tt.body)
			}
		})
	}
}

func TestHeaderGetAndValues(t *testing.T) {
	h := Header{{"To", "a"}, {"TO", "b"}, {"Cc", "c"}}
	if got := h.Get("to"); got != "a" {
		t.Errorf("Get: %q", got)
	}
	if got := h.Values("to"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("Values: %q", got)
	}
	if h.Get("Bcc") != "" || h.Values("Bcc") != nil {
		t.Error("a field that is not there has a value")
	}
}

func TestSensitivityIsTheStrictest(t *testing.T) {
	tests := []struct {
		values []string
		want   Sensitivity
	}{
		{nil, SensitivityNormal},
		{[]string{"Company-Confidential"}, SensitivityConfidential},
		{[]string{"company-CONFIDENTIAL  "}, SensitivityConfidential},
		{[]string{"Company Confidential"}, SensitivityConfidential},
		{[]string{"CompanyConfidential"}, SensitivityConfidential},
		{[]string{"Confidential (set by policy)"}, SensitivityConfidential},
		{[]string{`"Confidential"`}, SensitivityConfidential},
		{[]string{"(why) confidential;"}, SensitivityConfidential},
		{[]string{"Personal"}, SensitivityPersonal},
		{[]string{"private"}, SensitivityPrivate},
		{[]string{"Normal", "Company-Confidential"}, SensitivityConfidential},
		{[]string{"Private", "Personal"}, SensitivityPrivate},
		{[]string{"not confidential"}, SensitivityNormal},
		{[]string{"(confidential)"}, SensitivityNormal},
	}
	for _, tt := range tests {
		var h Header
		for _, v := range tt.values {
			h = append(h, Field{"SENSITIVITY", v})
		}
		if got := h.Sensitivity(); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.values, got, tt.want)
		}
	}
}

func TestParameters(t *testing.T) {
	tests := []struct{ name, field, param, want string }{
		{"quoted", `attachment; filename="a; b.txt"`, "filename", "a; b.txt"},
		{"bare with spaces", `attachment; filename=my report.doc; size=3`, "filename", "my report.doc"},
		{"extended", `attachment; filename*=iso-8859-1'de'M%FCller.txt`, "filename", "Müller.txt"},
		{"in sections", `attachment; filename*1="b.txt"; filename*0="a"`, "filename", "ab.txt"},
		{"in encoded sections", `x/y; name*0*=utf-8''%C3; name*1*=%BC; name*2=.txt`, "name", "ü.txt"},
		{"extended goes before plain", `x/y; name=plain; name*=utf-8''ext`, "name", "ext"},
		{"missing semicolon", "multipart/mixed boundary=\"b\"", "boundary", "b"},
		{"two without semicolon", "multipart/mixed; charset=utf-8 boundary=b", "boundary", "b"},
		{"comment", "text/plain; charset=(us)utf-8", "charset", "utf-8"},
		{"open quotation mark", `x/y; name="a b`, "name", "a b"},
		{"escaped quotation mark", `x/y; name="a \"b\""`, "name", `a "b"`},
		{"path", `x/y; name="C:\dir\a.txt"`, "name", `C:\dir\a.txt`},
		{"upper case", "Text/Plain; CHARSET=UTF-8", "charset", "UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parseMediaType(tt.field)
			if got := m.get(tt.param); got != tt.want {
				t.Errorf("%s = %q, want %q (all: %q)", tt.param, got, tt.want, m.params)
			}
		})
	}
}
