package smime

import (
	"bytes"
	"context"
	"testing"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// der returns one element of definite length.
func der(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	if len(body) < 0x80 {
		return append([]byte{tag, byte(len(body))}, body...)
	}
	return append([]byte{tag, 0x82, byte(len(body) >> 8), byte(len(body))}, body...)
}

// ber returns one element of indefinite length.
func ber(tag byte, parts ...[]byte) []byte {
	return append(append([]byte{tag, 0x80}, bytes.Join(parts, nil)...), 0, 0)
}

var data = der(tagOID, []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"))

func signed(encapsulated []byte) []byte {
	return der(tagSequence, der(tagOID, oidSigned), der(tagExplicit0,
		der(tagSequence, der(0x02, []byte{1}), der(0x31), encapsulated, der(0x31))))
}

// read returns what Read reports of a file, and the content it hands on.
func read(content []byte) (collect.Found, []byte) {
	var handed []byte
	open := func(f *collect.File) {
		if f.Path == "a.p7m" {
			Read(f)
			return
		}
		handed = f.Content
		f.Text(string(f.Content))
	}
	found := collect.Run(context.Background(), collect.Limits{}, open, func(root *collect.File) {
		root.Nested("a.p7m", content)
	})
	return found, handed
}

func TestSignedContentIsHandedOn(t *testing.T) {
	long := bytes.Repeat([]byte("Subject: x\r\n"), 100)
	for name, content := range map[string][]byte{
		"definite":   signed(der(tagSequence, data, der(tagExplicit0, der(tagOctets, long)))),
		"in pieces":  signed(der(tagSequence, data, der(tagExplicit0, der(tagOctets|tagConstructed, der(tagOctets, long[:500]), der(tagOctets, long[500:]))))),
		"indefinite": signed(ber(tagSequence, data, ber(tagExplicit0, ber(tagOctets|tagConstructed, der(tagOctets, long[:7]), der(tagOctets, long[7:]))))),
	} {
		t.Run(name, func(t *testing.T) {
			found, handed := read(content)
			if !bytes.Equal(handed, long) || len(found.Defects) > 0 {
				t.Errorf("handed on %q, defects %+v", handed, found.Defects)
			}
		})
	}
}

func TestWhatIsNotSignedContent(t *testing.T) {
	tests := []struct {
		name    string
		content []byte
		opaque  bool
		defect  collect.DefectKind
	}{
		{"detached signature", signed(der(tagSequence, data)), true, ""},
		{"encrypted", der(tagSequence, der(tagOID, oidEnveloped), der(tagExplicit0, der(tagSequence))), false, collect.DefectEncrypted},
		{"encrypted and authenticated", der(tagSequence, der(tagOID, oidAuthEnv), der(tagExplicit0, der(tagSequence))), false, collect.DefectEncrypted},
		{"compressed", der(tagSequence, der(tagOID, oidCompressed), der(tagExplicit0, der(tagSequence))), false, collect.DefectUnsupported},
		{"cut off", signed(der(tagSequence, data, der(tagExplicit0, der(tagOctets, make([]byte, 300)))))[:200], false, collect.DefectCorrupt},
		{"nested without end", bytes.Repeat([]byte{tagSequence, 0x80}, 10_000), false, collect.DefectCorrupt},
		{"text", []byte("not CMS"), false, collect.DefectCorrupt},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, _ := read(tt.content)
			if found.Attachments[0].Opaque != tt.opaque {
				t.Errorf("attachments: %+v", found.Attachments)
			}
			var kind collect.DefectKind
			if len(found.Defects) > 0 {
				kind = found.Defects[0].Kind
			}
			if kind != tt.defect {
				t.Errorf("defects %+v, want %q", found.Defects, tt.defect)
			}
		})
	}
}

// FuzzRead checks that no content makes Read fail.
func FuzzRead(f *testing.F) {
	f.Add(signed(der(tagSequence, data, der(tagExplicit0, der(tagOctets, []byte("x"))))))
	f.Add(signed(ber(tagSequence, data, ber(tagExplicit0, ber(tagOctets|tagConstructed, der(tagOctets, []byte("x")))))))
	f.Fuzz(func(t *testing.T, content []byte) {
		if found, handed := read(content); len(content) > 0 && handed == nil && len(found.Attachments) == 1 && len(found.Defects) == 0 && !found.Attachments[0].Opaque {
			t.Errorf("%x: neither content nor defect", content)
		}
	})
}
