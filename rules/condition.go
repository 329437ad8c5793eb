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
	source  string
	program *vm.Program
	tags    []string // that it asks for
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
	options := append(l.options(), expr.AsBool(), expr.WarnOnAny())
	if _, err = expr.Compile(source, options...); err != nil { // types, as the author wrote them
		return nil, []*mistake{l.explain(source, err)}
	}
	program, err := expr.Compile(source, append(options, expr.Patch(&rewriter{l}))...)
	if err != nil {
		return nil, []*mistake{l.explain(source, err)}
	}
	return &condition{source: source, program: program, tags: r.tags}, nil
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
	return &mistake{offset: byteOffset(source, e.From), message: e.Message}
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
type rewriter struct{ *language }

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
	ast.Patch(node, &ast.CallNode{
		Callee:    &ast.IdentifierNode{Value: name},
		Arguments: []ast.Node{&ast.IntegerNode{Value: r.questions.index(q)}},
	})
}
