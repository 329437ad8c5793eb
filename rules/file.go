package rules

import (
	"fmt"
	"time"
)

// policyFile is a policy as written in TOML.
type policyFile struct {
	Rules   []ruleSpec  `toml:"rule"`
	OwnText ownTextSpec `toml:"own_text"`
}

// ownTextSpec is [own_text] as written: what the organisation adds to its messages.
type ownTextSpec struct {
	Texts list `toml:"texts"`
	Files list `toml:"files"` // beside the policy's file
}

// ruleSpec is one [[rule]] as written. Pointers tell what is absent: a site's rule
// adapts only the keys it sets.
type ruleSpec struct {
	Name    string     `toml:"name"`
	When    *string    `toml:"when"`
	From    *list      `toml:"from"`
	To      *list      `toml:"to"`
	Action  *string    `toml:"action"`
	Text    *string    `toml:"text"`
	Mode    *string    `toml:"mode"`
	Until   *time.Time `toml:"until"`
	Because *string    `toml:"because"`
	TLS     *bool      `toml:"tls"`
	Quoted  *bool      `toml:"quoted"`

	Notify      *string `toml:"notify"`
	BCC         *string `toml:"bcc"`
	AddHeader   *list   `toml:"add_header"`
	StripTag    *bool   `toml:"strip_tag"`
	MaskSubject *bool   `toml:"mask_subject"`
	Delivery    *string `toml:"delivery"`
	Expire      *string `toml:"expire"`
	Receipt     *bool   `toml:"receipt"`

	Tests []testSpec `toml:"test"`
}

// testSpec is one [[rule.test]]: a message, and what the whole policy makes of it.
type testSpec struct {
	Subject       string            `toml:"subject"`
	Text          string            `toml:"text"`
	Headers       map[string]string `toml:"headers"`
	Sender        *string           `toml:"sender"`
	Recipients    list              `toml:"recipients"`
	Authenticated string            `toml:"authenticated"`
	Attachments   []testAttachment  `toml:"attachments"`
	Defects       list              `toml:"defects"`
	Time          *time.Time        `toml:"time"`

	Action *string `toml:"action"` // the strictest over the recipients
	Rule   *string `toml:"rule"`   // the rule that decides; "" is none
	Holds  *bool   `toml:"holds"`  // whether this rule's own condition holds
}

// list is one string or an array of strings.
type list []string

// UnmarshalTOML implements toml.Unmarshaler.
func (l *list) UnmarshalTOML(v any) error {
	switch v := v.(type) {
	case string:
		*l = list{v}
		return nil
	case []any:
		*l = make(list, 0, len(v))
		for _, element := range v {
			s, ok := element.(string)
			if !ok {
				return fmt.Errorf("every element must be a string")
			}
			*l = append(*l, s)
		}
		return nil
	}
	return fmt.Errorf("write a string or an array of strings")
}

// testAttachment is an attached file of a test: its name, or more about it.
type testAttachment struct {
	Name, Type, Text string
	Size             int64
}

// UnmarshalTOML implements toml.Unmarshaler.
func (a *testAttachment) UnmarshalTOML(v any) error {
	switch v := v.(type) {
	case string:
		a.Name = v
		return nil
	case map[string]any:
		return a.set(v)
	}
	return fmt.Errorf("write a file name, or { name = …, type = …, size = …, text = … }")
}

func (a *testAttachment) set(table map[string]any) error {
	for key, value := range table {
		var ok bool
		switch key {
		case "name":
			a.Name, ok = value.(string)
		case "type":
			a.Type, ok = value.(string)
		case "text":
			a.Text, ok = value.(string)
		case "size":
			a.Size, ok = value.(int64)
		default:
			return fmt.Errorf("unknown key %q; an attachment has name, type, size, text", key)
		}
		if !ok {
			return fmt.Errorf("%s has the wrong type", key)
		}
	}
	return nil
}
