package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/zixpolicy/zixpolicy/lexicon"
)

// language is what conditions may be made of: the constructs of expr that cannot
// fail at run time, and the names of this policy's lexicons and groups.
type language struct {
	lexicons  *lexicon.Set
	groups    groups
	names     map[string]any // of variables and functions, with a value of their type
	questions *questions
	fresh     bool // conditions leave quoted history out
}

// builtins returns the functions of expr that conditions may use. All are total.
func builtins() []string {
	return []string{"any", "all", "none", "one", "filter", "len", "lower", "upper", "trim"}
}

// operators returns the operators that conditions may use. Those left out can fail
// (%, on 0), can take time or memory without bound (.., **), or hide a mistake (??).
func operators() []string {
	return []string{
		"and", "&&", "or", "||", "==", "!=", "<", "<=", ">", ">=",
		"in", "contains", "startsWith", "endsWith", "matches", "+", "-", "*",
	}
}

// reader checks a parsed condition against the language.
type reader struct {
	*language
	locate    func(ast.Node) int // byte offset of a node
	mistakes  []*mistake
	predicate bool     // inside any(…), all(…), …
	fields    []string // of the elements it looks at; nil where that is not known
	tags      []string // arguments of tag()
}

// fail notes a mistake at a node.
func (r *reader) fail(n ast.Node, m *mistake) {
	m.offset = r.locate(n)
	r.mistakes = append(r.mistakes, m)
}

func (r *reader) failf(n ast.Node, remedy, format string, args ...any) {
	r.fail(n, &mistake{message: fmt.Sprintf(format, args...), remedy: remedy})
}

// read checks a node and all below it.
func (r *reader) read(node ast.Node) {
	switch n := node.(type) {
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.StringNode:
	case *ast.IdentifierNode:
		r.variable(n)
	case *ast.PointerNode:
		if n.Name != "" {
			r.failf(n, "inside any(…) an element's values are written .name, .type, .size", "#%s is not part of the language", n.Name)
		}
	case *ast.UnaryNode:
		r.read(n.Node)
	case *ast.BinaryNode:
		r.binary(n)
	case *ast.MemberNode:
		r.member(n)
	case *ast.ArrayNode:
		for _, element := range n.Nodes {
			r.read(element)
		}
	case *ast.CallNode:
		r.call(n)
	case *ast.BuiltinNode:
		r.builtin(n)
	case *ast.PredicateNode:
		r.read(n.Node)
	case *ast.ConditionalNode:
		r.failf(n, "join conditions with and, or and not", "?: is not part of the language")
	case *ast.VariableDeclaratorNode:
		r.failf(n, "write the value where it is used", "let is not part of the language")
	default:
		r.failf(n, "", "%s is not part of the language", n.String())
	}
}

// variable checks that a name stands for a variable.
func (r *reader) variable(n *ast.IdentifierNode) {
	value, known := r.names[n.Value]
	switch {
	case !known:
		r.fail(n, unknownName("name", n.Value, r.known()))
	case reflect.TypeOf(value).Kind() == reflect.Func:
		r.failf(n, fmt.Sprintf("write %s(…)", n.Value), "%s is a function", n.Value)
	}
}

// known returns every name an author can write.
func (r *reader) known() []string {
	names := builtins()
	for name := range r.names {
		if !strings.HasPrefix(name, "?") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (r *reader) binary(n *ast.BinaryNode) {
	if !slices.Contains(operators(), n.Operator) {
		r.failf(n, "", "%s is not part of the language", n.Operator)
		return
	}
	r.read(n.Left)
	r.read(n.Right)
	switch n.Operator {
	case "matches":
		if _, literal := n.Right.(*ast.StringNode); !literal {
			r.failf(n.Right, "write the regular expression in quotes", "matches needs a regular expression that is known beforehand")
		}
	case "==", "!=":
		r.vocabulary(n.Left, n.Right)
		r.vocabulary(n.Right, n.Left)
	case "in":
		if array, ok := n.Right.(*ast.ArrayNode); ok {
			for _, element := range array.Nodes {
				r.vocabulary(n.Left, element)
			}
		}
	}
}

// vocabulary checks a literal that is compared with a variable of few known values,
// so that a misspelt one does not become a condition that is never true.
func (r *reader) vocabulary(variable, value ast.Node) {
	literal, ok := value.(*ast.StringNode)
	if !ok {
		return
	}
	what, known := vocabularyOf(variable)
	if known != nil && !slices.Contains(known, literal.Value) {
		r.fail(literal, unknownName(what, literal.Value, known))
	}
}

func vocabularyOf(variable ast.Node) (what string, known []string) {
	switch v := variable.(type) {
	case *ast.IdentifierNode:
		switch v.Value {
		case "sensitivity":
			return "sensitivity", sensitivities()
		case "direction":
			return "direction", directions()
		case "weekday":
			return "weekday", weekdays()
		}
	case *ast.MemberNode:
		if property, ok := v.Property.(*ast.StringNode); ok && property.Value == "kind" {
			return "kind of defect", defectKinds()
		}
	}
	return "", nil
}

// member checks that a value is taken of the element that a predicate looks at:
// anything else (an index, a chain) could be out of range.
func (r *reader) member(n *ast.MemberNode) {
	_, element := n.Node.(*ast.PointerNode)
	_, named := n.Property.(*ast.StringNode)
	if !element || !named || n.Optional || n.Method {
		r.failf(n, "ask about elements with any(…): any(attachments, .size > 5 * MiB)", "%s is not part of the language", n.String())
		return
	}
	if name := n.Property.(*ast.StringNode).Value; r.fields != nil && !slices.Contains(r.fields, "."+name) {
		r.fail(n, unknownName("value", "."+name, r.fields))
	}
}

// fieldsOf returns what the elements of a list are made of, as it is written: .name.
func (r *reader) fieldsOf(list ast.Node) []string {
	variable, ok := list.(*ast.IdentifierNode)
	if !ok {
		return nil
	}
	t := reflect.TypeOf(r.names[variable.Value])
	if t == nil || t.Kind() != reflect.Slice || t.Elem().Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for i := range t.Elem().NumField() {
		names = append(names, "."+t.Elem().Field(i).Tag.Get("expr"))
	}
	return names
}

// builtin checks a call of one of expr's own functions.
func (r *reader) builtin(n *ast.BuiltinNode) {
	if !slices.Contains(builtins(), n.Name) {
		r.fail(n, unknownName("function", n.Name, r.functions()))
		return
	}
	for _, argument := range n.Arguments {
		if _, predicate := argument.(*ast.PredicateNode); !predicate {
			r.read(argument)
			continue
		}
		if r.predicate {
			r.failf(n, "write two conditions and join them with and", "%s(…) cannot stand inside another", n.Name)
			continue
		}
		r.predicate, r.fields = true, r.fieldsOf(n.Arguments[0])
		r.read(argument)
		r.predicate, r.fields = false, nil
	}
}

// functions returns the names of all functions.
func (r *reader) functions() []string {
	names := builtins()
	for name, value := range r.names {
		if reflect.TypeOf(value).Kind() == reflect.Func && !strings.HasPrefix(name, "?") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// call checks a call of one of the language's functions.
func (r *reader) call(n *ast.CallNode) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		r.failf(n, "", "%s is not part of the language", n.String())
		return
	}
	if !slices.Contains(r.functions(), callee.Value) {
		r.fail(n, unknownName("function", callee.Value, r.functions()))
		return
	}
	if callee.Value == "header" || callee.Value == "headers" {
		for _, argument := range n.Arguments {
			r.read(argument)
		}
		return
	}
	if _, err := r.question(callee.Value, n.Arguments); err != nil {
		at := ast.Node(n)
		if err.argument < len(n.Arguments) {
			at = n.Arguments[err.argument]
		}
		r.fail(at, &err.mistake)
		return
	}
	if callee.Value == "tag" {
		r.tags = append(r.tags, n.Arguments[0].(*ast.StringNode).Value)
	}
}
