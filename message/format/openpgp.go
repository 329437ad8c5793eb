package format

// looksOpenPGP reports whether content begins with a packet that an OpenPGP
// message begins with, and whose first bytes are as they must be.
func looksOpenPGP(content []byte) bool {
	if len(content) < 4 || content[0]&0x80 == 0 {
		return false
	}
	tag, body := content[0]>>2&0x0f, content[1:]
	if content[0]&0x40 != 0 {
		tag = content[0] & 0x3f
		switch first := body[0]; {
		case first < 192 || first >= 224 && first < 255:
			body = body[1:]
		case first < 224:
			body = body[2:]
		default:
			body = body[min(len(body), 5):]
		}
	} else if kind := content[0] & 3; kind < 3 {
		body = body[min(len(body), 1<<kind):]
	}
	if len(body) < 2 {
		return false
	}
	switch tag {
	case 1: // a session key for a public key
		return body[0] == 3 || body[0] == 6
	case 3: // a session key for a passphrase: version, cipher
		return body[0] >= 4 && body[0] <= 6 && body[1] <= 13
	case 4: // a signature follows: version, its type
		return (body[0] == 3 || body[0] == 6) && body[1] <= 1
	case 8: // compressed
		return content[0] == 0xa3 && body[0] >= 1 && body[0] <= 3
	case 11: // literal
		return body[0] == 'b' || body[0] == 't' || body[0] == 'u'
	case 18: // encrypted without a session key packet
		return body[0] == 1 || body[0] == 2
	}
	return false
}
