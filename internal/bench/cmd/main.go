// Command cmd writes the captures that sioscope is measured with: small.pcap, mtu.pcap and polling.pcap. With -report
// it reads those and measures the stages of their way through sioscope, and prints a table. It judges nothing: there
// is no threshold.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sioscope/internal/bench"
)

func main() {
	r := reporter{tls: 64e6, crowd: bench.Crowd{Sessions: 10_000, Packets: 1_000_000}}
	flag.StringVar(&r.dir, "dir", ".", "directory of the captures")
	size := flag.Int64("size", 100, "size of each in megabytes")
	measure := flag.Bool("report", false, "measure instead, and print what was measured")
	flag.IntVar(&r.runs, "runs", 5, "runs of each stage; the table has their medians")
	flag.StringVar(&r.sio, "sio", "", "the sio program, to be measured as a process and next to tshark")
	flag.Parse()
	var err error
	if *measure {
		err = r.report(os.Stdout)
	} else {
		err = write(r.dir, *size*1e6)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var kinds = []struct {
	name  string
	write func(io.Writer, int64) error
}{
	{"small", bench.WriteSmall},
	{"mtu", bench.WriteMTU},
	{"polling", bench.WritePolling},
}

// write writes the captures. It is a process of its own because no child is said to have had less memory at its peak
// than its parent had when it started it.
func write(dir string, size int64) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, k := range kinds {
		if err := create(filepath.Join(dir, k.name+".pcap"), size, k.write); err != nil {
			return err
		}
	}
	return nil
}

func create(path string, size int64, write func(io.Writer, int64) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f, size), f.Close())
}
