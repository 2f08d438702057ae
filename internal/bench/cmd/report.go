package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"text/tabwriter"

	"sioscope/internal/bench"
)

// A reporter measures and prints.
type reporter struct {
	dir  string
	runs int
	sio  string // path of the program, or ""
	tls  int    // bytes of content per TLS connection

	crowd bench.Crowd // that the timeline shows
}

func (r *reporter) path(kind string) string { return filepath.Join(r.dir, kind+".pcap") }

// report measures processes first: a child's peak memory is never said to be below what its parent had.
func (r *reporter) report(w io.Writer) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	whole := map[string]cost{}
	if r.sio != "" {
		if err := r.yardstick(w); err != nil {
			return err
		}
		for _, k := range kinds {
			c, err := r.repeat(func() (cost, error) { return r.open(k.name, "GOMAXPROCS=1") })
			if err != nil {
				return err
			}
			whole[k.name] = c
		}
	}
	fmt.Fprintf(w, "One core (GOMAXPROCS=1), warm cache, medians of %d runs, per second of processor time. Each stage includes those above it.\n", r.runs)
	for _, k := range kinds {
		if err := r.table(w, k.name, whole[k.name]); err != nil {
			return err
		}
	}
	if err := r.decrypting(w); err != nil {
		return err
	}
	if err := r.window(w); err != nil {
		return err
	}
	return r.searching(w)
}

// table prints the stages of one capture.
func (r *reporter) table(w io.Writer, kind string, whole cost) error {
	info, err := os.Stat(r.path(kind))
	if err != nil {
		return err
	}
	mb := float64(info.Size()) / 1e6
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\n%s.pcap, %.0f MB\tMB/s\tpackets/s\tallocations\tper packet\tMB allocated\tpeak MB\t\n", kind, mb)
	var packets int64
	for _, s := range stages {
		c, err := r.repeat(func() (cost, error) { return here(s, r.path(kind)) })
		if err != nil {
			return err
		}
		packets = c.packets
		speed(t, s.name, mb, packets, c)
		fmt.Fprintf(t, "%d\t%.3f\t%.1f\t\t\n", c.allocs, float64(c.allocs)/float64(packets), float64(c.allocated)/1e6)
	}
	if whole.cpu > 0 {
		speed(t, "sio open --format json", mb, packets, whole)
		fmt.Fprintf(t, "\t\t\t%.0f\t\n", float64(whole.peak)/1e6)
	}
	return t.Flush()
}

func speed(w io.Writer, name string, mb float64, packets int64, c cost) {
	s := c.cpu.Seconds()
	fmt.Fprintf(w, "%s\t%.0f\t%.2f M\t", name, mb/s, float64(packets)/s/1e6)
}

// yardstick sets sio against tshark, in turns, on the capture of small packets.
func (r *reporter) yardstick(w io.Writer) error {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		fmt.Fprintln(w, "tshark is not installed: sio is not set against it.")
		return nil
	}
	var turns []turn
	for range 3 {
		var n turn
		if n.sio, err = r.open("small"); err != nil {
			return err
		}
		n.tshark, err = process(nil, tshark, "-r", r.path("small"), "-Y", "websocket", "-T", "fields", "-e", "websocket.payload.text")
		if err != nil {
			return fmt.Errorf("tshark: %w", err)
		}
		turns = append(turns, n)
	}
	fmt.Fprintf(w, "small.pcap, sio and tshark in turns, medians of %d: sio is %.0f times as fast, by processor time %.0f times.\n", len(turns),
		middle(turns, func(n turn) float64 { return n.tshark.wall.Seconds() / n.sio.wall.Seconds() }),
		middle(turns, func(n turn) float64 { return n.tshark.cpu.Seconds() / n.sio.cpu.Seconds() }))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tseconds\tof the processor\tpeak MB\t")
	row := func(name string, of func(turn) cost) {
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%.0f\t\n", name,
			middle(turns, func(n turn) float64 { return of(n).wall.Seconds() }),
			middle(turns, func(n turn) float64 { return of(n).cpu.Seconds() }),
			middle(turns, func(n turn) float64 { return float64(of(n).peak) / 1e6 }))
	}
	row("sio open --format json", func(n turn) cost { return n.sio })
	row("tshark -Y websocket -T fields", func(n turn) cost { return n.tshark })
	fmt.Fprintln(t)
	return t.Flush()
}

// A turn is a run of each.
type turn struct{ sio, tshark cost }

func (r *reporter) open(kind string, env ...string) (cost, error) {
	c, err := process(env, r.sio, "open", "--format", "json", r.path(kind))
	if err != nil {
		err = fmt.Errorf("%s: %w", r.sio, err)
	}
	return c, err
}

// repeat gives the medians of several runs, after one that does not count.
func (r *reporter) repeat(f func() (cost, error)) (cost, error) {
	var runs []cost
	for i := range r.runs + 1 {
		c, err := f()
		if err != nil {
			return c, err
		}
		if i > 0 {
			runs = append(runs, c)
		}
	}
	return median(runs), nil
}
