package cli

import "golang.org/x/sys/windows"

// systemLocale is the language that Windows shows its user, "ja-JP"; "" where it does not tell.
func systemLocale() string {
	names, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	if err != nil || len(names) == 0 {
		return ""
	}
	return names[0]
}
