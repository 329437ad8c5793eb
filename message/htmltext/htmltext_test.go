package htmltext

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// visible returns the text of a page without what is marked hidden.
func visible(p Page) string {
	for _, m := range p.Marks {
		if m.Kind == collect.MarkHidden {
			return strings.TrimSuffix(p.Text[:m.Start], "\n")
		}
	}
	return p.Text
}

func hidden(p Page) string {
	for _, m := range p.Marks {
		if m.Kind == collect.MarkHidden {
			return p.Text[m.Start:m.End]
		}
	}
	return ""
}

func TestVisibleText(t *testing.T) {
	tests := []struct{ name, source, want string }{
		{"inline tags join", "<b>123</b>-45-<i>67</i><span>89</span>", "123-45-6789"},
		{"wbr and soft hyphen join", "123-<wbr>45-6789", "123-45-6789"},
		{"blocks are lines", "<div>one</div><div>two</div>three", "one\ntwo\nthree"},
		{"paragraphs are set apart", "<p>one</p><p>two</p>", "one\n\ntwo"},
		{"br", "one<br>two<br/>three", "one\ntwo\nthree"},
		{"two br leave a line empty", "one<br><br><br>two", "one\n\ntwo"},
		{"cells are set apart by tabs", "<table><tr><td>123</td><td>45</td></tr><tr><td>6789</td></tr></table>", "123\t45\n6789"},
		{"cells without end tags", "<table><tr><td>1<td>2<tr><td>3<td>4</table>", "1\t2\n3\t4"},
		{"empty cells", "<table><tr><td>1</td><td></td><td>3</td></tr></table>", "1\t\t3"},
		{"list items are lines", "<ul><li>one<li>two</ul>three", "one\ntwo\nthree"},
		{"white space", "  one \n\t two  ", "one two"},
		{"preformatted", "<pre>one\n  two</pre>", "one\n  two"},
		{"entities", "&lt;a&gt; &amp; &#49;&#x32;3 M&uuml;ller", "<a> & 123 Müller"},
		{"script and style", "a<script>var x = '<b>secret</b>'</script><style>b{}</style>c", "ac"},
		{"noscript is shown", "<noscript>shown</noscript>", "shown"},
		{"textarea", "<textarea>one\ntwo</textarea>", "one\ntwo"},
		{"unknown tags", "<o:p>1</o:p><foo>2</foo>", "12"},
		{"unclosed tag at the end", "text <a href=x", "text"},
		{"end tags without a start", "one</b></div>two", "one\ntwo"},
		{"plain text", "1 < 2 & 3 > 2", "1 < 2 & 3 > 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Render(tt.source); got.Text != tt.want {
				t.Errorf("got %q, want %q", got.Text, tt.want)
			}
		})
	}
}

func TestHiddenTextIsApartAndMarked(t *testing.T) {
	ways := map[string]string{
		"display none":         `<span style="display:none">X</span>`,
		"important":            `<span style="display: none !important">X</span>`,
		"upper case":           `<SPAN STYLE="DISPLAY:NONE">X</SPAN>`,
		"visibility":           `<span style="visibility:hidden">X</span>`,
		"no size":              `<span style="font-size:0">X</span>`,
		"one pixel":            `<span style="font-size:1px">X</span>`,
		"font shorthand":       `<span style="font:0px Arial">X</span>`,
		"no opacity":           `<span style="opacity:0">X</span>`,
		"white on white":       `<font color="#ffffff">X</font>`,
		"nearly white":         `<span style="color:#fdfdfe">X</span>`,
		"rgb":                  `<span style="color:rgb(255, 255, 255)">X</span>`,
		"colour of its ground": `<div style="background:#336699"><span style="color:#369">X</span></div>`,
		"no height":            `<span style="max-height:0;overflow:hidden">X</span>`,
		"off the screen":       `<span style="position:absolute;left:-9999px">X</span>`,
		"attribute":            `<span hidden>X</span>`,
		"Outlook":              `<span style="mso-hide:all">X</span>`,
		"inside":               `<span style="display:none"><b><i>X</i></b></span>`,
		"class":                `<style>.h { display: none }</style><span class="a h">X</span>`,
		"tag and class":        `<style>span.h, p {display:none}</style><span class=h>X</span>`,
		"identifier":           `<style>#h{display:none}</style><span id=h>X</span>`,
		"title":                `<title>X</title>`,
		"comment":              `<!-- X -->`,
		"conditional comment":  `<!--[if mso]><b>X</b><![endif]-->`,
		"template":             `<template>X</template>`,
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			p := Render("123-" + way + "45-6789")
			if got := strings.ReplaceAll(visible(p), "\n", ""); got != "123-45-6789" {
				t.Errorf("visible: %q", got)
			}
			if got := hidden(p); got != "X" {
				t.Errorf("hidden: %q (text %q, marks %v)", got, p.Text, p.Marks)
			}
		})
	}
}

func TestVisibleTextIsNotTakenForHidden(t *testing.T) {
	for name, source := range map[string]string{
		"later declaration":    `<span style="display:none;display:inline">X</span>`,
		"style over class":     `<style>.h{display:none}</style><span class=h style="display:inline">X</span>`,
		"visible inside":       `<span style="visibility:hidden"><b style="visibility:visible">X</b></span>`,
		"size inside":          `<span style="font-size:0"><b style="font-size:12px">X</b></span>`,
		"white on black":       `<table bgcolor=black><tr><td><font color=white>X</font></table>`,
		"after a hidden cell":  `<table><tr><td style="display:none"><td>X</table>`,
		"after a hidden item":  `<ul><li style="display:none"><li>X</ul>`,
		"after a hidden block": `<p style="display:none"><p>X</p>`,
		"after a closed one":   `<div style="display:none"><b></div>X`,
		"media rule":           `<style>@media print { .h { display:none } }</style><b class=h>X</b>`,
		"small print":          `<span style="font-size:6px">X</span>`,
	} {
		t.Run(name, func(t *testing.T) {
			if p := Render(source); strings.TrimSpace(p.Text) != "X" || hidden(p) != "" {
				t.Errorf("text %q, marks %v", p.Text, p.Marks)
			}
		})
	}
}

func TestAttributesAreSections(t *testing.T) {
	p := Render(`<img alt="a chart" title="of sales" src="data:image/png;base64,AAAA"><a href="https://x.example/?ssn=1" title=t>link</a>` +
		`<a href="cid:1">c</a><a href="data:text/html;base64,AA">d</a><a href="#top">e</a><form action="mailto:f@x.example"><input value=v></form>`)
	if p.Text != "linkcde" {
		t.Errorf("text: %q", p.Text)
	}
	if want := "a chart\nof sales\nt\nv"; p.Alt != want {
		t.Errorf("alt: %q, want %q", p.Alt, want)
	}
	if want := "https://x.example/?ssn=1\nmailto:f@x.example"; p.Links != want {
		t.Errorf("links: %q, want %q", p.Links, want)
	}
}

func TestQuotedHistoryAndSignatureAreMarked(t *testing.T) {
	tests := []struct {
		name, source string
		kind         collect.MarkKind
		want         string
	}{
		{"blockquote", "new<blockquote>old<blockquote>older</blockquote></blockquote>new", collect.MarkQuoted, "old\nolder"},
		{"Gmail", `new<div class="gmail_quote">On Monday: old</div>`, collect.MarkQuoted, "On Monday: old"},
		{"Outlook", "new<hr><div>From: A<br>Sent: Monday</div><div>old</div>", collect.MarkQuoted, "From: A\nSent: Monday\nold"},
		{"signature", `new<div class="gmail_signature">Ann</div>`, collect.MarkSignature, "Ann"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := Render(tt.source)
			i := slices.IndexFunc(p.Marks, func(m collect.Mark) bool { return m.Kind == tt.kind })
			if i < 0 {
				t.Fatalf("no mark in %q: %v", p.Text, p.Marks)
			}
			if got := strings.TrimSpace(p.Text[p.Marks[i].Start:p.Marks[i].End]); got != tt.want {
				t.Errorf("marked %q, want %q", got, tt.want)
			}
		})
	}
}

func TestUnclosedRawTextIsNoHidingPlace(t *testing.T) {
	for _, source := range []string{"<style>123-45-6789", "<title><b>123</b>-45-6789", "<script>123-45-6789", "<!-- 123-45-6789", "<iframe>123-45-6789"} {
		if p := Render(source); !strings.Contains(p.Text, "123-45-6789") {
			t.Errorf("%s: %q", source, p.Text)
		}
	}
}

// FuzzHTMLText checks that rendering ends, within bounds, with valid marks.
func FuzzHTMLText(f *testing.F) {
	for _, seed := range []string{
		"<b>123</b>-45-6789", "<table><tr><td>1<td style='display:none'>2</table>", "<!--[if mso]><p>x<![endif]-->",
		"<style>.a{color:#fff}@media x{b{}}</style><p class=a>x", "<div><blockquote><pre> x </pre>", "<title>x", "&#x110000;&bogus;&amp",
		"<font color=rgb(1,2,3)><span style='font:0/0 a;left:-9999px'>x", "\x00<\xff>", "<plaintext><b>x", "<a href='data:x' title=t><img alt=x>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		start := time.Now()
		p := Render(source)
		if took := time.Since(start); took > time.Second+time.Duration(len(source))*10*time.Microsecond {
			t.Errorf("%d bytes took %v", len(source), took)
		}
		if len(p.Text) > 8*len(source)+100 {
			t.Errorf("%d bytes of text from %d", len(p.Text), len(source))
		}
		for i, m := range p.Marks {
			if m.Start < 0 || m.Start > m.End || m.End > len(p.Text) {
				t.Errorf("mark %+v in %d bytes", m, len(p.Text))
			}
			if i > 0 && p.Marks[i-1].Kind == m.Kind && p.Marks[i-1].End > m.Start {
				t.Errorf("marks overlap: %v", p.Marks)
			}
		}
	})
}
