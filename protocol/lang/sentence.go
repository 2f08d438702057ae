package lang

import "errors"

// A Sentence is said later, by a stage that knows the language. It may be an error.
type Sentence struct {
	format string
	args   []any
}

// Say keeps a format and its arguments, as Words.S has them. Sentences, and errors that know languages, are said in the
// same language where they are arguments.
func Say(format string, args ...any) Sentence { return Sentence{format, args} }

// Counted is Say with a number first, and a format for one thing beside that for many.
func Counted(n int, one, many string, args ...any) Sentence {
	if n == 1 {
		return Say(one, args...)
	}
	return Say(many, args...)
}

// In is the sentence in a language.
func (s Sentence) In(w Words) string {
	args := make([]any, len(s.args))
	for i, a := range s.args {
		args[i] = a
		switch t := a.(type) {
		case interface{ In(Words) string }:
			args[i] = t.In(w)
		case error:
			args[i] = w.Told(t)
		}
	}
	return w.S(s.format, args...)
}

// String is the sentence in English.
func (s Sentence) String() string { return s.In(nil) }

// Error is the sentence in English.
func (s Sentence) Error() string { return s.In(nil) }

// Unwrap are the errors among its arguments: a sentence about an error is that error, too.
func (s Sentence) Unwrap() (errs []error) {
	for _, a := range s.args {
		if err, ok := a.(error); ok {
			errs = append(errs, err)
		}
	}
	return errs
}

// Empty says whether nothing is said.
func (s Sentence) Empty() bool { return s.format == "" }

// Told is an error in a language, where it knows any.
func (w Words) Told(err error) string {
	var t interface{ In(Words) string }
	if errors.As(err, &t) {
		return t.In(w)
	}
	return w.Said(err.Error())
}

// Of is an error as a Sentence.
func Of(err error) Sentence {
	var t interface{ In(Words) string }
	if errors.As(err, &t) {
		return Sentence{"%s", []any{t}}
	}
	return Sentence{"%s", []any{err.Error()}}
}
