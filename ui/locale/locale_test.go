package locale

import "testing"

func TestTheFirstVariableThatIsSetTellsTheLanguage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"Japanese", map[string]string{"LANG": "ja_JP.UTF-8"}, "ja"},
		{"without a country", map[string]string{"LANG": "ja.UTF-8"}, "ja"},
		{"as Windows writes it", map[string]string{"LANG": "ja-JP"}, "ja"},
		{"messages before all", map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "ja_JP.UTF-8"}, "ja"},
		{"all before messages", map[string]string{"LC_ALL": "de_DE", "LC_MESSAGES": "ja_JP.UTF-8"}, "de"},
		{"C", map[string]string{"LANG": "C.UTF-8"}, "c"},
	} {
		if got := Of(func(name string) string { return tt.env[name] }); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestEveryLanguageHasItsNameAndItsSentences(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for i, language := range Languages() {
		if (Words(language) == nil) != (i == 0) {
			t.Errorf("%s has %d sentences", language, len(Words(language)))
		}
		if name := Name(language); names[name] || name == "" {
			t.Errorf("%s calls itself %q, as another does", language, name)
		} else {
			names[name] = true
		}
	}
	for _, none := range []string{"", "c", "de", "../ja"} {
		if Words(none) != nil {
			t.Errorf("%q has sentences", none)
		}
	}
}
