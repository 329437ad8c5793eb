package plaintext

import (
	"context"
	"testing"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// texts returns the texts that a reader finds in a file, by path.
func texts(read func(*collect.File), content string) map[string]string {
	found := collect.Run(context.Background(), collect.Limits{}, read, func(root *collect.File) {
		root.Attach(&collect.File{Path: "f", Content: []byte(content)})
	})
	all := make(map[string]string)
	for _, p := range found.Parts {
		all[p.Path] = p.Text
	}
	return all
}

func TestReadFolded(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"folded lines", "SUMMARY:123-45\r\n -6789\r\n", "SUMMARY:123-45-6789\n"},
		{"escapes", `NOTE:a\, b\; c\nd` + "\r\n", "NOTE:a, b; c\nd\n"},
		{"picture", "FN:Ann\r\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\n BBBB\r\nTEL:1\r\n", "FN:Ann\nTEL:1\n"},
		{"attached by address", "ATTACH:https://x.example/\r\n", "ATTACH:https://x.example/\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := texts(ReadFolded, tt.content)["f"]; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
