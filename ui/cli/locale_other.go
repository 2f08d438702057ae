//go:build !windows

package cli

// systemLocale is "": the environment tells the language.
func systemLocale() string { return "" }
