package fold

// piece says where the folded text from folded on comes from, up to the next piece. In
// a linear piece, bytes correspond one to one; any other maps back as a whole, and ends
// in the original where the next piece begins.
type piece struct {
	folded   uint32
	original uint32 // the lowest bit is set if the piece is linear
}

// piece32 packs an original offset with the linear bit; offsets stay below 2 GiB.
func piece32(original int, linear bool) uint32 {
	if linear {
		return uint32(original)<<1 | 1
	}
	return uint32(original) << 1
}

func (p piece) offset() int  { return int(p.original >> 1) }
func (p piece) linear() bool { return p.original&1 != 0 }

// mark notes that what is appended next comes from the offset at of the original. It
// goes on with the current piece if that is linear and just as far from its origin.
func (b *Buffer) mark(at int, linear bool) {
	if n := len(b.pieces); n > 0 && linear {
		last := b.pieces[n-1]
		if last.linear() && at-last.offset() == len(b.out)-int(last.folded) {
			return
		}
	}
	b.pieces = append(b.pieces, piece{uint32(len(b.out)), piece32(at, linear)})
}

// Original maps the span from start to end of Content to the span of the original text
// that it came from. A character that folds to several maps back as a whole, and
// dropped characters at either end are left out.
func (t Text) Original(start, end int) (int, int) {
	if t.pieces == nil {
		return start, end
	}
	p := t.piece(start)
	from := t.pieces[p].offset()
	if t.pieces[p].linear() {
		from += start - int(t.pieces[p].folded)
	}
	if end <= start {
		return from, from
	}
	p = t.piece(end - 1)
	if t.pieces[p].linear() {
		return from, t.pieces[p].offset() + end - int(t.pieces[p].folded)
	}
	return from, t.pieces[p+1].offset()
}

// piece returns the index of the last piece that begins at or before the folded offset.
func (t Text) piece(folded int) int {
	low, high := 0, len(t.pieces)
	for high-low > 1 {
		middle := int(uint(low+high) >> 1)
		if int(t.pieces[middle].folded) <= folded {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}
