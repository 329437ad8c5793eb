package message

import (
	"context"
	"encoding/base64"
	"fmt"
	"testing"
)

// readFileAs reads a message whose one attachment is content.
func readFileAs(content []byte, name string) *Message {
	return Read(context.Background(), Envelope{}, mailWith(content, name), Limits{})
}

// mailWith returns a message whose one attachment is content.
func mailWith(content []byte, name string) []byte {
	head := fmt.Sprintf("Subject: x\r\nContent-Type: application/octet-stream; name=%q\r\nContent-Transfer-Encoding: base64\r\n\r\n", name)
	return append([]byte(head), base64.StdEncoding.EncodeToString(content)...)
}

var _ = testing.Short
