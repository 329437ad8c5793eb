package mapi

import (
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The examples of [MS-OXRTFCP] section 3.
const (
	simple   = "2d000000 2b000000 4c5a4675 f1c5c7a7 0300 0a00 72637067 31323542 320a f320 68656c 0900 2062 7705b0 6c647d 0a80 0fa0"
	crossing = "1a000000 1c000000 4c5a4675 e2d44b51 4100 0420 5758595a 0d6e7d 010eb0"
)

func TestCompressedRTFIsUnpacked(t *testing.T) {
	for name, c := range map[string]struct{ packed, want string }{
		"simple":       {simple, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"},
		"overlapping":  {crossing, "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"},
		"uncompressed": {"00000000 02000000 4d454c41 00000000 6869", "hi"},
	} {
		got, err := io.ReadAll(NewRTFReader(unhex(t, c.packed)))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestCompressedRTFThatIsCutOffSaysSo(t *testing.T) {
	whole := unhex(t, simple)
	got, err := io.ReadAll(NewRTFReader(whole[:len(whole)-6]))
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(string(got), "{\\rtf1\\ansi") {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := io.ReadAll(NewRTFReader(whole[:10])); err == nil {
		t.Error("no error for a header that is cut off")
	}
}

func TestHTMLIsTakenOutOfRTF(t *testing.T) {
	const head = `{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial Cyr;}}{\colortbl\red0;}`
	for name, c := range map[string]struct{ body, want string }{
		"tags and text":        {`{\*\htmltag64 <p>}SSN {\*\htmltag84 <b>}123{\*\htmltag92 </b>}-45{\*\htmltag72 </p>}`, "<p>SSN <b>123</b>-45</p>"},
		"text for RTF only":    {`{\*\htmltag84 &amp;}\htmlrtf &\htmlrtf0 x\htmlrtf {\b no}\htmlrtf0 y`, "&amp;xy"},
		"escapes":              {`a\{b\}c\\d\par e\tab f\~g`, "a{b}c\\d\r\ne\tf&nbsp;g"},
		"bytes in the charset": {`{\*\htmltag <p>}caf\'e9{\f1 \'cf\'f0}`, "<p>caféПр"},
		"Unicode":              {`\uc1\u1055?\u-10179?\u-8704?x{\uc0\u8211 y}`, "П😀x–y"},
		"other destinations":   {`a{\*\mhtmltag <i>}{\*\generator x}b{\info no}c`, "abc"},
	} {
		got, ok := HTMLFromRTF([]byte(head + c.body + "}"))
		if !ok || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, ok, c.want)
		}
	}
	if _, ok := HTMLFromRTF([]byte(`{\rtf1\ansi\fromtext plain}`)); ok {
		t.Error("RTF that was plain text is HTML")
	}
}

func TestStringsAreDecodedByTheirType(t *testing.T) {
	o := &Object{}
	o.Add(Property{ID: MessageCodepage, Type: TypeInteger32, Value: []byte{0xe3, 4, 0, 0}})
	o.SetCodepage()
	o.Add(Property{ID: Subject, Type: TypeString8, Value: []byte("\xcf\xf0\x00")})
	o.Add(Property{ID: Body, Type: TypeUnicode, Value: []byte("\x1f\x04\x00\x00\xff")})
	if got := o.Text(Subject); got != "Пр" {
		t.Errorf("subject %q", got)
	}
	if got := o.Text(Body); got != "П" {
		t.Errorf("body %q", got)
	}
}

func FuzzRTF(f *testing.F) {
	f.Add(unhex(f, simple))
	f.Add(unhex(f, crossing))
	f.Add([]byte(`{\rtf1\fromhtml1{\*\htmltag <p>}\u1055?\'e9{{{\bin9 `))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, _ := io.ReadAll(NewRTFReader(data))
		if len(out) > 10*len(data)+64 {
			t.Errorf("%d bytes of %d", len(out), len(data))
		}
		HTMLFromRTF(data)
		HTMLFromRTF(out)
	})
}
