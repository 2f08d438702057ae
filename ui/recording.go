package ui

import (
	"context"

	"sioscope/capture/journal"
	"sioscope/protocol/fact"
	"sioscope/ui/store"
)

// mostRecorded is how many bytes of a temporary file the facts of a live source take at most, where it captures no packets.
const mostRecorded = 256e6

// record has the facts of a source kept that happens now and of which nothing else is: a HAR can be made of them. The file
// takes as much as the source may of memory, and no more than mostRecorded.
func (o *opening) record(memory int64) {
	if o.live && o.kept == nil && o.source != nil {
		o.journal = &journal.Journal{Most: min(memory, mostRecorded)}
		o.source = journaled(o.source, o.journal)
	}
}

// close lets go of what was kept.
func (o *opening) close() {
	o.kept.close()
	o.journal.Close()
}

// A replayable is a source whose facts are kept.
type replayable struct {
	store.Source
	journal *journal.Journal
}

// journaled has the facts of a source kept, where there is a journal.
func journaled(src store.Source, j *journal.Journal) store.Source {
	if j == nil {
		return src
	}
	return replayable{src, j}
}

// Run is for store.Source.
func (r replayable) Run(ctx context.Context, emit fact.Emit) error {
	return r.Source.Run(ctx, r.journal.Keep(emit))
}
