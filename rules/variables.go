package rules

import (
	"path"
	"strings"

	"github.com/zixpolicy/zixpolicy/message"
)

// Units for comparisons with size.
const (
	kibibyte = 1 << 10
	mebibyte = 1 << 20
)

// Names of the functions that the language's questions are compiled into. No author
// can write them: they are not identifiers.
const (
	askBool = "?bool"
	askInt  = "?int"
)

// attachment is an attached file as conditions see it.
type attachment struct {
	Name string `expr:"name"` // decoded file name, as written
	Ext  string `expr:"ext"`  // its last extension in lower case without the dot
	Type string `expr:"type"` // media type by content, lower case
	Size int    `expr:"size"` // decoded bytes
}

// defect is a piece that could not be read as conditions see it.
type defect struct {
	Part string `expr:"part"`
	Kind string `expr:"kind"`
}

// declarations is the environment that conditions are checked against: every
// variable and function of the language with its type. Functions that evaluate
// does not provide are questions: the compiler replaces their calls.
func declarations() map[string]any {
	return map[string]any{
		"subject": "", "sensitivity": "", "sender": "", "recipients": []string{},
		"size": 0, "attachments": []attachment{}, "defects": []defect{}, "unscannable": false,
		"authenticated": false, "login": "", "direction": "",
		"weekday": "", "hour": 0, "date": "",
		"KiB": kibibyte, "MiB": mebibyte,

		"header":  func(string) string { return "" },
		"headers": func(string) []string { return nil },

		"lexicon":    func(string, ...string) bool { return false },
		"score":      func(string, ...string) int { return 0 },
		"count":      func(string, ...string) int { return 0 },
		"distinct":   func(string, ...string) int { return 0 },
		"in_subject": func(string) bool { return false },
		"near":       func(string, string, int) bool { return false },
		"tag":        func(string) bool { return false },
		"defect":     func(string, ...string) bool { return false },
		"sender_in":  func(string, ...string) bool { return false },
		"between":    func(string, string) bool { return false },

		askBool: func(int) bool { return false },
		askInt:  func(int) int { return 0 },
	}
}

// setVariables gives the variables the message's values.
func (e *evaluation) setVariables() {
	m, env := e.message, e.env
	env["subject"] = m.Header.Get("Subject")
	env["sensitivity"] = string(m.Header.Sensitivity())
	env["sender"] = m.Envelope.Sender
	env["recipients"] = e.external
	env["size"] = int(m.Size)
	env["attachments"] = attachments(m)
	env["defects"] = defects(m)
	env["unscannable"] = len(m.Defects) > 0
	env["authenticated"] = m.Envelope.Authenticated != ""
	env["login"] = m.Envelope.Authenticated
	env["direction"] = e.direction()
	env["weekday"] = strings.ToLower(e.now.Weekday().String())
	env["hour"] = e.now.Hour()
	env["date"] = e.now.Format("2006-01-02")
}

// clearVariables drops every value that belongs to a message.
func (e *evaluation) clearVariables() {
	for _, name := range []string{"subject", "sender", "recipients", "attachments", "defects", "login"} {
		delete(e.env, name)
	}
}

// direction says which way the message goes: "internal" where no recipient is
// external, "outbound" where it comes from inside (or from a submitting client who
// signed in), "relayed" otherwise. The null sender is the MTA's own: inside.
func (e *evaluation) direction() string {
	switch env := e.message.Envelope; {
	case len(e.external) == 0 && len(env.Recipients) > 0:
		return "internal"
	case env.Authenticated != "" || env.Sender == "" || !e.policy.External(env.Sender):
		return "outbound"
	}
	return "relayed"
}

func attachments(m *message.Message) []attachment {
	list := make([]attachment, 0, len(m.Attachments))
	for _, a := range m.Attachments {
		list = append(list, attachment{Name: a.Name, Ext: extension(a.Name), Type: a.Type, Size: int(a.Size)})
	}
	return list
}

// extension returns the last extension of a file name, as systems that open it see
// it: lower case, trailing dots and spaces gone.
func extension(name string) string {
	name = strings.ToLower(strings.TrimRight(name, ". \t"))
	return strings.TrimPrefix(path.Ext(name), ".")
}

func defects(m *message.Message) []defect {
	list := make([]defect, 0, len(m.Defects))
	for _, d := range m.Defects {
		list = append(list, defect{Part: d.Part, Kind: string(d.Kind)})
	}
	return list
}

// defectKinds returns the names of all kinds of defect.
func defectKinds() []string {
	kinds := []message.DefectKind{
		message.DefectEncrypted, message.DefectCorrupt, message.DefectTooDeep,
		message.DefectTooLarge, message.DefectTooMany, message.DefectTimeout,
		message.DefectUnsupported, message.DefectTruncated, message.DefectBomb,
	}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return names
}

// partKinds returns the names of the kinds of part, by their values.
func partKinds() []string { return []string{"subject", "body", "attachments", "names"} }

func sensitivities() []string {
	return []string{
		string(message.SensitivityNormal), string(message.SensitivityPersonal),
		string(message.SensitivityPrivate), string(message.SensitivityConfidential),
	}
}

func directions() []string { return []string{"outbound", "relayed", "internal"} }

func weekdays() []string {
	return []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
}
