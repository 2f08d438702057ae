// Package house holds the rules of the tree, as tests: who may import whom, what protocol must not touch, what
// lies at the top. It has no code of its own. A rule that turns out wrong is changed here, in its own commit,
// with the reason.
package house
