package journal

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"

	"sioscope/protocol/fact"
)

// replayEvery is how many records are read between two looks at whether it goes on.
const replayEvery = 256

// Run emits what is kept, in the order in which it was. What comes meanwhile waits, and is not part of it.
func (j *Journal) Run(ctx context.Context, emit fact.Emit) error {
	j.mu.Lock()
	list := make([]stretch, len(j.parts))
	for i, p := range j.parts {
		list[i] = stretch{p, p.size}
	}
	gone := j.gone
	j.runs++
	j.mu.Unlock()
	defer j.read()
	r := &reader{conns: map[int]*fact.Conn{}, emit: emit}
	if gone > 0 {
		emit(&fact.Note{Text: fmt.Sprintf("the oldest %d requests and messages made room for later ones and are not in it", gone)})
	}
	var total, done int64
	for _, s := range list {
		total += s.size
	}
	for i, s := range list {
		if i == 0 && gone > 0 {
			for _, line := range s.part.preamble {
				if err := r.read(line); err != nil {
					return fmt.Errorf("reading what was kept: %w", err)
				}
			}
		}
		if err := s.run(ctx, r); err != nil {
			return err
		}
		done += s.size
		emit(&fact.Stats{Done: done, Total: total})
	}
	return nil
}

// read removes what had to stay while it was read.
func (j *Journal) read() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.runs--; j.runs == 0 {
		for _, p := range j.late {
			p.remove()
		}
		j.late = nil
	}
}

// A stretch is the beginning of a part.
type stretch struct {
	part *part
	size int64
}

func (s *stretch) run(ctx context.Context, r *reader) error {
	in := bufio.NewReaderSize(io.NewSectionReader(s.part.file, 0, s.size), 64<<10)
	for n := 0; ; n++ {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := r.read(line); err != nil {
				return fmt.Errorf("reading what was kept: %w", err)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading what was kept: %w", err)
		}
		if n%replayEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
