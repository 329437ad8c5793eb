package main

import (
	"fmt"
	"net"
	"strings"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/message"
)

// tlsConfig is the section [tls]: for whom enforced TLS is enough.
type tlsConfig struct {
	Domains []string `toml:"domains"` // TLS takes the place of encrypt
	Never   []string `toml:"never"`   // TLS is never enough, whatever a rule says
	Port    int      `toml:"port"`    // of this host, at which Postfix takes the lane's mail back

	domains, never *message.Domains // compiled
}

// validate also compiles the sets.
func (c *tlsConfig) validate(f *tomlfile.File) (errs []error) {
	for _, set := range []struct {
		key     string
		entries []string
		into    **message.Domains
	}{{"tls.domains", c.Domains, &c.domains}, {"tls.never", c.Never, &c.never}} {
		domains, mistakes := domainSet(f, set.key, set.entries)
		errs = append(errs, mistakes...)
		*set.into = domains
	}
	if f.Line("tls.port") > 0 && (c.Port < 1 || c.Port > 65535) {
		errs = append(errs, f.Errorf("tls.port", "tls.port: %d is not a port", c.Port).WithRemedy("port = 10028"))
	}
	return errs
}

// domainSet compiles a list of domains; each mistake is reported at its entry.
func domainSet(f *tomlfile.File, key string, entries []string) (set *message.Domains, errs []error) {
	for i, entry := range entries {
		if _, err := message.NewDomains(entry); err != nil {
			errs = append(errs, f.Errorf(fmt.Sprintf("%s[%d]", key, i), "%s", strings.TrimPrefix(err.Error(), "message: ")))
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	set, err := message.NewDomains(entries...)
	if err != nil {
		return nil, []error{f.Errorf(key, "%v", err)}
	}
	return set, nil
}

// journalConfig is the section [journal].
type journalConfig struct {
	Domains []string `toml:"domains"` // outside, to which a rule's bcc may send copies

	domains *message.Domains // compiled
}

// validate also compiles the set.
func (c *journalConfig) validate(f *tomlfile.File) (errs []error) {
	c.domains, errs = domainSet(f, "journal.domains", c.Domains)
	return errs
}

// notifyConfig is the section [notify]: how people inside are told what rules want
// them to know.
type notifyConfig struct {
	Server string `toml:"server"` // the MTA that takes notices: host:port
	From   string `toml:"from"`   // address that they are from
}

// defaultNotifyServer is the MTA on this host. Notices go to people inside only, and
// pass the milter again as mail that it does not look into.
const defaultNotifyServer = "127.0.0.1:25"

// validate also fills in what is left out.
func (n *notifyConfig) validate(f *tomlfile.File, internal []string) (errs []error) {
	if n.Server == "" {
		n.Server = defaultNotifyServer
	}
	if host, _, err := net.SplitHostPort(n.Server); checkHostPort(n.Server) != nil || err != nil || host == "" {
		errs = append(errs, f.Errorf("notify.server", "notify.server: %q is not host:port", n.Server).
			WithRemedy("server = %q", defaultNotifyServer))
	}
	if n.From == "" && len(internal) > 0 {
		n.From = "postmaster@" + strings.TrimPrefix(internal[0], ".")
	}
	if n.From == "" { // for want of an internal domain, which is told already
		return errs
	}
	if local, domain, found := strings.Cut(n.From, "@"); !found || local == "" || domain == "" || strings.ContainsAny(n.From, " <>\"\r\n\t") {
		errs = append(errs, f.Errorf("notify.from", "notify.from: %q is not an address", n.From).
			WithRemedy(`from = "postmaster@maine.example"`))
	}
	return errs
}
