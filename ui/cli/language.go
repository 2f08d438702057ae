package cli

import (
	"flag"
	"slices"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/locale"
	"sioscope/ui/report"
)

const langHelp = `  --lang en|ja          language of reports: English or Japanese; without it that of the locale (LC_ALL, LC_MESSAGES,
                        LANG), except for machines (--format json), which read English until it is given
`

func (f *openFlags) addLanguage(fs *flag.FlagSet) {
	fs.Var(oneOf{&f.language, locale.Languages()}, "lang", "")
}

// words are the sentences of the language that a report is to speak: the one that was asked for, else that of the
// locale. What machines read must not change with a locale.
func (p *Program) words(f openFlags) lang.Words {
	language := f.language
	if language == "" && !slices.Contains([]string{"json", "har", "junit"}, f.format) && utf8Output(p.Getenv) {
		language = locale.Of(p.Getenv)
	}
	return locale.Words(language)
}

// past is where what made room is remembered, in the reader's language.
func (p *Program) past(f *openFlags) *diagnose.Past { return &diagnose.Past{Words: p.words(*f)} }

// report is what a resolved tracker is reported as, in the reader's language, which is that of the past, too. The source is
// what was read.
func (p *Program) report(t *session.Tracker, past *diagnose.Past, source string, f openFlags) report.Input {
	words := p.words(f)
	return report.Input{Words: words, Tracker: t.Clients(), Source: source, Diagnosis: past.Diagnose(t), Redact: redact.Redactor{Off: f.noRedact}}
}
