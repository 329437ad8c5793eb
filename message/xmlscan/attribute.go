package xmlscan

import "bytes"

// attribute is one attribute of a tag: its local name, and its value resolved.
type attribute struct {
	prefixed    bool
	name, value []byte
}

// attributes yields the attributes of the tag but namespace declarations.
func (s *Scanner) attributes(yield func(attribute) bool) {
	rest := s.attrs
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		n := bytes.IndexAny(rest, "= \t\r\n")
		if n < 0 {
			return
		}
		name := rest[:n]
		rest = bytes.TrimLeft(rest[n:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '=' {
			continue // a name alone
		}
		var value []byte
		value, rest = attributeValue(bytes.TrimLeft(rest[1:], " \t\r\n"))
		prefix, local, prefixed := bytes.Cut(name, []byte(":"))
		if !prefixed {
			local = prefix
		}
		if string(prefix) == "xmlns" {
			continue
		}
		if bytes.IndexByte(value, '&') >= 0 {
			value = resolve(value)
		}
		if !yield(attribute{prefixed, local, value}) {
			return
		}
	}
}

// attributeValue returns the value that rest begins with, and what follows it.
func attributeValue(rest []byte) (value, after []byte) {
	if len(rest) == 0 {
		return nil, nil
	}
	if quote := rest[0]; quote == '"' || quote == '\'' {
		n := bytes.IndexByte(rest[1:], quote)
		if n < 0 {
			return rest[1:], nil
		}
		return rest[1 : n+1], rest[n+2:]
	}
	n := bytes.IndexAny(rest, " \t\r\n")
	if n < 0 {
		return rest, nil
	}
	return rest[:n], rest[n:]
}

// split returns the local name of a tag and what follows it.
func split(tag []byte) (local, attrs []byte) {
	n := bytes.IndexAny(tag, " \t\r\n")
	if n < 0 {
		n = len(tag)
	}
	name := tag[:n]
	if colon := bytes.IndexByte(name, ':'); colon >= 0 {
		name = name[colon+1:]
	}
	if name == nil {
		name = []byte{}
	}
	return name, tag[n:]
}

func nameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}
