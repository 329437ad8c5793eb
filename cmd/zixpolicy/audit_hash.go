package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"unicode"
)

// How addresses stand in the audit log.
const (
	addressesClear  = "clear"
	addressesHashed = "hashed"
	addressesNone   = "none"
)

// hasher makes values and addresses unrecognisable for those who have not the key: the
// same value has the same hash, so that it can be found again, and nobody who lacks
// the key can try all social security numbers.
type hasher struct {
	addresses string
	key       []byte // empty: values have no hash
}

// address returns an address as it may stand in the log. The null sender stays empty.
func (h hasher) address(a string) string {
	switch {
	case a == "":
		return ""
	case h.addresses == addressesClear:
		return a
	case h.addresses == addressesHashed:
		return h.sum("address", strings.ToLower(a))
	}
	return ""
}

// value returns the hash of what was hit; empty without a key. Only its letters and
// digits count, so that 536-22-1234 and 536 22 1234 are one value.
func (h hasher) value(v string) string {
	if len(h.key) == 0 {
		return ""
	}
	return h.sum("value", strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, v))
}

// sum returns the first 128 bits of HMAC-SHA-256, in hexadecimal. What is hashed as
// one kind of thing never has the hash of another.
func (h hasher) sum(kind, text string) string {
	mac := hmac.New(sha256.New, h.key)
	mac.Write([]byte(kind + "\x00" + text))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// minAuditKey is the least length of a key, in bytes.
const minAuditKey = 16

// readAuditKey reads a key file: all its bytes but white space around them.
func readAuditKey(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("%s can be read by everybody (mode %#o)", name, info.Mode().Perm())
	}
	data, err := readFile(name)
	if err != nil {
		return nil, err
	}
	if data = bytes.TrimSpace(data); len(data) < minAuditKey {
		return nil, fmt.Errorf("%s has fewer than %d bytes", name, minAuditKey)
	}
	return data, nil
}
