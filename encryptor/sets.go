package encryptor

import (
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// share is the recipients of one transaction with the same instructions. To the
// backend each share is a message of its own.
type share struct {
	set     int
	members []int // indices in the session's recipients
	source  *countedReader
	msg     *Message
	err     error
}

// shares groups the recipients by their sets, in the order of their first members.
func (s *session) shares() []*share {
	var list []*share
	for i, set := range s.sets {
		at := slices.IndexFunc(list, func(sh *share) bool { return sh.set == set })
		if at < 0 {
			at, list = len(list), append(list, &share{set: set})
		}
		list[at].members = append(list[at].members, i)
	}
	return list
}

// transfer reads the message off r once and has it delivered for every share. What a
// share's backend has not read to its end is not taken over.
func (s *session) transfer(r io.Reader, shares []*share) {
	h, rest, err := readHeader(r)
	if err != nil {
		for _, sh := range shares {
			sh.err = err
		}
		return
	}
	s.env.QueueID = h.queueID
	if len(shares) == 1 {
		s.deliver(h, shares[0], rest)
		return
	}
	var writers []*io.PipeWriter
	var done sync.WaitGroup
	for _, sh := range shares {
		in, out := io.Pipe()
		writers = append(writers, out)
		done.Go(func() {
			s.deliver(h, sh, in)
			_ = in.CloseWithError(errStopped) // frees the one that writes
		})
	}
	copyToAll(writers, rest)
	done.Wait()
}

// errStopped says that a backend reads no further.
var errStopped = errors.New("encryptor: the backend reads no further")

// copyToAll copies r to every writer that takes it, as fast as the slowest.
func copyToAll(writers []*io.PipeWriter, r io.Reader) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := r.Read(buffer)
		for i, w := range writers {
			if w == nil {
				continue
			}
			if _, failed := w.Write(buffer[:n]); failed != nil {
				writers[i] = nil
			}
		}
		if err == nil {
			continue
		}
		for _, w := range writers {
			if w != nil {
				_ = w.CloseWithError(err) // io.EOF is the end
			}
		}
		return
	}
}

// finish returns the replies to the share's recipients and records them.
func (s *session) finish(sh *share, read *countedReader, start time.Time) []*smtp.SMTPError {
	statuses := statusesOf(sh.err, len(sh.members))
	if !errors.Is(read.err, io.EOF) || sh.source == nil || !errors.Is(sh.source.err, io.EOF) {
		refuseDelivered(statuses)
	}
	s.server.record(delivery{env: s.envelope(sh), msg: sh.msg, err: sh.err, statuses: statuses, size: read.n, took: time.Since(start)})
	return statuses
}
