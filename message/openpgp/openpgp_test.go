package openpgp

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/format"
)

// What GnuPG 2.2 makes of "the quick brown fox".
const (
	signedZIP   = "owGbwMvMwCF2r3VNZM9B4Z+MaxST2NPyK/RKKkqymf5plGSkKhSWZiZnKyQV5ZfnKQCluDpKWRjEOBhkxRRZVCokpty5xpT5qvTWFJgRrEwgjQxcnAIwkWcTGP57TN3AKhJ0Ony3g6mXmMhG04vh4e6/D1z2i/eZ82gNq9cPRoY9zXHMRzQc1k41mv7g0VYnlgMbY7kqWhbcLK1zYTtweCcvAA=="
	signedPlain = "kA0DAAgW3oWsWYzBE/kBrCFiB2ZveC50eHRrAv4odGhlIHF1aWNrIGJyb3duIGZveAqIdQQAFggAHRYhBCR4GJTc1gJp6nXalN6FrFmMwRP5BQJrAv4oAAoJEN6FrFmMwRP55pAA/0iVsAUUUstXu0A1ShYUsTXRV1dH+8DTTl9MnOKsBUr4AQC8g14DxChArZUyl+DitUIEwLFdCniEoNl1fkQGwMO5DQ=="
	stored      = "owFbo5jEnpZfoVdSUZLN9E+nJCNVobA0MzlbIakovzxPASjFBQA="
	encrypted   = "jA0ECQMCMhFL4mn4iNz/0k8B16GTLJzjtsaYU+Di8MLi1ERO1WZthr73w7XRn82QgHa/ab0BnN9uQOfPcRPPdOtMrBud/ebmo5PmpgmzyeURPsw3RVhMxEYjIW93D98j"
	signedBzip2 = `-----BEGIN PGP MESSAGE-----

owNCWmg2MUFZJlNZEtP2UgAAOv////JNQmRBEgBU1RCjm2m2wQ5ERoRABmIsbAgp
NVEQAGmgAJQZohpoAA0AAADTQMhoBpkyaaGmRpk9IcxMnohoyMh6j0gZAAaAGQAG
EAAAQgSWSt6983lhwdRuxpQNepOsJAI1XDBYFucwiwU0wmOod62A8X3iM+RKUVsK
n6XM5JzGQdhiSCGltvGnnjGdMZggx6SSIhBdCpwUT9hUEQFiGx2IDQHaoA8U2me6
vhYPZcGgwpodsvhsWcZAQuyc6CGq2gL9/BcZ1+QgcOEJ/i7kinChICWn7KQ=
=7Nsx
-----END PGP MESSAGE-----`
	signedZLIB = `-----BEGIN PGP MESSAGE-----

owJ4nJvAy8zAIXavdU1kz0Hhn4xrFJPY0/Ir9EoqSrKZ/mmUZKQqFJZmJmcrJBXl
l+cpAKW4OkpZGMQ4GGTFFFlUKiSm3LnGlPmq9NYUmBGsTCCNDFycAjCRZxMY/ntM
3cAqEnQ6fLeDqZeYyEbTi+Hh7r8PXPaL95nzaA2r1w9Ghj3NccxHNBzWTjWa/uDR
VieWAxtjuSpaFtwsrXNhO3B4Jy8Ak4JFiQ==
=dzjv
-----END PGP MESSAGE-----`
	armored = `-----BEGIN PGP MESSAGE-----

jA0ECQMCYPUTLpgJLiH/0k8Bhmq3Fahbuxoy6Hmj250GqaVq596/rSPCoewQaOZr
OhRQ6tpZMWrpUJeQx5fR4FyaGPr/NGvxkCTFgH4Q6Au06E/csvF5SbS381qnBS7e
=j74W
-----END PGP MESSAGE-----`
)

const fox = "the quick brown fox\n"

func decode(t testing.TB, s string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func run(content string, read func(*collect.File)) collect.Found {
	return collect.Run(context.Background(), collect.Limits{},
		func(f *collect.File) { f.Text(string(f.Content)) },
		func(root *collect.File) { root.Content = []byte(content); read(root) })
}

func TestMessagesAreReadThroughOrEncrypted(t *testing.T) {
	for _, tt := range []struct {
		name, content string
		read          func(*collect.File)
		texts         []string
		defects       []collect.DefectKind
	}{
		{"signed", decode(t, signedZIP), Read, []string{"fox.txt", fox}, nil},
		{"signed, not compressed", decode(t, signedPlain), Read, []string{"fox.txt", fox}, nil},
		{"stored", decode(t, stored), Read, []string{"fox.txt", fox}, nil},
		{"encrypted", decode(t, encrypted), Read, nil, []collect.DefectKind{collect.DefectEncrypted}},
		{"armored, bzip2", signedBzip2, ReadArmored, []string{"fox.txt", fox}, nil},
		{"armored, zlib, in a reply", "> " + strings.ReplaceAll(signedZLIB, "\n", "\n> "), ReadArmored, []string{"fox.txt", fox}, nil},
		{"armored, with header fields and CRLF", strings.ReplaceAll(strings.Replace(signedZLIB, "\n\n", "\nVersion: 1\nComment: x\n\n", 1), "\n", "\r\n"), ReadArmored, []string{"fox.txt", fox}, nil},
		{"armored and encrypted", "Hi,\n" + armored, ReadArmored, nil, []collect.DefectKind{collect.DefectEncrypted}},
		{"one that is readable, one that is not", signedZLIB + "\n" + armored, ReadArmored, []string{"fox.txt", fox}, []collect.DefectKind{collect.DefectEncrypted}},
		{"armored and damaged", armorBegin + "\n\n???\n" + armorEnd, ReadArmored, nil, []collect.DefectKind{collect.DefectEncrypted}},
		{"a sentence", "write " + armorBegin + " first", ReadArmored, nil, nil},
		{"a signature only", "\x88\x02\x04\x00", Read, nil, []collect.DefectKind{collect.DefectUnsupported}},
		{"no packets", "text", Read, nil, []collect.DefectKind{collect.DefectCorrupt}},
		{"compressed in itself", strings.Repeat("\xa3\x00", 10), Read, nil, []collect.DefectKind{collect.DefectTooDeep}},
		{"in pieces", "\xcb\xe1b\x00\x06\x00\x00\x00\x00ab", Read, []string{"ab"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := run(tt.content, tt.read)
			var texts []string
			for _, p := range found.Parts {
				texts = append(texts, p.Text)
			}
			if !slices.Equal(texts, tt.texts) {
				t.Errorf("texts %q, want %q", texts, tt.texts)
			}
			var kinds []collect.DefectKind
			for _, d := range found.Defects {
				kinds = append(kinds, d.Kind)
			}
			if !slices.Equal(kinds, tt.defects) {
				t.Errorf("defects %+v, want %v", found.Defects, tt.defects)
			}
		})
	}
}

func TestMessagesAreRecognised(t *testing.T) {
	for _, message := range []string{signedZIP, signedPlain, stored, encrypted} {
		if got := format.Detect([]byte(decode(t, message)), ""); got != "application/pgp-encrypted" {
			t.Errorf("%s: %s", message, got)
		}
	}
}

// FuzzRead holds that no message makes the reader fail.
func FuzzRead(f *testing.F) {
	for _, message := range []string{signedZIP, signedPlain, stored, encrypted} {
		f.Add(decode(f, message))
	}
	f.Add(signedBzip2)
	f.Fuzz(func(t *testing.T, content string) {
		if len(content) > 1<<14 {
			return
		}
		for _, read := range []func(*collect.File){Read, ReadArmored} {
			for _, d := range run(content, read).Defects {
				if strings.Contains(d.Detail, "reader failed") {
					t.Fatalf("panic on %q", content)
				}
			}
		}
	})
}
