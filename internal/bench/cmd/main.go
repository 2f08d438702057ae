// Command cmd writes the captures that sioscope is measured with: small.pcap, mtu.pcap and polling.pcap.
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
	dir := flag.String("dir", ".", "directory the captures are written to")
	size := flag.Int64("size", 100, "size of each in megabytes")
	flag.Parse()
	for name, write := range map[string]func(io.Writer, int64) error{
		"small":   bench.WriteSmall,
		"mtu":     bench.WriteMTU,
		"polling": bench.WritePolling,
	} {
		if err := create(filepath.Join(*dir, name+".pcap"), *size*1e6, write); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func create(path string, size int64, write func(io.Writer, int64) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f, size), f.Close())
}
