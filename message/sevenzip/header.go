package sevenzip

// The property numbers of a header.
const (
	idEnd             = 0x00
	idHeader          = 0x01
	idProperties      = 0x02
	idMainStreams     = 0x04
	idFiles           = 0x05
	idPackInfo        = 0x06
	idUnpackInfo      = 0x07
	idSubStreams      = 0x08
	idSize            = 0x09
	idDigests         = 0x0a
	idFolder          = 0x0b
	idUnpackSize      = 0x0c
	idNumUnpackStream = 0x0d
	idEmptyStream     = 0x0e
	idNames           = 0x11
	idEncodedHeader   = 0x17
)

// header is what a header says: where the packed streams are, how they are
// packed, and which files they make.
type header struct {
	encoded bool // the folder holds the header itself
	folders []folder
	files   []fileInfo
}

// fileInfo is an entry of the list of files.
type fileInfo struct {
	name  string
	empty bool // a folder, or a file without content
}

// parseHeader reads a header.
func parseHeader(raw []byte) (*header, error) {
	p := &fields{b: raw}
	h := &header{}
	switch p.number() {
	case idEncodedHeader:
		h.encoded = true
		h.folders = p.streams()
	case idHeader:
		p.header(h)
	default:
		p.fail()
	}
	return h, p.err
}

func (p *fields) header(h *header) {
	for p.err == nil {
		switch p.number() {
		case idEnd:
			return
		case idProperties:
			for p.err == nil && p.number() != idEnd {
				p.bytes(p.number())
			}
		case idMainStreams:
			h.folders = p.streams()
		case idFiles:
			h.files = p.files()
		default:
			p.fail()
		}
	}
}

// streams reads a StreamsInfo.
func (p *fields) streams() []folder {
	var position int64
	var sizes []int64
	var folders []folder
	for p.err == nil {
		switch p.number() {
		case idEnd:
			p.locate(folders, position, sizes)
			return folders
		case idPackInfo:
			position, sizes = p.packInfo()
		case idUnpackInfo:
			folders = p.unpackInfo()
		case idSubStreams:
			p.subStreams(folders)
		default:
			p.fail()
		}
	}
	return nil
}

// locate gives each folder its packed streams.
func (p *fields) locate(folders []folder, position int64, sizes []int64) {
	for i := range folders {
		f := &folders[i]
		if f.packedStreams > len(sizes) {
			p.fail()
			return
		}
		f.start = position
		for _, size := range sizes[:f.packedStreams] {
			f.packed += size
		}
		position += f.packed
		sizes = sizes[f.packedStreams:]
		if f.files == nil { // without a SubStreamsInfo each folder is one file
			f.files = []stream{{f.size(), f.digest.sum, f.digest.defined}}
		}
	}
}

func (p *fields) packInfo() (position int64, sizes []int64) {
	position = p.size()
	n := p.count()
	for p.err == nil {
		switch p.number() {
		case idEnd:
			return position, sizes
		case idSize:
			for range n {
				sizes = append(sizes, p.size())
			}
		case idDigests:
			p.digests(n)
		default:
			p.fail()
		}
	}
	return 0, nil
}

func (p *fields) unpackInfo() []folder {
	if p.number() != idFolder {
		p.fail()
	}
	n := p.count()
	if p.byte() != 0 { // kept elsewhere
		p.fail()
	}
	var folders []folder
	for range n {
		if p.err != nil {
			return nil
		}
		folders = append(folders, p.folder())
	}
	for p.err == nil {
		switch p.number() {
		case idEnd:
			return folders
		case idUnpackSize:
			for i := range folders {
				for range folders[i].outputs {
					folders[i].sizes = append(folders[i].sizes, p.size())
				}
			}
		case idDigests:
			for i, d := range p.digests(n) {
				folders[i].digest = d
			}
		default:
			p.fail()
		}
	}
	return nil
}

// subStreams reads which files each folder unpacks to.
func (p *fields) subStreams(folders []folder) {
	for i := range folders {
		folders[i].files = make([]stream, 1)
	}
	id := p.number()
	if id == idNumUnpackStream {
		for i := range folders {
			folders[i].files = make([]stream, p.count())
		}
		id = p.number()
	}
	sized := id == idSize
	for i := range folders {
		rest := folders[i].size()
		files := folders[i].files
		for j := range files {
			if j == len(files)-1 {
				files[j].size = rest
			} else if sized {
				files[j].size = p.size()
			}
			rest -= files[j].size
		}
		if rest < 0 || p.err != nil {
			p.fail()
			return
		}
	}
	if sized {
		id = p.number()
	}
	if id == idDigests {
		p.subDigests(folders)
		id = p.number()
	}
	if id != idEnd {
		p.fail()
	}
}

// subDigests reads the checksums of the files that have none by their folder.
func (p *fields) subDigests(folders []folder) {
	var open []*stream
	for i := range folders {
		f := &folders[i]
		if len(f.files) == 1 && f.digest.defined {
			f.files[0].sum, f.files[0].hasSum = f.digest.sum, true
			continue
		}
		for j := range f.files {
			open = append(open, &f.files[j])
		}
	}
	for i, d := range p.digests(len(open)) {
		open[i].sum, open[i].hasSum = d.sum, d.defined
	}
}

// files reads a FilesInfo.
func (p *fields) files() []fileInfo {
	files := make([]fileInfo, p.count())
	for p.err == nil {
		id := p.number()
		if id == idEnd {
			return files
		}
		property := &fields{b: p.bytes(p.number())}
		switch id {
		case idEmptyStream:
			for i, empty := range property.bits(len(files)) {
				files[i].empty = empty
			}
		case idNames:
			if property.byte() != 0 {
				property.fail()
			}
			for i := range files {
				files[i].name = property.name()
			}
		}
		if property.err != nil {
			p.fail()
		}
	}
	return nil
}
