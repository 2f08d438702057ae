package recordings

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// TestServicesApart: what one service does to its requests is not put down to another that is in the same picture, and
// its nodes are not that one's.
func TestServicesApart(t *testing.T) {
	t.Parallel()
	diagnosed := func(names ...string) diagnose.Diagnosis {
		var files capture.Files
		for _, name := range names {
			list, err := filepath.Glob(filepath.Join("testdata", name, "capture.pcap*"))
			if err != nil || len(list) == 0 {
				t.Fatalf("no recording %s: %v", name, err)
			}
			files.Inputs = append(files.Inputs, capture.Input{Path: list[0]})
		}
		var all session.Tracker
		if err := files.Run(context.Background(), all.Add); err != nil {
			t.Fatal(err)
		}
		all.Finish()
		return diagnose.Diagnose(&all)
	}
	said := func(d diagnose.Diagnosis) (ids []string, nodes string) {
		for _, f := range d.Findings {
			if f.Severity != diagnose.Error {
				continue
			}
			ids = append(ids, f.ID)
			for _, e := range f.Evidence {
				if strings.Contains(e.Text, "nodes answered") {
					nodes += strings.SplitN(e.Text, " ", 2)[0]
				}
			}
		}
		slices.Sort(ids)
		return ids, nodes
	}
	seed, seedNodes := said(diagnosed("seed-elb-tcp"))
	rr, rrNodes := said(diagnosed("nginx-rr-v4"))
	if ids, nodes := said(diagnosed("seed-elb-tcp", "direct-v4")); !slices.Equal(ids, seed) || nodes != seedNodes {
		t.Errorf("beside a healthy service it is %v with %q nodes, alone %v with %q", ids, nodes, seed, seedNodes)
	}
	both := slices.Sorted(slices.Values(slices.Concat(seed, rr)))
	if ids, nodes := said(diagnosed("seed-elb-tcp", "nginx-rr-v4")); !slices.Equal(ids, both) || nodes != seedNodes+rrNodes {
		t.Errorf("two services are %v with %q nodes, each alone %v with %q and %q", ids, nodes, both, seedNodes, rrNodes)
	}
	if ids, _ := said(diagnosed("nginx-rr-v4", "haproxy-per-request")); !slices.Equal(ids, rr) {
		t.Errorf("one cause at two services is %v, want %v", ids, rr)
	}
}
