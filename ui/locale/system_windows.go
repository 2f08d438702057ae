package locale

import "golang.org/x/sys/windows"

// system is the language that Windows shows its user, "ja-JP"; "" where it does not tell.
func system() string {
	names, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	if err != nil || len(names) == 0 {
		return ""
	}
	return names[0]
}
