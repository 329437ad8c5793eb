package message

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"
)

// A gzip file that unpacks to itself. Its compressed stream is a program of two
// instructions, each of five bytes: "literal n" prints the n bytes that follow,
// "repeat n" prints the last n bytes of the output once more.

// literal is a stored block of n bytes, without them.
func literal(n int) []byte {
	return []byte{0, byte(n), byte(n >> 8), byte(^n), byte(^n >> 8)}
}

// repeat is a block of the fixed code that repeats n bytes, 17 to 20, in two
// matches of no more than ten: the lengths that make it forty bits.
func repeat(n int) []byte {
	var bits uint64
	at := 0
	put := func(value uint64, width int) { bits |= value << at; at += width }
	code := func(value uint64, width int) { // Huffman codes have their first bit first
		for i := width - 1; i >= 0; i-- {
			put(value>>i&1, 1)
		}
	}
	put(2, 3) // not the last block; fixed code
	for _, length := range []int{n / 2, n - n/2} {
		code(uint64(length-3+1), 7) // symbol 257 is length 3
		code(8, 5)                  // distances 17 to 24
		put(uint64(n-17), 3)
	}
	code(0, 7) // end of block
	return binary.LittleEndian.AppendUint64(nil, bits)[:5]
}

// quine returns the file with the given checksum in its two places.
func quine(modified, sum uint32) []byte {
	header := append([]byte{0x1f, 0x8b, 8, 8}, binary.LittleEndian.AppendUint32(nil, modified)...)
	header = append(header, 0, 255, 'q', 0)
	own := len(header) + 5
	end := []byte{2, 8, 16, 0, 0, 0xff, 0xff} // two empty blocks, and the last one
	end = binary.LittleEndian.AppendUint32(end, sum)
	size := 2*own + 5 + 10 + 10 + 25 + 5 + 25 + 5 + 5 + 20 + 20
	end = binary.LittleEndian.AppendUint32(end, uint32(size))
	l1, l4, r4, rOwn := literal(5), literal(20), repeat(20), repeat(own)
	return slices.Concat(header, literal(own), header, literal(own), rOwn, l1, rOwn, l1, l1,
		l4, rOwn, l1, l1, l4, r4, l4, r4, l4, r4, l4, r4, l4, r4, end, r4, end)
}

// selfSummed returns a quine whose checksum is its own. A checksum is linear in
// the bits of the file, so that is a system of linear equations.
func selfSummed(t *testing.T) []byte {
	t.Helper()
	for modified := range uint32(1000) {
		constant := crc32.ChecksumIEEE(quine(modified, 0))
		var rows [32]uint64 // the coefficients, and at bit 32 what they have to sum to
		for i := range rows {
			rows[i] = 1<<i | uint64(constant>>i&1)<<32
		}
		for bit := range 32 {
			column := crc32.ChecksumIEEE(quine(modified, 1<<bit)) ^ constant
			for i := range rows {
				rows[i] ^= uint64(column>>i&1) << bit
			}
		}
		if sum, ok := solve(rows); ok {
			return quine(modified, sum)
		}
	}
	t.Fatal("no file of that kind has its own checksum")
	return nil
}

// solve solves the equations; false if they contradict each other.
func solve(rows [32]uint64) (x uint32, ok bool) {
	next := 0
	var pivots [32]int
	for bit := range 32 {
		i := slices.IndexFunc(rows[next:], func(row uint64) bool { return row>>bit&1 == 1 })
		if i < 0 {
			continue
		}
		rows[next], rows[next+i] = rows[next+i], rows[next]
		for j := range rows {
			if j != next && rows[j]>>bit&1 == 1 {
				rows[j] ^= rows[next]
			}
		}
		pivots[next] = bit
		next++
	}
	for i, row := range rows {
		switch {
		case i < next:
			x |= uint32(row>>32) << pivots[i]
		case row>>32 == 1:
			return 0, false
		}
	}
	return x, true
}

func TestAQuineIsTooDeep(t *testing.T) {
	file := selfSummed(t)
	unpacked, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(again, file) {
		t.Fatalf("it is no quine: %v\n% x\n% x", err, file, again)
	}
	for name, content := range map[string][]byte{
		"q.gz":   file,
		"q.zip":  zipped(t, "q.gz", file),
		"q2.gz":  slices.Concat(file, file), // twice itself, each of which is one
		"q4.tgz": bytes.Repeat(file, 4),
	} {
		m := readFileAs(content, name)
		if !hasDefect(m, DefectTooDeep) && !hasDefect(m, DefectTooMany) || hasDefect(m, DefectTimeout) {
			t.Errorf("%s: defects %+v", name, m.Defects)
		}
		if len(m.Attachments) > 2*DefaultLimits().Parts || strings.Count(m.Attachments[len(m.Attachments)-1].Path, "/") > DefaultLimits().Depth {
			t.Errorf("%s: %d files", name, len(m.Attachments))
		}
		checkComplete(t, m)
	}
}
