package milter

import (
	"regexp"
	"strings"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/rules"
)

// refusalText is what the client reads when a rule has no text of its own. It says
// nothing of the policy.
const refusalText = "Message refused by policy"

// maxReply is the most of a rule's text that is sent.
const maxReply = 400

var enhancedCode = regexp.MustCompile(`^5\.[0-9]{1,3}\.[0-9]{1,3} `)

// reply makes an SMTP reply of a code and a text that begins with an enhanced
// status code (RFC 3463).
func reply(code uint16, text string) *milter.Response {
	resp, err := milter.RejectWithCodeAndReason(code, text)
	if err != nil {
		// Our codes and texts are short and valid; were one not, it still must not
		// deliver.
		return milter.RespTempFail
	}
	return resp
}

// refusal is the reply to a rejected message: the text of the first rule that
// rejects it and has one.
func refusal(v *rules.Verdict) *milter.Response {
	text := refusalText
	for _, d := range v.Recipients {
		if d.Action == rules.Reject && d.Text != "" {
			text = replyText(d.Text)
			break
		}
	}
	if !enhancedCode.MatchString(text) {
		text = "5.7.1 " + text
	}
	return reply(550, text)
}

// replyText makes a rule's text fit an SMTP reply (RFC 5321 section 4.2): one line
// of printable ASCII.
func replyText(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), maxReply)]
}
