package postfix

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Queue is the queue of one Postfix instance, seen and changed by its own commands.
type Queue struct{ dir string }

// OpenQueue returns the queue of the instance that is configured in dir.
func OpenQueue(dir string) (*Queue, error) {
	i, err := open(dir)
	if err != nil {
		return nil, err
	}
	return &Queue{i.dir}, nil
}

// Queued is a message in the queue.
type Queued struct {
	ID         string
	Arrived    time.Time
	Size       int64
	Sender     string
	Recipients []string // as Postfix has them, routed ones in their routing domain
}

// queueID is what Postfix calls messages by. Words such as ALL, which its commands
// take instead, are none.
var queueID = regexp.MustCompile(`^[0-9A-Za-z]{6,20}$`)

// Held returns the messages on hold, in the order of their arrival.
func (q *Queue) Held() ([]Queued, error) {
	out, err := q.run(nil, "postqueue", "-j")
	if err != nil {
		return nil, err
	}
	var held []Queued
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var entry struct {
			Queue      string `json:"queue_name"`
			ID         string `json:"queue_id"`
			Arrived    int64  `json:"arrival_time"`
			Size       int64  `json:"message_size"`
			Sender     string `json:"sender"`
			Recipients []struct {
				Address string `json:"address"`
			} `json:"recipients"`
		}
		if err := d.Decode(&entry); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("postfix: postqueue -j: %w", err)
		}
		if entry.Queue != "hold" {
			continue
		}
		m := Queued{ID: entry.ID, Arrived: time.Unix(entry.Arrived, 0), Size: entry.Size, Sender: entry.Sender}
		for _, r := range entry.Recipients {
			m.Recipients = append(m.Recipients, r.Address)
		}
		held = append(held, m)
	}
	return held, nil
}

// Header returns the header of a queued message as it would leave, lines ending in LF.
func (q *Queue) Header(id string) ([]byte, error) { return q.content(id, 4<<20, "-hq") }

// Message returns a queued message as it would leave, at most one byte more than the
// limit, lines ending in LF.
func (q *Queue) Message(id string, limit int64) ([]byte, error) {
	return q.content(id, limit+1, "-hbq")
}

func (q *Queue) content(id string, limit int64, flags string) ([]byte, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	return q.run(&limit, "postcat", flags, id)
}

// Release takes a message off hold and has Postfix deliver it now.
func (q *Queue) Release(id string) error {
	if err := q.change(id, "-H"); err != nil {
		return err
	}
	// Without this it waits for the next run of the queue, some minutes.
	_, err := q.run(nil, "postqueue", "-i", id)
	return err
}

// Delete removes a message that is on hold. Its sender is not told.
func (q *Queue) Delete(id string) error { return q.change(id, "-d", "hold") }

func (q *Queue) change(id, flag string, queues ...string) error {
	if err := checkID(id); err != nil {
		return err
	}
	_, err := q.run(nil, "postsuper", append([]string{flag, id}, queues...)...)
	return err
}

func checkID(id string) error {
	if !queueID.MatchString(id) {
		return fmt.Errorf("postfix: %q is not a queue ID", id)
	}
	return nil
}

// run calls one of Postfix's commands and returns what it prints, or the beginning of
// it where there is a limit.
func (q *Queue) run(limit *int64, command string, args ...string) ([]byte, error) {
	path, err := exec.LookPath(command)
	if err != nil { // an ordinary user's PATH often lacks it
		path = filepath.Join("/usr/sbin", command)
	}
	cmd := exec.Command(path, append([]string{"-c", q.dir}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("postfix: %w", err)
	}
	r, cut := io.Reader(stdout), false
	if limit != nil {
		r = io.LimitReader(stdout, *limit)
	}
	out, readErr := io.ReadAll(r)
	if limit != nil && int64(len(out)) == *limit {
		cut = true
		_ = cmd.Process.Kill() // the rest is not wanted
	}
	if err := cmd.Wait(); err != nil && !cut {
		return nil, fmt.Errorf("postfix: %s: %w: %s", strings.Join(cmd.Args, " "), err, strings.TrimSpace(stderr.String()))
	}
	if readErr != nil {
		return nil, fmt.Errorf("postfix: %s: %w", command, readErr)
	}
	return out, nil
}
