package live

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"sioscope/capture/link"
	"sioscope/protocol/lang"
)

// A bpfDevice is /dev/bpf (bpf(4)). It is built with every release, and was never run on a Mac by us.
type bpfDevice struct {
	name string
	fd   int
	buf  []byte
}

const bpfBuffer = 1 << 20 // the most that macOS gives without further ado is 512 KiB; it takes what is possible

func open(o Options) (device, link.Type, error) {
	if _, err := find(o.Interface); err != nil {
		return nil, 0, err
	}
	fd, err := openBPF()
	if err != nil {
		return nil, 0, failure(o.Interface, err)
	}
	d := &bpfDevice{name: o.Interface, fd: fd}
	t, err := d.start(o)
	if err != nil {
		d.close()
		return nil, 0, err
	}
	return d, t, nil
}

// openBPF opens the first device that nobody uses.
func openBPF() (int, error) {
	var failed error = unix.ENOENT
	for i := range 256 {
		fd, err := unix.Open(fmt.Sprintf("/dev/bpf%d", i), unix.O_RDWR|unix.O_CLOEXEC, 0)
		switch {
		case err == nil:
			return fd, nil
		case err == unix.ENOENT && i > 0:
			return 0, failed
		}
		failed = err
		if err != unix.EBUSY {
			return 0, err
		}
	}
	return 0, failed
}

func failure(name string, err error) error {
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return newPermissionError(name)
	}
	return lang.Say("capturing on %s: %s", name, err)
}

func (d *bpfDevice) start(o Options) (link.Type, error) {
	size, err := syscall.SetBpfBuflen(d.fd, bpfBuffer) // it answers with what it took
	if err == nil {
		err = syscall.SetBpfInterface(d.fd, o.Interface)
	}
	if err == nil {
		err = syscall.SetBpfImmediate(d.fd, 1)
	}
	if err == nil && !o.Quiet {
		_ = syscall.SetBpfPromisc(d.fd, 1) // some interfaces cannot, and show what is theirs
	}
	var kind int
	if err == nil {
		kind, err = syscall.BpfDatalink(d.fd)
	}
	if err != nil {
		return 0, failure(o.Interface, err)
	}
	t := link.Type(kind)
	program, err := o.program(t, nil)
	if err != nil {
		return 0, err
	}
	filter := make([]syscall.BpfInsn, len(program))
	for i, p := range program {
		filter[i] = syscall.BpfInsn{Code: p.Op, Jt: p.Jt, Jf: p.Jf, K: p.K}
	}
	if err := syscall.SetBpf(d.fd, filter); err != nil {
		return 0, failure(o.Interface, err)
	}
	d.buf = make([]byte, size)
	return t, nil
}

// read takes what is in the device's buffer.
func (d *bpfDevice) read(wait time.Duration, use func(int64, []byte, int) error) error {
	fds := []unix.PollFd{{Fd: int32(d.fd), Events: unix.POLLIN}}
	if n, err := unix.Poll(fds, int(wait.Milliseconds())); n == 0 || err == unix.EINTR {
		return nil
	}
	n, err := unix.Read(d.fd, d.buf)
	switch {
	case err == unix.EINTR || err == unix.EAGAIN:
		return nil
	case err != nil:
		return failure(d.name, err)
	}
	for b := d.buf[:n]; len(b) >= 18; {
		at, data, orig, next := bpfPacket(b)
		if data == nil {
			return nil
		}
		if err := use(at, data, orig); err != nil {
			return err
		}
		b = b[min(next, len(b)):]
	}
	return nil
}

// bpfPacket takes a packet from behind its struct bpf_hdr: seconds, microseconds, captured, length, header length.
func bpfPacket(b []byte) (at int64, data []byte, orig, next int) {
	order := binary.NativeEndian
	captured, head := int(order.Uint32(b[8:])), int(order.Uint16(b[16:]))
	if head < 18 || head+captured > len(b) {
		return 0, nil, 0, 0
	}
	at = int64(order.Uint32(b))*1e9 + int64(order.Uint32(b[4:]))*1e3
	const word = int(unsafe.Sizeof(int32(0))) // BPF_ALIGNMENT
	return at, b[head : head+captured], int(order.Uint32(b[12:])), (head + captured + word - 1) &^ (word - 1)
}

// counts asks for struct bpf_stat.
func (d *bpfDevice) counts() (received, dropped int64) {
	st, err := syscall.BpfStats(d.fd)
	if err != nil {
		return 0, 0
	}
	return int64(st.Recv), int64(st.Drop)
}

func (d *bpfDevice) close() { os.NewFile(uintptr(d.fd), d.name).Close() }

func describe(all []Interface) []Interface { return all }
