// Package postfix knows the configuration that Postfix needs to have its mail
// judged and routed by zixpolicy, and writes it into a Postfix configuration
// directory without disturbing what else is there.
//
// The configuration itself is text to read: main.cf.tmpl, master.cf.tmpl and
// transport.regexp.tmpl beside this file. [NewPlan] fills in what is site-specific;
// Postfix's own postconf(1) reads and edits the files.
package postfix

import (
	"bytes"
	"embed"
	"strings"
	"text/template"
)

//go:embed *.tmpl
var templates embed.FS

// TransportFile is the name of the transport map in the configuration directory.
const TransportFile = "zixpolicy-transport.regexp"

// milterReference is how lists of milters refer to zixpolicy's.
const milterReference = "$zixpolicy_milter"

// Sockets are zixpolicy's listeners, as its configuration names them:
// "unix:/run/zixpolicy/milter.sock" or "inet:127.0.0.1:11332".
type Sockets struct {
	Milter    string
	Encryptor string // LMTP; empty where this host routes nothing to encryption
}

// settings are what the templates are filled with.
type settings struct {
	Milter    string // in Postfix's notation
	Encryptor string // in Postfix's notation

	SMTPDMilters, NonSMTPDMilters           string
	DefaultAction                           string
	MailMacros, DataMacros, EndOfDataMacros string
	InternalMailFilterClasses               string
	TransportMaps                           string
}

// render fills one template in.
func render(name string, s settings) (string, error) {
	t, err := template.ParseFS(templates, name)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, s); err != nil {
		return "", err
	}
	return b.String(), nil
}

// parameter is one "name = value" of main.cf.
type parameter struct{ name, value string }

// parameters returns what a rendered main.cf sets, in its order.
func parameters(text string) []parameter {
	var ps []parameter
	for line := range strings.Lines(text) {
		name, value, found := strings.Cut(line, "=")
		if strings.HasPrefix(line, "#") || !found {
			continue
		}
		ps = append(ps, parameter{strings.TrimSpace(name), strings.TrimSpace(value)})
	}
	return ps
}

// service returns the rendered master.cf entry on one line, as postconf -M takes it.
func service(text string) string {
	var words []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			words = append(words, strings.Fields(line)...)
		}
	}
	return strings.Join(words, " ")
}
