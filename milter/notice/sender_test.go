package notice

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// mta is a mail server that answers RCPT as the test says and gives away what it took.
type mta struct {
	addr  string
	rcpt  string // its reply
	taken chan string
}

func newMTA(t *testing.T, rcpt string) *mta {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	m := &mta{addr: l.Addr().String(), rcpt: rcpt, taken: make(chan string, 1000)}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			m.converse(c)
		}
	}()
	return m
}

func (m *mta) converse(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	fmt.Fprint(c, "220 mta\r\n")
	var session strings.Builder
	for data := false; ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		session.WriteString(line)
		switch verb := strings.ToUpper(line[:min(4, len(line))]); {
		case data && line == ".\r\n":
			data = false
			fmt.Fprint(c, "250 taken\r\n")
			m.taken <- session.String()
		case data:
		case verb == "RCPT":
			fmt.Fprint(c, m.rcpt+"\r\n")
		case verb == "DATA":
			data = true
			fmt.Fprint(c, "354 go on\r\n")
		case verb == "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newSender(t *testing.T, server string, log io.Writer) *Sender {
	t.Helper()
	s := New(Options{Server: server, From: "postmaster@maine.example", Log: slog.New(slog.NewTextHandler(log, nil)),
		Registerer: prometheus.NewRegistry(), now: func() time.Time { return noon }})
	t.Cleanup(func() { s.Close() })
	return s
}

func (s *Sender) counted(result string) float64 {
	return testutil.ToFloat64(s.notices.WithLabelValues(result))
}

func TestNoticeIsAMailThatNothingAnswers(t *testing.T) {
	m := newMTA(t, "250 ok")
	s := newSender(t, m.addr, io.Discard)
	s.Queue(&Notice{To: "alice@maine.example", Subject: "A message was held", Text: "Grüße\n.\nend\n", InReplyTo: "<1@maine.example>"})
	session := <-m.taken
	for _, want := range []string{"MAIL FROM:<>", "RCPT TO:<alice@maine.example>"} {
		if !strings.Contains(session, want) {
			t.Errorf("no %q in\n%s", want, session)
		}
	}
	_, data, _ := strings.Cut(session, "DATA\r\n")
	msg, err := mail.ReadMessage(strings.NewReader(strings.TrimSuffix(data, ".\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"Auto-Submitted": "auto-generated", "To": "<alice@maine.example>",
		"From": `"Mail policy" <postmaster@maine.example>`, "Subject": "A message was held", "In-Reply-To": "<1@maine.example>"} {
		if got := msg.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	text, err := io.ReadAll(quotedprintable.NewReader(msg.Body))
	if err != nil || !strings.Contains(string(text), "Grüße") {
		t.Errorf("text %q, %v", text, err)
	}
}

func TestOnePersonGetsOnlySoManyNotices(t *testing.T) {
	m := newMTA(t, "250 ok")
	s := newSender(t, m.addr, io.Discard)
	for range perHour + 5 {
		s.Queue(&Notice{To: "alice@maine.example"})
		s.Queue(&Notice{To: "ALICE@maine.example"})
	}
	s.Queue(&Notice{To: "bob@maine.example"})
	for range perHour + 1 {
		<-m.taken
	}
	if n := s.counted(resultLimited); n != 2*(perHour+5)-perHour {
		t.Errorf("%v are limited", n)
	}
}

func TestTheNextHourBeginsAnew(t *testing.T) {
	now := noon
	s := &Sender{Options: Options{now: func() time.Time { return now }}}
	for i := range perHour + 1 {
		if s.allow("alice@maine.example") != (i < perHour) {
			t.Errorf("notice %d", i)
		}
	}
	now = now.Add(time.Hour)
	if !s.allow("alice@maine.example") {
		t.Error("the limit has outlived its hour")
	}
}

func TestQueueNeverWaits(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := newSender(t, l.Addr().String(), io.Discard)
	for i := range 3 * waiting {
		s.Queue(&Notice{To: fmt.Sprintf("u%d@maine.example", i)})
	}
	if n := s.counted(resultDropped); n < 2*waiting-1 {
		t.Errorf("%v are dropped", n)
	}
}

func TestFailuresAreCountedAndQuoteNobody(t *testing.T) {
	var log bytes.Buffer
	m := newMTA(t, "550 5.1.1 <alice@maine.example> unknown")
	s := newSender(t, m.addr, &log)
	s.Queue(&Notice{To: "alice@maine.example"})
	for s.counted(resultFailed) == 0 {
		time.Sleep(time.Millisecond)
	}
	s.Close()
	if strings.Contains(log.String(), "alice") || !strings.Contains(log.String(), "reply 550") {
		t.Errorf("log: %s", log.String())
	}
}

func TestWhatCannotBeAddressedIsNotSent(t *testing.T) {
	s := newSender(t, "127.0.0.1:1", io.Discard)
	for _, to := range []string{"", "a\r\nb@maine.example", "a>b@maine.example", strings.Repeat("x", 400)} {
		s.Queue(&Notice{To: to})
	}
	if n := s.counted(resultInvalid); n != 4 {
		t.Errorf("%v are invalid, want 4", n)
	}
	for _, id := range []string{"", "x", "<a b@c>", "<a>\r\nX: y<b>", "<" + strings.Repeat("x", 300) + ">"} {
		if isMessageID(id) {
			t.Errorf("%q is taken for a Message-ID", id)
		}
	}
}
