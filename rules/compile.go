package rules

import (
	"fmt"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/message"
)

// compiler turns declared rules into compiled ones and collects every mistake.
type compiler struct {
	language *language
	location *time.Location // in which dates without a zone are meant
	limits   message.Limits // for the messages of tests
	options  Options
	errs     []error
}

// fail notes an error and returns it for its remedy.
func (c *compiler) fail(p place, key, format string, args ...any) *tomlfile.Error {
	err := p.errorf(key, format, args...)
	c.errs = append(c.errs, err)
	return err
}

// mistake notes a mistake in the value of a key.
func (c *compiler) mistake(p place, key string, m *mistake) {
	c.errs = append(c.errs, m.at(p.file, p.path+"."+key))
}

// rule compiles one rule.
func (c *compiler) rule(d *declared) *rule {
	s := &d.spec
	r := &rule{place: d.place, name: s.Name, shipped: d.shipped}
	c.action(d, r)
	c.condition(d, r)
	r.from = c.scope(d.at("from"), "from", s.From)
	r.to = c.scope(d.at("to"), "to", s.To)
	if s.When == nil && s.From == nil && s.To == nil {
		c.errs = append(c.errs, d.file.Errorf(d.path, "rule %q has no condition", s.Name).
			WithRemedy(`add when, from or to; when = 'true' holds for every message`))
	}
	c.mode(d, r)
	c.modifiers(d, r)
	return r
}

// action reads action and the keys that go with one action only.
func (c *compiler) action(d *declared, r *rule) {
	s := &d.spec
	if s.Action == nil {
		c.errs = append(c.errs, d.file.Errorf(d.path, "rule %q has no action", s.Name).
			WithRemedy("add action = \"…\", one of %s", strings.Join(actionNames(), ", ")))
		return
	}
	action, err := ParseAction(*s.Action)
	if err != nil {
		c.mistake(d.at("action"), "action", unknownAction(*s.Action))
		return
	}
	r.action = action
	if s.Text != nil {
		r.text = *s.Text
		if action != Reject {
			c.fail(d.at("text"), "text", "text is the reply of a reject, but the action is %s", action)
		}
		if !replyText(r.text) {
			c.fail(d.at("text"), "text", "the text cannot stand in an SMTP reply").
				WithRemedy("write one line of ASCII, at most %d characters", maxReply)
		}
	}
	if s.TLS != nil {
		r.noTLS = !*s.TLS
		if action != Encrypt {
			c.fail(d.at("tls"), "tls", "tls says whether TLS may take the place of encrypt, but the action is %s", action)
		}
	}
}

// maxReply bounds a reply text so that the line stays within RFC 5321 §4.5.3.1.5.
const maxReply = 400

// replyText reports whether s can stand in an SMTP reply line.
func replyText(s string) bool {
	printable := func(r rune) bool { return r >= ' ' && r <= '~' }
	return s != "" && len(s) <= maxReply && !strings.ContainsFunc(s, func(r rune) bool { return !printable(r) })
}

// condition compiles when.
func (c *compiler) condition(d *declared, r *rule) {
	if d.spec.When == nil {
		if d.spec.Quoted != nil {
			c.fail(d.at("quoted"), "quoted", "quoted says what the condition looks at, but there is no when")
		}
		return
	}
	l := *c.language
	l.fresh = d.spec.Quoted != nil && !*d.spec.Quoted
	compiled, mistakes := l.compile(*d.spec.When)
	for _, m := range mistakes {
		c.mistake(d.at("when"), "when", m)
	}
	r.when = compiled
}

// scope compiles from or to.
func (c *compiler) scope(p place, key string, entries *list) *scope {
	if entries == nil {
		return nil
	}
	if len(*entries) == 0 {
		c.fail(p, key, "%s is empty: the rule would cover nobody", key).
			WithRemedy("leave the key out to cover everybody")
	}
	return newScope(*entries, c.language.groups, func(i int, m *mistake) {
		c.mistake(p, fmt.Sprintf("%s[%d]", key, i), m)
	})
}

// mode reads mode, until and because.
func (c *compiler) mode(d *declared, r *rule) {
	s := &d.spec
	if s.Mode != nil {
		modes := []string{"enforce", "observe"}
		if !slices.Contains(modes, *s.Mode) {
			c.mistake(d.at("mode"), "mode", unknownName("mode", *s.Mode, modes))
		}
		r.observe = *s.Mode == "observe"
	}
	if s.Because != nil {
		r.because = *s.Because
	}
	if s.Until != nil {
		r.until = endOf(*s.Until, c.location)
		if r.because == "" {
			c.fail(d.at("until"), "until", "an exception that ends has to say why it was made").
				WithRemedy(`add because = "…"`)
		}
	}
}

// endOf returns the first moment after a TOML date (the whole day counts) or a date
// and time. Local ones are meant in the given location.
func endOf(t time.Time, location *time.Location) time.Time {
	switch t.Location().String() {
	case "date-local":
		return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, location)
	case "datetime-local":
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, location)
	}
	return t
}

// modifiers reads what the rule asks for beside its action.
func (c *compiler) modifiers(d *declared, r *rule) {
	s, m := &d.spec, &r.modifiers
	if s.Notify != nil {
		m.Notify = *s.Notify
		if m.Notify != "sender" {
			c.address(d.at("notify"), "notify", m.Notify, `or "sender"`)
			if in := c.options.Internal; in != nil && !in.Contains(m.Notify) {
				c.fail(d.at("notify"), "notify", "a notice tells what was found, and %s is not inside", m.Notify).
					WithRemedy("name an address of the internal_domains")
			}
		}
	}
	if s.BCC != nil {
		m.BCC = *s.BCC
		c.address(d.at("bcc"), "bcc", m.BCC, "")
		if o := c.options; o.Internal != nil && !o.Internal.Contains(m.BCC) && !in(o.Journals, m.BCC) {
			c.fail(d.at("bcc"), "bcc", "%s is not inside", m.BCC).
				WithRemedy("if copies may go there, over enforced TLS, name its domain in the configuration: [journal] domains = [\"…\"]")
		}
	}
	if s.AddHeader != nil {
		for i, line := range *s.AddHeader {
			m.AddHeader = append(m.AddHeader, c.header(d.at("add_header"), fmt.Sprintf("add_header[%d]", i), line))
		}
	}
	for key, set := range map[string]bool{"bcc": s.BCC != nil, "add_header": s.AddHeader != nil, "strip_tag": s.StripTag != nil} {
		if set && r.action == Reject {
			c.fail(d.at(key), key, "a refused message reaches nobody, so %s does nothing", key)
		}
	}
	if s.StripTag != nil && *s.StripTag && s.When == nil {
		c.fail(d.at("strip_tag"), "strip_tag", "the rule has no condition, so it asks for no tag that could be removed")
	}
	if s.StripTag != nil && *s.StripTag && r.when != nil {
		m.StripTags = r.when.tags
		if len(m.StripTags) == 0 {
			c.fail(d.at("strip_tag"), "strip_tag", "the condition asks for no tag that could be removed").
				WithRemedy(`ask for one: when = 'tag("[encrypt]")'`)
		}
	}
	c.sealing(d, r)
}

// sealing reads the modifiers that only make sense for a message that is encrypted.
func (c *compiler) sealing(d *declared, r *rule) {
	s, m := &d.spec, &r.modifiers
	for key, set := range map[string]bool{"mask_subject": s.MaskSubject != nil, "delivery": s.Delivery != nil,
		"expire": s.Expire != nil, "receipt": s.Receipt != nil} {
		if set && r.action != Encrypt {
			c.fail(d.at(key), key, "%s goes with action = \"encrypt\" only", key)
		}
	}
	m.MaskSubject = s.MaskSubject != nil && *s.MaskSubject
	m.Receipt = s.Receipt != nil && *s.Receipt
	if s.Delivery != nil {
		ways := []string{"pull", "push", "both"}
		if m.Delivery = *s.Delivery; !slices.Contains(ways, m.Delivery) {
			c.mistake(d.at("delivery"), "delivery", unknownName("delivery", m.Delivery, ways))
		}
	}
	if s.Expire != nil {
		var err error
		if m.Expire, err = parseExpiry(*s.Expire); err != nil {
			c.fail(d.at("expire"), "expire", "%v", err).WithRemedy(`write days or hours: expire = "21d"`)
		}
	}
}

// maxExpiry bounds how long a sealed message can be kept.
const maxExpiry = 10 * 365 * 24 * time.Hour

// parseExpiry reads "21d" or a duration of hours and less.
func parseExpiry(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var n uint64
		n, err = strconv.ParseUint(days, 10, 16)
		d = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || d <= 0 || d > maxExpiry {
		return 0, fmt.Errorf("%q is not a time to expire after", s)
	}
	return d, nil
}

// address checks that a value is an address.
func (c *compiler) address(p place, key, value, or string) {
	if _, err := mailboxKey(value); err != nil {
		c.fail(p, key, "%v", err).WithRemedy("%s", strings.TrimSpace("write an address such as compliance@maine.example "+or))
	}
}

// header reads "Name: value".
func (c *compiler) header(p place, key, line string) HeaderField {
	name, value, found := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch {
	case !found || textproto.TrimString(name) != name || !fieldName(name) || !replyText(value):
		c.fail(p, key, "%q is not a header field", line).WithRemedy(`write "X-Journal: yes", in ASCII`)
	case strings.HasPrefix(strings.ToLower(name), "x-zixpolicy-"):
		c.fail(p, key, "X-Zixpolicy-* fields are zixpolicy's own").WithRemedy("choose another name")
	}
	return HeaderField{Name: name, Value: value}
}

// fieldName reports whether s is a header field's name (RFC 5322 §3.6.8).
func fieldName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == ':' })
}
