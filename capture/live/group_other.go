//go:build !linux

package live

// groupCaptures is false: only on Linux may members of a group capture with dumpcap.
func groupCaptures(string) bool { return false }
