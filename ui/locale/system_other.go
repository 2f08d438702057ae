//go:build !windows && !darwin

package locale

// system is "": the environment tells the language.
func system() string { return "" }
