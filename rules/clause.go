package rules

import (
	"fmt"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

// clause is a condition taken apart at its and, or and not. So it can be said which
// part of it decided, and most conditions need no virtual machine: they are made of
// questions whose answers are known by the second rule that asks them.
type clause struct {
	text    string
	join    string      // "and", "or", "not"; empty: a single statement
	parts   []*clause   // of a join; one of a not
	program *vm.Program // of a single statement that is more than one question; else nil
	asks    []int       // indices of the questions in a single statement
}

// holds evaluates a clause, as far as is needed to know the outcome.
func (e *evaluation) holds(c *clause) (bool, error) {
	switch c.join {
	case "and", "or":
		for _, part := range c.parts {
			held, err := e.holds(part)
			if err != nil || held == (c.join == "or") {
				return held, err
			}
		}
		return c.join == "and", nil
	case "not":
		held, err := e.holds(c.parts[0])
		return !held, err
	}
	if c.program == nil {
		return e.ask(c.asks[0]) != 0, nil
	}
	return e.run(c.program)
}

// takeApart compiles the clauses of a condition that has been checked.
func (l *language) takeApart(node ast.Node) (*clause, error) {
	c := &clause{text: node.String()}
	var below []ast.Node
	switch n := node.(type) {
	case *ast.BinaryNode:
		if c.join = joinOf(n.Operator); c.join != "" {
			below = operands(n, c.join)
		}
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			c.join, below = "not", []ast.Node{n.Node}
		}
	}
	for _, part := range below {
		p, err := l.takeApart(part)
		if err != nil {
			return nil, err
		}
		c.parts = append(c.parts, p)
	}
	if c.join != "" {
		return c, nil
	}
	if q, ok := l.single(node); ok {
		c.asks = []int{l.questions.index(q)}
		return c, nil
	}
	var err error
	c.program, c.asks, err = l.program(c.text)
	return c, err
}

// single returns the question that a statement consists of, if it is true or false.
func (l *language) single(node ast.Node) (question, bool) {
	call, ok := node.(*ast.CallNode)
	if !ok {
		return question{}, false
	}
	callee, ok := call.Callee.(*ast.IdentifierNode)
	if !ok {
		return question{}, false
	}
	q, err := l.question(callee.Value, call.Arguments)
	return q, err == nil && q.bool
}

func joinOf(operator string) string {
	switch operator {
	case "and", "&&":
		return "and"
	case "or", "||":
		return "or"
	}
	return ""
}

// operands returns what a chain of one operator joins: a, b and c of a and b and c.
func operands(n *ast.BinaryNode, join string) []ast.Node {
	var list []ast.Node
	for _, side := range []ast.Node{n.Left, n.Right} {
		if below, ok := side.(*ast.BinaryNode); ok && joinOf(below.Operator) == join {
			list = append(list, operands(below, join)...)
		} else {
			list = append(list, side)
		}
	}
	return list
}

// explain evaluates a clause and all below it.
func (e *evaluation) explain(c *clause) (ClauseExplanation, error) {
	x := ClauseExplanation{Text: c.text, Join: c.join, Parts: []ClauseExplanation{}, Facts: []string{}}
	for _, part := range c.parts {
		p, err := e.explain(part)
		if err != nil {
			return x, err
		}
		x.Parts = append(x.Parts, p)
	}
	switch c.join {
	case "and":
		x.Holds = true
		for _, p := range x.Parts {
			x.Holds = x.Holds && p.Holds
		}
	case "or":
		for _, p := range x.Parts {
			x.Holds = x.Holds || p.Holds
		}
	case "not":
		x.Holds = !x.Parts[0].Holds
	default:
		var err error
		if x.Holds, err = e.holds(c); err != nil {
			return x, err
		}
		for _, i := range c.asks {
			if fact := e.fact(i); fact != "" {
				x.Facts = append(x.Facts, fact)
			}
		}
	}
	return x, nil
}

// fact says what the answer to a question was based on.
func (e *evaluation) fact(i int) string {
	switch q := &e.policy.questions[i]; {
	case q.lexicon != "":
		t := e.tally(e.policy.lexicons.Index(q.lexicon), q.view)
		where := ""
		if q.view.kind != anyKind {
			where = " in " + partKinds()[q.view.kind]
		}
		if q.view.fresh {
			where += " outside quoted history"
		}
		hits := "hits"
		if t.Count == 1 {
			hits = "hit"
		}
		return fmt.Sprintf("%s%s: %d %s, score %d", q.lexicon, where, t.Count, hits, t.Score)
	case !q.bool:
		return fmt.Sprintf("%s = %d", q.key, e.ask(i))
	}
	return ""
}

// mark notes which statements made the clause what it is: all of an and that holds,
// the first that does not of one that does not; for an or the other way round.
func (x *ClauseExplanation) mark() {
	if x.Join == "" {
		x.Decided = true
		return
	}
	all := x.Join == "not" || (x.Join == "and") == x.Holds
	for i := range x.Parts {
		if all {
			x.Parts[i].mark()
		} else if x.Parts[i].Holds == x.Holds {
			x.Parts[i].mark()
			return
		}
	}
}
