package xmltext

import "testing"

func TestRender(t *testing.T) {
	never := func() error { return nil }
	tests := []struct{ name, source, text, attributes string }{
		{"elements are lines", "<a><b>one</b><c>two</c></a>", "one\ntwo", ""},
		{"looks join", "<t><content>123</content>-45-<b>6789</b></t>", "123-45-6789", ""},
		{"cells", "<tr><td>1</td><td>2</td></tr><tr><td>3</td></tr>", "1\t2\n3", ""},
		{"white space", "<a>\n  one\n  two </a>", "one two", ""},
		{"attributes", `<id root="2.16.840.1.113883.4.1" extension="123-45-6789"/><b c="&lt;d"/>`, "", "root=2.16.840.1.113883.4.1 extension=123-45-6789\nc=<d\n"},
		{"name spaces do not count", `<a xmlns="urn:x" xmlns:y="urn:y">b</a>`, "b", ""},
		{"entities and CDATA", "<a>&lt;M&uuml;ller&gt; <![CDATA[<x>]]></a>", "<Müller> <x>", ""},
		{"comments", "<a>one<!-- two --></a>", "one\ntwo", ""},
		{"embedded picture", `<image href="data:image/png;base64,AAAA"/>`, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, attributes, err := render(tt.source, never)
			if text != tt.text || attributes != tt.attributes || err != nil {
				t.Errorf("got %q and %q (%v), want %q and %q", text, attributes, err, tt.text, tt.attributes)
			}
		})
	}
}

func TestMalformedXMLIsAnError(t *testing.T) {
	text, _, err := render("<a>one</a><b <<", func() error { return nil })
	if err == nil || text != "one" {
		t.Errorf("got %q, %v", text, err)
	}
}

func TestDeclaredCharset(t *testing.T) {
	for source, want := range map[string]string{
		`<?xml version="1.0" encoding="ISO-8859-1"?><a/>`: "ISO-8859-1",
		`<?xml version='1.0' encoding='utf-16'?>`:         "utf-16",
		`<a encoding=`: "",
		`<a/>`:         "",
	} {
		if got := declaredCharset([]byte(source)); got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}
