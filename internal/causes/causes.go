// Package causes holds what the diagnosis says against what was done, over all stories of protocol/diagnose and all
// recordings of internal/recordings: which causes are taken for which others, and whether anything was certain and wrong.
package causes

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sioscope/capture"
	"sioscope/internal/stories"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// Healthy is what stands for no cause at all.
const Healthy = "(nothing wrong)"

// A Case is a conversation of which it is known what was done.
type Case struct {
	From, Name string
	Truth      []string // ids that are right in the first place; nil: nothing is wrong
	First      string   // what was said first, Healthy where nothing was
	Confidence string   // of that
	Wrong      []string // ids that were said to be certain and are not among the truth
}

// Right says whether what was said first is what was done.
func (c *Case) Right() bool {
	if len(c.Truth) == 0 {
		return c.First == Healthy
	}
	return slices.Contains(c.Truth, c.First)
}

// Row is what the case is filed under.
func (c *Case) Row() string {
	switch {
	case len(c.Truth) == 0:
		return Healthy
	case slices.Contains(c.Truth, c.First):
		return c.First
	}
	return c.Truth[0]
}

// All are the cases of a source tree.
func All(root string) ([]Case, error) {
	told, err := ofStories(filepath.Join(root, "protocol/diagnose/testdata/*.txt"))
	if err != nil {
		return nil, err
	}
	recorded, err := ofRecordings(filepath.Join(root, "internal/recordings/testdata"))
	return append(told, recorded...), err
}

func ofStories(pattern string) ([]Case, error) {
	list, err := stories.Read(pattern)
	if err != nil {
		return nil, err
	}
	var all []Case
	for _, s := range list {
		st, err := s.Play()
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", s.File, s.Name, err)
		}
		c := Case{From: s.File, Name: s.Name, Truth: s.Truth}
		c.judge(&st.Tracker)
		all = append(all, c)
	}
	return all, nil
}

// ofRecordings reads the recordings whose truth.json says what was done: "done" where it has that, else "causes".
func ofRecordings(dir string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*/*.pcap*"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no recordings in %s: %w", dir, err)
	}
	var all []Case
	for _, path := range files {
		home := filepath.Dir(path)
		b, err := os.ReadFile(filepath.Join(home, "truth.json"))
		if os.IsNotExist(err) {
			continue
		} else if err != nil {
			return nil, err
		}
		var truth struct{ Causes, Done *[]string }
		if err := json.Unmarshal(b, &truth); err != nil {
			return nil, fmt.Errorf("%s: %w", home, err)
		}
		if truth.Done == nil {
			truth.Done = truth.Causes
		}
		if truth.Done == nil {
			continue // nothing is known of it
		}
		t, err := read(path)
		if err != nil {
			return nil, err
		}
		c := Case{From: filepath.Base(path), Name: filepath.Base(home), Truth: *truth.Done}
		c.judge(t)
		all = append(all, c)
	}
	return all, nil
}

func read(path string) (*session.Tracker, error) {
	f := capture.Files{Inputs: []capture.Input{{Path: path}}}
	if keys := filepath.Join(filepath.Dir(path), "keys.log"); exists(keys) {
		f.Keys = []string{keys}
	}
	t := &session.Tracker{}
	if err := f.Run(context.Background(), t.Add); err != nil {
		return nil, err
	}
	t.Finish()
	return t, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// judge diagnoses, and notes what a reader is told first: the cause in the verdict, else the worst finding. What is worth
// knowing and no fault (Info) counts where it is what was done.
func (c *Case) judge(t *session.Tracker) {
	d := diagnose.Diagnose(t)
	c.First = Healthy
	first := d.Find(d.Verdict.Lead)
	if first == nil {
		first = d.Lead()
	}
	if first == nil && len(d.Findings) > 0 && slices.Contains(c.Truth, d.Findings[0].ID) {
		first = &d.Findings[0]
	}
	if first != nil {
		c.First, c.Confidence = first.ID, first.Confidence
	}
	for _, f := range d.Findings {
		if f.Severity != diagnose.Info && f.Confidence == "certain" && !slices.Contains(c.Truth, f.ID) {
			c.Wrong = append(c.Wrong, f.ID)
		}
	}
}

// String names the case: "nginx-rr/capture.pcap".
func (c *Case) String() string {
	if strings.HasSuffix(c.From, ".txt") {
		return c.From + ": " + c.Name
	}
	return c.Name + "/" + c.From
}
