package tnef

import (
	"bytes"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/mapi"
)

// attachment is an attached file: attributes of old programs beside properties of
// newer ones.
type attachment struct {
	mapi.Object
	data [][]byte // the attributes that hold the file; one, unless somebody hides another
}

// ofAttachment reads an attribute of the attachment that began last. Beyond
// maxObjects none begins any more, and all is the last one's.
func (s *stream) ofAttachment(id uint16, data []byte) {
	if len(s.attachments) == 0 || id == attAttachRenddata && len(s.attachments) < maxObjects {
		a := &attachment{}
		a.Codepage = s.message.Codepage
		s.attachments = append(s.attachments, a)
	}
	a := s.attachments[len(s.attachments)-1]
	switch id {
	case attAttachData:
		a.data = append(a.data, data)
	case attAttachTitle:
		a.name(mapi.AttachFilename, data)
	case attAttachTransport:
		a.name(mapi.DisplayName, data)
	case attAttachment:
		s.properties(&a.Object, &reader{rest: data})
	}
}

func (a *attachment) name(id uint16, data []byte) {
	a.Add(mapi.Property{ID: id, Type: mapi.TypeString8, Value: bytes.TrimRight(data, "\x00")})
}

// hand gives the attachment's content to the reader of its format.
func (a *attachment) hand(f *collect.File) {
	found := false
	for _, data := range a.data {
		// An embedded message is there a second time as a property, and empty here.
		if len(data) > 0 || a.Find(mapi.AttachData) == nil {
			found = true
			a.attach(f, data, "")
		}
	}
	for i := range a.Properties {
		p := &a.Properties[i]
		if p.ID != mapi.AttachData || len(p.Value) == 0 {
			continue
		}
		found = true
		content, mediaType := p.Value, ""
		// Objects begin with the GUID of their interface.
		if p.Type == mapi.TypeObject && len(content) >= 16 {
			content = content[16:]
		}
		if bytes.HasPrefix(content, []byte(signature)) {
			mediaType = "application/ms-tnef"
		}
		a.attach(f, content, mediaType)
	}
	if !found && a.FileName() != "" {
		a.attach(f, nil, "")
	}
}

func (a *attachment) attach(f *collect.File, content []byte, mediaType string) {
	if mediaType == "" {
		mediaType = a.Text(mapi.AttachMediaType)
	}
	f.Attach(&collect.File{Name: a.FileName(), Type: mediaType, Declared: mediaType, Content: content})
}
