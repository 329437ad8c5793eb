package rules

import (
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// condition is a compiled when.
type condition struct {
	source string
	tags   []string // that it asks for
	clause *clause
}

// maxCondition bounds the source of a condition, in bytes.
const maxCondition = 16 << 10

// compile compiles the source of a condition. It returns nil where there are
// mistakes.
func (l *language) compile(source string) (c *condition, mistakes []*mistake) {
	defer func() {
		if r := recover(); r != nil { // a fault of the expression library
			c, mistakes = nil, []*mistake{{message: fmt.Sprintf("this condition cannot be compiled: %v", r)}}
		}
	}()
	if len(source) > maxCondition {
		return nil, []*mistake{{message: "the condition is too long", remedy: "split the rule in two"}}
	}
	tree, err := l.parse(source)
	if err != nil {
		return nil, []*mistake{l.explain(source, err)}
	}
	r := &reader{language: l, locate: func(n ast.Node) int { return byteOffset(source, n.Location().From) }}
	r.read(tree.Node)
	if len(r.mistakes) > 0 {
		return nil, r.mistakes
	}
	if _, err = expr.Compile(source, append(l.options(), expr.AsBool(), expr.WarnOnAny())...); err != nil { // types, as the author wrote them
		return nil, []*mistake{l.explain(source, err)}
	}
	clause, err := l.takeApart(tree.Node)
	if err != nil {
		return nil, []*mistake{l.explain(source, err)}
	}
	return &condition{source: source, tags: r.tags, clause: clause}, nil
}

// program compiles a condition, or a part of one, that has been checked. It returns
// the indices of the questions in it.
func (l *language) program(source string) (*vm.Program, []int, error) {
	r := &rewriter{language: l}
	program, err := expr.Compile(source, append(l.options(), expr.AsBool(), expr.WarnOnAny(), expr.Patch(r))...)
	return program, r.asked, err
}

// options say what expr is to know of the language.
func (l *language) options() []expr.Option {
	options := []expr.Option{expr.Env(l.names), expr.DisableAllBuiltins()}
	for _, name := range builtins() {
		options = append(options, expr.EnableBuiltin(name))
	}
	return options
}

// parse parses a condition without checking its types.
func (l *language) parse(source string) (*parser.Tree, error) {
	config := conf.CreateNew()
	for _, option := range l.options() {
		option(config)
	}
	return parser.ParseWithConfig(source, config)
}

// explain turns what expr objects to into a mistake.
func (l *language) explain(source string, err error) *mistake {
	var e *file.Error
	if !errors.As(err, &e) {
		message := err.Error()
		if strings.HasPrefix(message, "expected bool") {
			return &mistake{message: "the condition is not true or false: " + message,
				remedy: `compare it: count("ssn") > 0`}
		}
		return &mistake{message: message}
	}
	m := &mistake{offset: byteOffset(source, e.From), message: e.Message}
	switch {
	case strings.TrimSpace(source) == "":
		m.message, m.remedy = "the condition is empty", "when = 'true' holds for every message"
	case m.message == `unexpected token Operator("=")`:
		m.message, m.remedy = "= does not compare", "write =="
	case m.message == "unexpected token EOF":
		m.message, m.remedy = "the condition ends too early", "close every parenthesis; put something on both sides of and, or"
	case m.message == "literal not terminated":
		m.message, m.remedy = "a text does not end", `close it with the quote it begins with`
	case strings.Contains(m.message, "mismatched types int and string"):
		m.remedy = "numbers stand without quotes: size > 5 * MiB"
	case strings.Contains(m.message, "mismatched types"):
		m.remedy = `join conditions, not values: subject contains "x" and sender != ""`
	}
	return m
}

// byteOffset returns where the n-th character of s begins.
func byteOffset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// rewriter replaces calls of questions by calls that carry the question's index.
type rewriter struct {
	*language
	asked []int // indices of the questions
}

// Visit implements ast.Visitor; it comes to children before their parents.
func (r *rewriter) Visit(node *ast.Node) {
	call, ok := (*node).(*ast.CallNode)
	if !ok {
		return
	}
	callee, ok := call.Callee.(*ast.IdentifierNode)
	if !ok || strings.HasPrefix(callee.Value, "?") || strings.HasPrefix(callee.Value, "header") {
		return
	}
	q, err := r.question(callee.Value, call.Arguments)
	if err != nil {
		return // the reader has reported it
	}
	name := askInt
	if q.bool {
		name = askBool
	}
	index := r.questions.index(q)
	r.asked = append(r.asked, index)
	ast.Patch(node, &ast.CallNode{
		Callee:    &ast.IdentifierNode{Value: name},
		Arguments: []ast.Node{&ast.IntegerNode{Value: index}},
	})
}
