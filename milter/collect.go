package milter

import "strings"

// ownPrefix begins the names of the fields that only the milter may add, in lower
// case.
const ownPrefix = "x-zixpolicy-"

// collector puts the message together again that the MTA hands over piece by piece:
// header (values with LF inside, as milters get them), empty line, body (CRLF). It
// stops one byte past the limit, which message.Read takes for a defect.
type collector struct {
	memory *budget
	limit  int64

	raw    []byte
	size   int64    // bytes of the whole message, collected or not
	own    []string // names of the X-Zixpolicy-* fields that came in, in order
	body   bool     // the header has ended
	broken bool     // there was no memory: raw is not the message
}

// field adds one header field. Unless the value comes with its leading space, one
// space after the colon was eaten by the MTA.
func (c *collector) field(name, value string, withSpace bool) {
	// RFC 5322 section 4.5 still allows white space before the colon.
	trimmed := strings.TrimRight(name, " \t")
	if len(trimmed) >= len(ownPrefix) && strings.EqualFold(trimmed[:len(ownPrefix)], ownPrefix) {
		c.own = append(c.own, trimmed)
	}
	colon := ": "
	if withSpace {
		colon = ":"
	}
	value = strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\n", "\r\n")
	c.add([]byte(name + colon + value + "\r\n"))
}

// chunk adds a piece of the body.
func (c *collector) chunk(p []byte) {
	c.endHeader()
	c.add(p)
}

func (c *collector) endHeader() {
	if !c.body {
		c.body = true
		c.add([]byte("\r\n"))
	}
}

func (c *collector) add(p []byte) {
	c.size += int64(len(p))
	if room := c.limit + 1 - int64(len(c.raw)); int64(len(p)) > room {
		p = p[:max(room, 0)]
	}
	if c.broken || len(p) == 0 {
		return
	}
	if !c.memory.take(int64(len(p))) {
		c.release()
		c.broken = true
		return
	}
	c.raw = append(c.raw, p...)
}

// take gives the collected message away, together with the duty to call release
// once it is no longer needed, from whatever goroutine.
func (c *collector) take() (raw []byte, release func()) {
	c.endHeader()
	raw, c.raw = c.raw, nil
	memory := c.memory
	return raw, func() { memory.give(int64(len(raw))) }
}

// release drops what was collected. The zero collector has nothing.
func (c *collector) release() {
	if len(c.raw) > 0 {
		c.memory.give(int64(len(c.raw)))
		c.raw = nil
	}
}

// ownIndices returns, for each field in own, its one-based index among the fields of
// that name: how the protocol addresses it.
func ownIndices(own []string) []int {
	indices := make([]int, len(own))
	seen := map[string]int{}
	for i, name := range own {
		name = strings.ToLower(name)
		seen[name]++
		indices[i] = seen[name]
	}
	return indices
}
