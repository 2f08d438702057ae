package live

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os/exec"
	"strings"

	"golang.org/x/net/bpf"

	"sioscope/capture/link"
	"sioscope/protocol/lang"
)

// tcpdump compiles a filter for a link type with tcpdump -ddd. It captures nothing: what it is given to read is a
// capture without packets, and so it needs no privilege.
func tcpdump(filter string, t link.Type) ([]bpf.RawInstruction, error) {
	path, err := exec.LookPath("tcpdump")
	if err != nil {
		return nil, lang.Say("a filter in words (-f) is compiled by tcpdump, which is not here; install it, or use --port and --host, which need nothing")
	}
	if t == link.SLL2 { // the kernel shows frames of all interfaces from the IP header on
		t = link.Raw
	}
	cmd := exec.Command(path, "-ddd", "-s", fmt.Sprint(SnapLen), "-r", "-", "--", filter)
	cmd.Stdin = bytes.NewReader(emptyPcap(t))
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, lang.Say("the filter %q is not one: tcpdump says %q", filter, lastLine(said.String()))
	}
	return parseProgram(string(out))
}

// emptyPcap is the header of a capture file.
func emptyPcap(t link.Type) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	b = binary.LittleEndian.AppendUint32(b, 2|4<<16)
	b = append(b, make([]byte, 8)...)
	b = binary.LittleEndian.AppendUint32(b, SnapLen)
	return binary.LittleEndian.AppendUint32(b, uint32(t))
}

// parseProgram reads what tcpdump -ddd prints: the number of instructions, then each as four numbers.
func parseProgram(text string) ([]bpf.RawInstruction, error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	var program []bpf.RawInstruction
	for _, line := range lines[1:] {
		var i bpf.RawInstruction
		if _, err := fmt.Sscan(line, &i.Op, &i.Jt, &i.Jf, &i.K); err != nil {
			return nil, lang.Say("tcpdump -ddd printed %q, which is no instruction", line)
		}
		program = append(program, i)
	}
	if len(program) == 0 || strings.TrimSpace(lines[0]) != fmt.Sprint(len(program)) {
		return nil, lang.Say("tcpdump -ddd printed %d instructions where it said %q", len(program), lines[0])
	}
	return program, nil
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimPrefix(strings.TrimSpace(lines[len(lines)-1]), "tcpdump: ")
}
