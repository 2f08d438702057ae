//go:build !race

package ui_test

// raced says that the race detector watches, which makes drawing ten times slower.
const raced = false
