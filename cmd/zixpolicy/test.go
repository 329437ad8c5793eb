package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// runTest implements "zixpolicy test": the tests that stand in the files of rules
// and lexicons, one line each. With FILEs only theirs, compiled over what is
// shipped; without, those of the configured policy. Then how many terms no test has
// hit, and no message of --mail either, which is no failure. It exits with 1 if a test
// fails or a message cannot be read, and with 2 if the files cannot be compiled.
func runTest(ctx context.Context, in invocation) int {
	fs := in.flags()
	configFile := configFlag(fs)
	untested := fs.Bool("untested", false, "list the terms that no test hits")
	mail := fs.String("mail", "", "look for the terms in the messages of a `FOLDER` or mbox file, too")
	paths, status, ok := in.parse(fs)
	if !ok {
		return status
	}
	c, err := findConfig(*configFile)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	files, err := testFiles(c, paths)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	policy, err := rules.Compile(policyOptions(c), files...)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	run, failed := 0, 0
	for _, r := range testResults(policy) {
		if len(paths) > 0 && !slices.Contains(paths, r.file) {
			continue
		}
		run++
		if r.err != nil {
			failed++
		}
		r.print(in.stdout)
	}
	fmt.Fprintf(in.stdout, "%d tests, %d failed\n", run, failed)
	hits := policy.TestHits()
	if *mail != "" {
		status = in.addMail(ctx, c, hits, *mail)
	}
	printCoverage(in.stdout, coverageOf(hits, files, len(paths) > 0), *mail, *untested)
	if failed > 0 {
		return exitFound
	}
	return status
}

// addMail adds what the messages of a folder hit. It returns the exit status.
func (in invocation) addMail(ctx context.Context, c *config, hits *rules.Hits, folder string) int {
	if err := checkOperands([]string{folder}); err != nil {
		return in.fail(exitUsage, err)
	}
	reader, err := c.newReader()
	if err != nil {
		return in.fail(exitUsage, err)
	}
	defer reader.Close()
	status, limits := exitOK, c.limits()
	input{stdin: in.stdin, limit: limits.Message, yield: func(i item) bool {
		if i.err != nil {
			status = in.fail(exitFound, i.err)
			return true
		}
		hits.Add(reader.Read(ctx, message.Envelope{}, i.raw, limits))
		return ctx.Err() == nil
	}}.readAll([]string{folder})
	return status
}

// coverageOf returns the coverage of all lexicons, or of those in the given files.
func coverageOf(hits *rules.Hits, files []rules.Source, only bool) []rules.Coverage {
	list := hits.Coverage()
	if !only {
		return list
	}
	return slices.DeleteFunc(list, func(c rules.Coverage) bool {
		return !slices.ContainsFunc(files, func(f rules.Source) bool {
			l, err := lexicon.Parse(f.Name, f.Data) // a policy is none
			return err == nil && l.Name == c.Lexicon
		})
	})
}

// printCoverage says how many terms no test has hit, by lexicon, or names them; nor any
// message, where mail names some.
func printCoverage(w io.Writer, list []rules.Coverage, mail string, each bool) {
	var rows columns
	untested, entries := 0, 0
	for _, c := range list {
		untested, entries = untested+len(c.Untested), entries+c.Entries
		if len(c.Untested) > 0 {
			rows.add(c.Lexicon, fmt.Sprintf("%d of %d", len(c.Untested), c.Entries))
		}
		if each {
			for _, label := range c.Untested {
				rows.add("  " + oneLine(label, 80))
			}
		}
	}
	if entries == 0 {
		return
	}
	nor := ""
	if mail != "" {
		nor = " and no message of " + mail
	}
	fmt.Fprintf(w, "no test%s hits %d of %s\n", nor, untested, plural(entries, "term"))
	rows.write(w, "  ")
}

// testFiles reads the named files, or those the configuration names.
func testFiles(c *config, paths []string) ([]rules.Source, error) {
	if len(paths) == 0 {
		return policyFiles(c)
	}
	var files []rules.Source
	for _, path := range paths {
		data, err := readFile(path)
		if err != nil {
			return nil, err
		}
		files = append(files, rules.Source{Name: path, Data: data})
	}
	return files, nil
}

// testResult is the outcome of a test of a rule or a lexicon.
type testResult struct {
	file string
	line int
	of   string // the rule or lexicon
	text string // what is tested
	err  error
}

// testResults runs all tests of a policy, those of the lexicons first.
func testResults(p *rules.Policy) []testResult {
	var results []testResult
	for _, r := range p.Lexicons().Test() {
		results = append(results, testResult{r.File, r.Line, r.Lexicon, r.Text, r.Err})
	}
	for _, r := range p.Test() {
		results = append(results, testResult{r.File, r.Line, r.Rule, r.Summary, r.Err})
	}
	return results
}

// print writes the result on one line, and what differs below it.
func (r testResult) print(w io.Writer) {
	verdict := "ok  "
	if r.err != nil {
		verdict = "FAIL"
	}
	fmt.Fprintf(w, "%s  %-22s %s:%d  %s\n", verdict, r.of, filepath.Base(r.file), r.line, oneLine(r.text, 60))
	if r.err != nil {
		fmt.Fprintf(w, "      %s\n", strings.ReplaceAll(r.err.Error(), "\n", "\n      "))
	}
}

// oneLine returns text on one line, shortened to so many characters.
func oneLine(text string, characters int) string {
	runes := []rune(printable(strings.Join(strings.Fields(text), " ")))
	if len(runes) > characters {
		return string(runes[:characters-1]) + "…"
	}
	return string(runes)
}
