package encryptor

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
)

// ownPrefix begins the names of the fields that the milter writes, in lower case.
const ownPrefix = "x-zixpolicy-"

// maxHeader is the longest header taken. It is kept in memory, because the fields of
// the milter are the last of it.
const maxHeader = 4 << 20

// header is what the encryptor reads of a message.
type header struct {
	policy  map[string]string
	queueID string // the MTA's, from the field it has put on top
}

// readHeader reads the header off r. rest gives the whole message but for the
// milter's fields.
func readHeader(r io.Reader) (h header, rest io.Reader, err error) {
	in := bufio.NewReaderSize(r, 32<<10)
	var kept, field bytes.Buffer // field: the present one with its folded lines
	h.policy = map[string]string{}
	for {
		line, err := readLine(in, maxHeader-kept.Len()-field.Len())
		if err != nil && !errors.Is(err, io.EOF) {
			return header{}, nil, err
		}
		folded := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		if !folded {
			if !h.own(field.Bytes()) {
				h.trace(field.Bytes())
				kept.Write(field.Bytes())
			}
			field.Reset()
		}
		if end := bytes.TrimRight(line, "\r\n"); len(end) == 0 {
			kept.Write(line) // the empty line, or nothing at the end of the message
			return h, io.MultiReader(&kept, in), nil
		}
		field.Write(line)
	}
}

// readLine reads a line with its end, at most limit bytes long. The last line of a
// message may have none and comes with a nil error; after it comes io.EOF.
func readLine(in *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	for {
		piece, err := in.ReadSlice('\n')
		line = append(line, piece...)
		if len(line) > limit {
			return nil, errHeaderTooLarge
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) && len(line) > 0 {
			err = nil
		}
		return line, err
	}
}

// own reports whether the field is one of the milter's, and keeps its value.
func (h *header) own(field []byte) bool {
	name, value, found := strings.Cut(string(field), ":")
	name = strings.ToLower(strings.TrimRight(name, " \t"))
	key, ours := strings.CutPrefix(name, ownPrefix)
	if !found || !ours {
		return false
	}
	if _, seen := h.policy[key]; !seen {
		h.policy[key] = strings.Join(strings.Fields(value), " ")
	}
	return true
}

var receivedID = regexp.MustCompile(`(?i)^received[ \t]*:(?s:.*?)[ \t\n]id[ \t\r\n]+([A-Za-z0-9]{1,32})\b`)

// trace takes the queue ID from the first Received field (RFC 5321 section 4.4).
func (h *header) trace(field []byte) {
	if h.queueID == "" {
		if m := receivedID.FindSubmatch(field); m != nil {
			h.queueID = string(m[1])
		}
	}
}
