// Command quality measures what the shipped policy and every detector find and miss in
// the development corpora, `make quality`. It prints one table and writes it, with each
// disagreement and its reason, to bench/record/quality.md, so that a change in quality
// shows in review. With -v it also prints every miss and every false alarm.
//
// What stands in the record names messages and terms, never the text of a message.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
)

func main() {
	verbose := flag.Bool("v", false, "print every miss and every false alarm")
	flag.Parse()
	if err := run(*verbose); err != nil {
		fmt.Fprintln(os.Stderr, "quality:", err)
		os.Exit(1)
	}
}

func run(verbose bool) error {
	dir, err := corpus.Dir()
	if err != nil {
		return err
	}
	m, err := measure(dir)
	if err != nil {
		return err
	}
	m.table(os.Stdout)
	if verbose {
		m.list(os.Stdout)
	}
	var b bytes.Buffer
	m.record(&b)
	return os.WriteFile(recordFile(), b.Bytes(), 0o644)
}

// recordFile is where the record is kept.
func recordFile() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "record", "quality.md")
}
