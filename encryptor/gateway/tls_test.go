package gateway

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certificate makes a CA, in a file, and a certificate for 127.0.0.1 signed by it.
func certificate(t *testing.T) (caFile string, cert tls.Certificate) {
	t.Helper()
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	caKey, key := newKey(), newKey()
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		t.Fatal(err)
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		t.Fatal(err)
	}
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}), 0o600); err != nil {
		t.Fatal(err)
	}
	return caFile, tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: key}
}

func TestTLSModes(t *testing.T) {
	caFile, cert := certificate(t)
	otherCA, _ := certificate(t)
	tests := []struct {
		name      string
		mode      TLSMode
		offered   bool
		caFile    string
		delivered bool
		encrypted bool
	}{
		{"required, offered", TLSRequired, true, caFile, true, true},
		{"required, not offered", TLSRequired, false, caFile, false, false},
		{"required, unknown CA", TLSRequired, true, otherCA, false, false},
		{"required, system's roots", TLSRequired, true, "", false, false},
		{"opportunistic, offered", TLSOpportunistic, true, "", true, true},
		{"opportunistic, not offered", TLSOpportunistic, false, "", true, false},
		{"off, offered", TLSOff, true, "", true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := startPeer(t, func(p *peer) {
				if tt.offered {
					p.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
				}
			})
			b := newBackend(t, Config{Address: p.address, TLS: tt.mode, CAFile: tt.caFile})
			for range 2 {
				err := deliver(b, "bob@ext.example")
				if (err == nil) != tt.delivered || err != nil && codeOf(err) != 0 {
					t.Fatalf("error %v", err)
				}
			}
			for _, l := range p.letters() {
				if l.tls != tt.encrypted {
					t.Errorf("encrypted: %v", l.tls)
				}
			}
			if n := len(p.letters()); (n == 2) != tt.delivered {
				t.Errorf("%d messages taken over", n)
			}
		})
	}
}

func TestOpportunisticTLSDoesNotFallBackToClear(t *testing.T) {
	_, cert := certificate(t)
	p := startPeer(t, func(p *peer) {
		p.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	})
	if err := deliver(newBackend(t, Config{Address: p.address, TLS: TLSOpportunistic}), "bob@ext.example"); codeOf(err) != 0 {
		t.Errorf("error %v", err)
	}
	if n := len(p.letters()); n != 0 {
		t.Errorf("%d messages went in clear", n)
	}
}

func TestAuthentication(t *testing.T) {
	caFile, cert := certificate(t)
	p := startPeer(t, func(p *peer) { p.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}} })
	cfg := Config{Address: p.address, TLS: TLSRequired, CAFile: caFile, Username: "relay", Password: "right"}
	if err := deliver(newBackend(t, cfg), "bob@ext.example"); err != nil {
		t.Fatal(err)
	}
	if l := p.letters()[0]; l.user != "relay" {
		t.Errorf("taken over from %q", l.user)
	}
	cfg.Password = "wrong-password"
	err := deliver(newBackend(t, cfg), "bob@ext.example")
	if codeOf(err) != 0 || strings.Contains(err.Error(), "wrong-password") {
		t.Errorf("error %v, want a temporary one without the password", err)
	}
}
