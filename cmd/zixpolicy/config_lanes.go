package main

import (
	"fmt"
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
