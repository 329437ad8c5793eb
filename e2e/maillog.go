package e2e

import (
	"os"
	"regexp"
	"strings"
)

// maillog is Postfix's log file.
type maillog struct{ path string }

// journal is the log up to some moment.
type journal []string

// The parts of log lines that tell a message's way: "postfix/PROGRAM[PID]: QUEUEID: …".
var (
	queueLine    = regexp.MustCompile(`postfix[/\w-]*\[\d+\]: ([0-9A-F]{6,}|[0-9B-Zb-z]{12,}): (.*)$`)
	notification = regexp.MustCompile(`notification: (\w+)$`)
)

// read returns what has been logged so far. An absent log is empty.
func (m *maillog) read() journal {
	data, _ := os.ReadFile(m.path)
	if n := strings.LastIndexByte(string(data), '\n'); n >= 0 {
		data = data[:n] // the last line may be half written
	}
	return strings.Split(string(data), "\n")
}

func (j journal) all() string { return strings.Join(j, "\n") }

// contains reports whether one line has all of the texts.
func (j journal) contains(texts ...string) bool {
	for _, line := range j {
		all := true
		for _, text := range texts {
			all = all && strings.Contains(line, text)
		}
		if all {
			return true
		}
	}
	return false
}

// queueIDs are the queue IDs of the message, of every further queue file it got, and
// of the notifications about it.
func (j journal) queueIDs(messageID string) map[string]bool {
	ids := map[string]bool{}
	for _, line := range j {
		m := queueLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if m[2] == "message-id="+messageID {
			ids[m[1]] = true
		}
		if n := notification.FindStringSubmatch(m[2]); n != nil && ids[m[1]] {
			ids[n[1]] = true
		}
	}
	return ids
}

// lines are all lines about the message.
func (j journal) lines(messageID string) []string {
	ids := j.queueIDs(messageID)
	var lines []string
	for _, line := range j {
		if m := queueLine.FindStringSubmatch(line); m != nil && ids[m[1]] {
			lines = append(lines, line)
		}
	}
	return lines
}

// settled reports whether all queue files of the message are removed.
func (j journal) settled(messageID string) bool {
	ids := j.queueIDs(messageID)
	if len(ids) == 0 {
		return false
	}
	for _, line := range j {
		if m := queueLine.FindStringSubmatch(line); m != nil && m[2] == "removed" {
			delete(ids, m[1])
		}
	}
	return len(ids) == 0
}

// deferred reports whether a delivery of the message was put off.
func (j journal) deferred(messageID string) bool {
	for _, line := range j.lines(messageID) {
		if strings.Contains(line, "status=deferred") {
			return true
		}
	}
	return false
}
