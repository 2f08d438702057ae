package redact

import "strings"

// File is what a file is called in what is passed on: where its name begins at the root of a disk, without its directory,
// which has the name of a user, or a customer's.
func (r Redactor) File(name string) string {
	if r.Off || !rooted(name) {
		return name
	}
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

// Files has what File gives in the place of files' names wherever a text has one.
func (r Redactor) Files(text string, names ...string) string {
	for _, name := range names {
		if short := r.File(name); short != "" && short != name {
			text = strings.ReplaceAll(text, name, short)
		}
	}
	return text
}

// rooted says whether a file's name begins at a root, of whatever system: what is written on one is read on others.
func rooted(name string) bool {
	drive := len(name) > 2 && isLetters(name[:1]) && name[1] == ':' && (name[2] == '\\' || name[2] == '/')
	return drive || strings.HasPrefix(name, "/") || strings.HasPrefix(name, `\\`)
}
