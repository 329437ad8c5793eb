package demo

import (
	"errors"
	"net"
	"path/filepath"
	"slices"
	"testing"

	"github.com/d--j/go-milter"
)

// scripted is a milter that says what a test wants it to say.
type scripted struct {
	milter.NoOpMilter
	rcpt, data, end *milter.Response
	modify          func(m *milter.Modifier) error
}

func (s *scripted) RcptTo(string, string, *milter.Modifier) (*milter.Response, error) {
	return or(s.rcpt), nil
}
func (s *scripted) Data(*milter.Modifier) (*milter.Response, error) { return or(s.data), nil }
func (s *scripted) EndOfMessage(m *milter.Modifier) (*milter.Response, error) {
	if s.modify != nil {
		if err := s.modify(m); err != nil {
			return nil, err
		}
	}
	if s.end == nil {
		return milter.RespAccept, nil
	}
	return s.end, nil
}

func or(r *milter.Response) *milter.Response {
	if r == nil {
		return milter.RespContinue
	}
	return r
}

// serveMilter runs the scripted milter on a unix socket.
func serveMilter(t *testing.T, s scripted) milterClient {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "m.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := milter.NewServer(
		milter.WithMilter(func() milter.Milter { return &s }),
		milter.WithActions(milter.AllClientSupportedActionMasks))
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return newMilterClient(socket)
}

func newTransaction() *transaction {
	return &transaction{sender: "a@maine.example", recipients: []string{"b@ext.example", "c@ext.example"},
		fields: []field{{"Subject", " hi"}, {"X-A", " 1"}}, body: []byte("body\r\n")}
}

// TestJudgeAnswers: what the milter answers at each step ends in the right reply.
func TestJudgeAnswers(t *testing.T) {
	reply, err := milter.RejectWithCodeAndReason(552, "5.7.9 100% refused\nsecond line")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		milter  scripted
		code    int // 0: no refusal
		message string
		discard bool
		whole   bool
	}{
		{"accept at the end", scripted{}, 0, "", false, true},
		{"continue at the end", scripted{end: milter.RespContinue}, 0, "", false, true},
		{"accept at DATA, before the content", scripted{data: milter.RespAccept}, 0, "", false, false},
		{"reject at DATA", scripted{data: milter.RespReject}, 550, "Command rejected", false, false},
		{"one recipient refused refuses all", scripted{rcpt: milter.RespReject}, 550, "Command rejected", false, false},
		{"tempfail", scripted{end: milter.RespTempFail}, 451, "Service unavailable - try again later", false, true},
		{"reply of its own", scripted{end: reply}, 552, "100% refused second line", false, true},
		{"discard", scripted{end: milter.RespDiscard}, 0, "", true, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := serveMilter(t, test.milter).judge(newTransaction(), "Q1", peer{helo: "h", addr: "127.0.0.1"})
			if err != nil {
				t.Fatal(err)
			}
			var code int
			var text string
			if a.refusal != nil {
				code, text = a.refusal.Code, a.refusal.Message
			}
			if code != test.code || text != test.message || a.discard != test.discard || a.whole != test.whole {
				t.Errorf("got %d %q, discard %v, whole %v", code, text, a.discard, a.whole)
			}
		})
	}
}

// TestJudgeModifications: modifications come over the wire and are applied.
func TestJudgeModifications(t *testing.T) {
	c := serveMilter(t, scripted{modify: func(m *milter.Modifier) error {
		return errors.Join(
			m.ChangeHeader(1, "X-A", ""),
			m.AddHeader("X-B", "2"),
			m.DeleteRecipient("<b@ext.example>"),
			m.AddRecipient("<b@ext.example.encrypt.zixpolicy.invalid>", ""),
			m.Quarantine("look at it"))
	}})
	tx := newTransaction()
	a, err := c.judge(tx, "Q1", peer{helo: "h", addr: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"c@ext.example", "b@ext.example.encrypt.zixpolicy.invalid"}; !slices.Equal(tx.recipients, want) {
		t.Errorf("recipients %q, want %q", tx.recipients, want)
	}
	if want := []field{{"Subject", " hi"}, {"X-B", " 2"}}; !slices.Equal(tx.fields, want) {
		t.Errorf("fields %q, want %q", tx.fields, want)
	}
	if tx.hold != "look at it" || len(a.changes) != 5 {
		t.Errorf("hold %q, changes %q", tx.hold, a.changes)
	}
}

// TestJudgeFailsClosed: without an answer there is an error, never an acceptance.
func TestJudgeFailsClosed(t *testing.T) {
	absent := newMilterClient(filepath.Join(t.TempDir(), "nobody.sock"))
	if _, err := absent.judge(newTransaction(), "Q1", peer{}); err == nil {
		t.Error("a milter that is not there: no error")
	}
	dying := serveMilter(t, scripted{modify: func(*milter.Modifier) error { return errors.New("dies") }})
	a, err := dying.judge(newTransaction(), "Q1", peer{helo: "h", addr: "127.0.0.1"})
	if err == nil && (a.refusal == nil || !a.refusal.Temporary()) {
		t.Errorf("a milter that fails at the end: %+v", a)
	}
	unknown := serveMilter(t, scripted{modify: func(m *milter.Modifier) error { return m.DeleteRecipient("<nobody@ext.example>") }})
	if _, err := unknown.judge(newTransaction(), "Q1", peer{helo: "h", addr: "127.0.0.1"}); err == nil {
		t.Error("removing a recipient that is not there: no error")
	}
}

// TestParseReplyNeverAccepts: a reply code of success is no way around a verdict.
func TestParseReplyNeverAccepts(t *testing.T) {
	if e := parseReply(&milter.Action{SMTPCode: 250, SMTPReply: "250 2.0.0 OK"}); e.Code != 451 {
		t.Errorf("got %d", e.Code)
	}
}
