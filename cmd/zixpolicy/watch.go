package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// What makes the policy be read anew: the key "reload" of the configuration.
const (
	reloadOnSignal = "on-signal" // SIGHUP alone
	reloadOnChange = "on-change" // SIGHUP, and a file of the policy directory that changes
)

// How long a policy directory has to be quiet before it is read, for editors and
// package managers change files in several steps, and for how long it is waited for
// that at most.
const (
	watchQuiet = 500 * time.Millisecond
	watchMost  = 10 * watchQuiet
)

// watcher tells when files of a policy directory have changed.
type watcher struct {
	// changed receives after changes; the receiver reads the policy then. Several
	// changes may be one.
	changed chan struct{}
	log     *slog.Logger
	notify  *fsnotify.Watcher
	dirs    chan string // to be watched from now on
	stop    chan struct{}
	ended   chan struct{}
}

// newWatcher watches a policy directory until close.
func newWatcher(dir string, log *slog.Logger) (*watcher, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watching %s: %w", dir, err)
	}
	w := &watcher{changed: make(chan struct{}, 1), log: log, notify: notify,
		dirs: make(chan string), stop: make(chan struct{}), ended: make(chan struct{})}
	if err := w.watch(dir); err != nil {
		notify.Close()
		return nil, fmt.Errorf("watching %s: %w", dir, err)
	}
	go w.run(dir)
	return w, nil
}

// follow watches another directory from now on.
func (w *watcher) follow(dir string) {
	select {
	case w.dirs <- dir:
	case <-w.ended:
	}
}

// close ends it.
func (w *watcher) close() error {
	close(w.stop)
	<-w.ended
	return w.notify.Close()
}

// watch watches the directory, its groups, if there are any, and the directory above,
// in which it may be replaced as a whole. A watch belongs to a directory, not to its
// name, so that this is done after every change.
func (w *watcher) watch(dir string) error {
	if err := w.notify.Add(filepath.Dir(dir)); err != nil {
		return err
	}
	_ = w.notify.Add(filepath.Join(dir, "groups"))
	return w.notify.Add(dir)
}

// run passes changes on when the directory is quiet again.
func (w *watcher) run(dir string) {
	defer close(w.ended)
	var first time.Time // of the changes that are waited with; zero: none
	quiet := time.NewTimer(0)
	<-quiet.C
	for {
		select {
		case event := <-w.notify.Events:
			if !concerns(event, dir) {
				continue
			}
			if first.IsZero() {
				first = time.Now()
			}
			quiet.Reset(min(watchQuiet, max(0, watchMost-time.Since(first))))
		case err := <-w.notify.Errors: // some events are lost: it may have changed
			w.log.Warn("watching the policy", "error", err)
			first = time.Now()
			quiet.Reset(watchQuiet)
		case <-quiet.C:
			first = time.Time{}
			if err := w.watch(dir); err != nil {
				w.log.Warn("watching the policy", "error", err)
			}
			select {
			case w.changed <- struct{}{}:
			default: // it is still to be read for an earlier change
			}
		case dir = <-w.dirs:
			if err := w.watch(dir); err != nil {
				w.log.Warn("watching the policy", "error", err)
			}
		case <-w.stop:
			return
		}
	}
}

// concerns reports whether an event is about a file that rules.ReadDir reads, or about
// the directories it reads them from.
func concerns(event fsnotify.Event, dir string) bool {
	if event.Op == fsnotify.Chmod {
		return false
	}
	groups := filepath.Join(dir, "groups")
	parent, name := filepath.Split(event.Name)
	if strings.HasPrefix(name, ".") && event.Name != dir {
		return false
	}
	switch filepath.Clean(parent) {
	case filepath.Clean(dir):
		return filepath.Ext(name) == ".toml" || event.Name == groups
	case groups:
		return filepath.Ext(name) == ".txt"
	}
	return filepath.Clean(event.Name) == filepath.Clean(dir)
}
