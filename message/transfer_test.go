package message

import (
	"slices"
	"testing"
)

func TestTransferEncodings(t *testing.T) {
	tests := []struct {
		name, encoding, body, want string
		clean                      bool
	}{
		{"identity", "7bit", "a=20b", "a=20b", true},
		{"base64", "base64", "aGVs\r\nbG8=\r\n", "hello", true},
		{"base64 without padding", "base64", "aGVsbG8", "hello", true},
		{"base64 with foreign characters", "base64", "aGVs*bG8=", "hello", false},
		{"base64 that goes on after its end", "base64", "aGk=aGk=", "hihi", false},
		{"quoted-printable", "quoted-printable", "M=C3=BCller", "Müller", true},
		{"lower-case hexadecimal", "quoted-printable", "=c3=bc", "ü", true},
		{"soft line break", "quoted-printable", "123=\r\n-45=\n-6789", "123-45-6789", true},
		{"soft line break before spaces", "quoted-printable", "123= \t\r\n-45", "123-45", true},
		{"soft break at the end", "quoted-printable", "abc=", "abc", true},
		{"stray equals sign", "quoted-printable", "a=b c==", "a=b c=", false},
		{"uuencode", "x-uuencode", "begin 644 a.txt\n%:&5L;&\\\n`\nend\n", "hello", true},
		{"uuencode without an end", "x-uuencode", "begin 644 a.txt\n%:&5L;&\\\n", "hello", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, clean, known := decodeTransfer([]byte(tt.body), tt.encoding)
			if string(got) != tt.want || clean != tt.clean || !known {
				t.Errorf("got %q, clean %v, known %v; want %q, clean %v", got, clean, known, tt.want, tt.clean)
			}
		})
	}
}

func TestTransferEncodingNames(t *testing.T) {
	for value, want := range map[string]string{
		"BASE64": "base64", "base64 (binary)": "base64", `"quoted-printable"`: "quoted-printable",
		"base64;": "base64", " 7BIT ": "7bit", "": "",
	} {
		if got := normaliseEncoding(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

func TestUUFilesInText(t *testing.T) {
	text := "see below\nbegin 644 a.txt\n%:&5L;&\\\n`\nend\nand\nbegin 600 b.txt\n\"86$\n`\nend\n"
	files := slices.Collect(uuFiles([]byte(text)))
	if len(files) != 2 || files[0].name != "a.txt" || string(files[0].content) != "hello" || string(files[1].content) != "aa" {
		t.Errorf("files: %+v", files)
	}
	for _, prose := range []string{"begin 100 words of this\nmore prose", "begin anew\n", "begin 644 name\n", "begin 999 x\n#AAAA\n"} {
		if files := slices.Collect(uuFiles([]byte(prose))); len(files) > 0 {
			t.Errorf("%q: found %+v", prose, files)
		}
	}
}
