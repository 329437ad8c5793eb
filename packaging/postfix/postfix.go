// Package postfix knows the configuration that Postfix needs to have its mail
// judged and routed by zixpolicy, and writes it into a Postfix configuration
// directory without disturbing what else is there.
//
// The configuration itself is text to read: the templates beside this file.
// [NewPlan] fills in what is site-specific; Postfix's own postconf(1) reads and edits
// the files.
package postfix

import (
	"bytes"
	"embed"
	"strings"
	"text/template"
)

//go:embed *.tmpl
var templates embed.FS

// The maps that are zixpolicy's own, by their names in the configuration directory.
const (
	TransportFile = "zixpolicy-transport.regexp" // routed recipients to their lanes
	GenericFile   = "zixpolicy-generic.regexp"   // the TLS lane's addresses to their own
	HeaderFile    = "zixpolicy-header.regexp"    // our own fields off what leaves
)

// ownFiles are these maps and the templates they are written from.
func ownFiles() [][2]string {
	return [][2]string{
		{TransportFile, "transport.regexp.tmpl"},
		{GenericFile, "generic.regexp.tmpl"},
		{HeaderFile, "header.regexp.tmpl"},
	}
}

// milterReference is how lists of milters refer to zixpolicy's.
const milterReference = "$zixpolicy_milter"

// Sockets are zixpolicy's listeners, as its configuration names them:
// "unix:/run/zixpolicy/milter.sock" or "inet:127.0.0.1:11332".
type Sockets struct {
	Milter    string
	Encryptor string // LMTP; empty where this host routes nothing to encryption
	TLSPort   int    // of this host, at which Postfix takes its TLS lane's mail back; 0: 10028
}

// defaultTLSPort is Sockets.TLSPort where none is given.
const defaultTLSPort = 10028

// settings are what the templates are filled with.
type settings struct {
	Milter    string // in Postfix's notation
	Encryptor string // in Postfix's notation

	SMTPDMilters, NonSMTPDMilters           string
	DefaultAction                           string
	MailMacros, DataMacros, EndOfDataMacros string
	InternalMailFilterClasses               string
	TransportMaps, HeaderChecks             string
	GenericMaps, TLSPolicyMaps              string
	TLSPort, TLSHop                         string // where the TLS lane comes back in: host:port, and as a next hop
	TLSTrust                                string // a file of CA certificates; empty: what main.cf says
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

// services returns the rendered master.cf entries, each on one line, as postconf -M
// takes them.
func services(text string) []string {
	var entries []string
	for line := range strings.Lines(text) {
		words := strings.Join(strings.Fields(line), " ")
		switch {
		case words == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, " "):
			entries[len(entries)-1] += " " + words
		default:
			entries = append(entries, words)
		}
	}
	return entries
}
