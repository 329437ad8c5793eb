package encryptor

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"maps"
	"regexp"
	"strconv"
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
	sets    map[int]*instructions // by number
	fields  [][]byte              // all but the milter's, each with its folded lines
	end     []byte                // the empty line, or nothing at the end of the message
	queueID string                // the MTA's, from the field it has put on top
}

// instructions are what the milter asks for some of the recipients.
type instructions struct {
	policy   map[string]string
	subjects []string // raw, instead of the message's own, in their order
	add      []string // further fields
}

// readHeader reads the header off r. rest gives what follows it.
func readHeader(r io.Reader) (h header, rest io.Reader, err error) {
	in := bufio.NewReaderSize(r, 32<<10)
	var field []byte // the present one with its folded lines
	size := 0
	h.policy, h.sets = map[string]string{}, map[int]*instructions{}
	for {
		line, err := readLine(in, maxHeader-size)
		if err != nil && !errors.Is(err, io.EOF) {
			return header{}, nil, err
		}
		size += len(line)
		if folded := len(line) > 0 && (line[0] == ' ' || line[0] == '\t'); !folded {
			h.take(field)
			field = nil
		}
		if end := bytes.TrimRight(line, "\r\n"); len(end) == 0 {
			h.end = line
			return h, in, nil
		}
		field = append(field, line...)
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

// take keeps one field, if there is one.
func (h *header) take(field []byte) {
	if len(field) > 0 && !h.own(field) {
		h.trace(field)
		h.fields = append(h.fields, field)
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
	if digits, name, numbered := strings.Cut(key, "-"); numbered {
		if n, err := strconv.ParseUint(digits, 10, 16); err == nil && n > 0 {
			h.instruct(int(n), name, strings.TrimSpace(value))
			return true
		}
	}
	keepFirst(h.policy, key, value)
	return true
}

// instruct keeps one instruction for a set of recipients.
func (h *header) instruct(set int, name, value string) {
	i := h.sets[set]
	if i == nil {
		i = &instructions{policy: map[string]string{}}
		h.sets[set] = i
	}
	switch name {
	case "subject":
		i.subjects = append(i.subjects, value)
	case "add":
		i.add = append(i.add, value)
	default:
		keepFirst(i.policy, name, value)
	}
}

func keepFirst(policy map[string]string, key, value string) {
	if _, seen := policy[key]; !seen {
		policy[key] = strings.Join(strings.Fields(value), " ")
	}
}

// forSet returns the policy for the recipients with that set of instructions, and the
// header that they get. Set 0 has none beside what is said of the whole message. It
// reports false for a set that the message says nothing of: something has been lost
// on the way, and nobody knows what was asked.
func (h *header) forSet(set int) (policy map[string]string, text []byte, ok bool) {
	i := h.sets[set]
	if set == 0 {
		i = &instructions{}
	}
	if i == nil {
		return nil, nil, false
	}
	policy = maps.Clone(h.policy)
	maps.Copy(policy, i.policy)
	subjects := i.subjects
	for _, field := range h.fields {
		if len(subjects) > 0 && isSubject(field) {
			field, subjects = []byte("Subject: "+subjects[0]+"\r\n"), subjects[1:]
		}
		text = append(text, field...)
	}
	for _, field := range i.add {
		if len(text) > 0 && text[len(text)-1] != '\n' {
			text = append(text, "\r\n"...)
		}
		text = append(text, field+"\r\n"...)
	}
	return policy, append(text, h.end...), true
}

func isSubject(field []byte) bool {
	name, _, _ := bytes.Cut(field, []byte(":"))
	return strings.EqualFold(strings.TrimRight(string(name), " \t"), "Subject")
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
