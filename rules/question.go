package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/zixpolicy/zixpolicy/message"
)

// anyKind stands for parts of every kind.
const anyKind = -1

// maxNear bounds the distance that near() can ask about, in characters.
const maxNear = 100_000

// question is something that conditions ask about a message and that takes work to
// answer. Its arguments are constants, checked when the policy is loaded. Rules that
// ask the same share one question, which a message answers once.
type question struct {
	key  string // two questions with the same key are the same
	ask  func(*evaluation) int
	bool bool // the answer is 0 or 1 and stands for false or true

	lexicon string // whose tally it asks about; empty: none
	view    view   // over which hits
}

// questions are the questions of one policy.
type questions struct{ list []question }

// index returns the index of the question, adding it if it is new.
func (q *questions) index(new question) int {
	for i, known := range q.list {
		if known.key == new.key {
			return i
		}
	}
	q.list = append(q.list, new)
	return len(q.list) - 1
}

// argumentError is a mistake in one argument of a question.
type argumentError struct {
	mistake
	argument int // index; the call itself where there is none
}

func wrongArgument(i int, m *mistake) *argumentError { return &argumentError{*m, i} }

// question compiles a call of the named function.
func (l *language) question(name string, nodes []ast.Node) (question, *argumentError) {
	args, err := literals(name, nodes)
	if err != nil {
		return question{}, err
	}
	q := question{key: fmt.Sprintf("%s(%s)", name, strings.Join(quoted(args.texts), ", ")) + l.outside()}
	switch name {
	case "lexicon", "score", "count", "distinct":
		err = l.askTally(&q, name, args)
	case "in_subject":
		args.texts = append(args.texts[:1:1], message.KindSubject.String())
		err = l.askTally(&q, "lexicon", args)
	case "near":
		err = l.askNear(&q, args)
	case "tag":
		err = askTag(&q, args)
	case "defect":
		err = askDefect(&q, args)
	case "sender_in":
		err = l.askSender(&q, args)
	case "between":
		err = askBetween(&q, args)
	default:
		err = wrongArgument(len(nodes), &mistake{message: fmt.Sprintf("unknown function %q", name)})
	}
	return q, err
}

// outside says in a question's key what it leaves out.
func (l *language) outside() string {
	if l.fresh {
		return " outside quoted history"
	}
	return ""
}

// arguments are the constants of a call.
type arguments struct {
	texts   []string
	numbers []int // by position; 0 where a text stands
}

// literals takes the arguments of a call as constants. What a rule asks about must
// be known when the policy is loaded: a name that only a message supplies could
// not be checked.
func literals(name string, nodes []ast.Node) (arguments, *argumentError) {
	var args arguments
	for i, node := range nodes {
		switch n := node.(type) {
		case *ast.StringNode:
			args.texts, args.numbers = append(args.texts, n.Value), append(args.numbers, 0)
		case *ast.IntegerNode:
			args.texts, args.numbers = append(args.texts, fmt.Sprint(n.Value)), append(args.numbers, n.Value)
		default:
			return args, wrongArgument(i, &mistake{
				message: fmt.Sprintf("%s(…) cannot take %s", name, n.String()),
				remedy:  "write the text in quotes or the number itself: it has to be known when the policy is loaded"})
		}
	}
	need := 1
	if name == "near" {
		need = 3
	} else if name == "between" {
		need = 2
	}
	if len(nodes) < need {
		return args, wrongArgument(len(nodes), &mistake{
			message: fmt.Sprintf("%s(…) needs %d argument(s)", name, need)})
	}
	return args, nil
}

// lexicon returns the index of the lexicon that argument i names.
func (l *language) lexicon(args arguments, i int) (int, *argumentError) {
	index := l.lexicons.Index(args.texts[i])
	if index >= 0 {
		return index, nil
	}
	var known []string
	for _, lexicon := range l.lexicons.Lexicons() {
		known = append(known, lexicon.Name)
	}
	return 0, wrongArgument(i, unknownName("lexicon", args.texts[i], known))
}

// askTally asks about the hits of a lexicon, over all parts or those of one kind.
func (l *language) askTally(q *question, what string, args arguments) *argumentError {
	index, err := l.lexicon(args, 0)
	if err != nil {
		return err
	}
	kind := anyKind
	if len(args.texts) > 1 {
		if kind = slices.Index(partKinds(), args.texts[1]); kind < 0 {
			return wrongArgument(1, unknownName("kind of part", args.texts[1], partKinds()))
		}
	}
	if len(args.texts) > 2 {
		return wrongArgument(2, &mistake{message: what + "(…) takes a lexicon and one kind of part"})
	}
	in := view{kind, l.fresh}
	q.lexicon, q.view = args.texts[0], in
	switch what {
	case "lexicon":
		q.bool = true
		q.ask = func(e *evaluation) int { return number(e.tally(index, in).Matched) }
	case "score":
		q.ask = func(e *evaluation) int { return e.tally(index, in).Score }
	case "count":
		q.ask = func(e *evaluation) int { return e.tally(index, in).Count }
	case "distinct":
		q.ask = func(e *evaluation) int { return e.tally(index, in).Distinct }
	}
	return nil
}

// askNear asks whether hits of two lexicons stand close to each other.
func (l *language) askNear(q *question, args arguments) *argumentError {
	a, err := l.lexicon(args, 0)
	if err != nil {
		return err
	}
	b, err := l.lexicon(args, 1)
	if err != nil {
		return err
	}
	within := args.numbers[2]
	if within < 0 || within > maxNear {
		return wrongArgument(2, &mistake{message: fmt.Sprintf("near(…) looks at most %d characters far", maxNear)})
	}
	in := view{anyKind, l.fresh}
	far := l.questions.index(question{key: fmt.Sprintf("distance(%d, %d)", min(a, b), max(a, b)) + l.outside(), ask: func(e *evaluation) int {
		e.scan()
		return distance(e.inView(in), e.message.Parts, a, b)
	}})
	q.bool = true
	q.ask = func(e *evaluation) int { return number(e.ask(far) <= within) }
	return nil
}

// askTag asks whether a tag stands in the subject.
func askTag(q *question, args arguments) *argumentError {
	tag := foldTag(args.texts[0])
	if len(tag) == 0 {
		return wrongArgument(0, &mistake{message: "the tag is empty", remedy: `name it: tag("[encrypt]")`})
	}
	q.bool = true
	q.ask = func(e *evaluation) int { return number(e.hasTag(tag)) }
	return nil
}

// askDefect asks whether there is a defect of one of the kinds.
func askDefect(q *question, args arguments) *argumentError {
	for i, kind := range args.texts {
		if !slices.Contains(defectKinds(), kind) {
			return wrongArgument(i, unknownName("kind of defect", kind, defectKinds()))
		}
	}
	q.bool = true
	q.ask = func(e *evaluation) int {
		return number(slices.ContainsFunc(e.message.Defects, func(d message.Defect) bool {
			return slices.Contains(args.texts, string(d.Kind))
		}))
	}
	return nil
}

// askSender asks whether the sender is one of the addresses, domains and groups.
func (l *language) askSender(q *question, args arguments) *argumentError {
	var err *argumentError
	s := newScope(args.texts, l.groups, func(i int, m *mistake) {
		if err == nil {
			err = wrongArgument(i, m)
		}
	})
	q.bool = true
	q.ask = func(e *evaluation) int { return number(s.covers(e.message.Envelope.Sender, true)) }
	return err
}

// askBetween asks whether it is between two times of day, the first included; over
// midnight where the second is earlier.
func askBetween(q *question, args arguments) *argumentError {
	var minutes [2]int
	for i := range minutes {
		t, err := time.Parse("15:04", args.texts[i])
		if err != nil {
			return wrongArgument(i, &mistake{message: fmt.Sprintf("%q is not a time of day", args.texts[i]),
				remedy: `write hours and minutes: between("18:00", "07:30")`})
		}
		minutes[i] = t.Hour()*60 + t.Minute()
	}
	from, to := minutes[0], minutes[1]
	q.bool = true
	q.ask = func(e *evaluation) int {
		now := e.now.Hour()*60 + e.now.Minute()
		if from <= to {
			return number(from <= now && now < to)
		}
		return number(now >= from || now < to)
	}
	return nil
}

func quoted(texts []string) []string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = strconv.Quote(text)
	}
	return list
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
