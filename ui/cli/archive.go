package cli

import (
	"sioscope/capture/har"
	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
)

// An archive is a HAR that is written while facts come; nil: none is asked for.
type archive struct {
	*har.Writer
	out *sink
}

// archive begins the HAR where that is the format.
func (p *Program) archive(f *openFlags) (*archive, error) {
	if f.format != "har" {
		return nil, nil
	}
	out, err := p.sink(f)
	if err != nil {
		return nil, err
	}
	return &archive{har.NewWriter(out, har.WriteOptions{Redact: redact.Redactor{Off: f.noRedact}, Version: buildVersion()}), out}, nil
}

// also has the facts that go to emit written too.
func (a *archive) also(emit fact.Emit) fact.Emit {
	if a == nil {
		return emit
	}
	return func(of fact.Fact) {
		a.Add(of)
		emit(of)
	}
}

// end finishes the HAR, or takes it back where what it is of failed.
func (a *archive) end(failed error) error {
	if a == nil {
		return nil
	}
	err := a.Close()
	if failed != nil {
		err = failed
	}
	return a.out.end(err)
}
