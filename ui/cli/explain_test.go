package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func explained(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(t.Context(), append([]string{"explain"}, args...), nil, &out, &errs)
	return out.String(), errs.String(), code
}

func TestExplain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		want []string
	}{
		{"all", nil, []string{"no-affinity-per-request", "upgrade-header-stripped", "Requests reach a node"}},
		{"one", []string{"upgrade-header-stripped"}, []string{"The Upgrade header does not reach the server", "nginx", "proxy_set_header Upgrade $http_upgrade;"}},
		{"one for a ticket", []string{"--format", "md", "upgrade-header-stripped"}, []string{"## The Upgrade header", "```\n", "- **nginx**: "}},
		{"all for a README", []string{"--format", "md"}, []string{"| `upgrade-header-stripped` | The Upgrade header does not reach the server |"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			out, errs, code := explained(t, test.args...)
			if code != ok || errs != "" {
				t.Fatalf("exit code %d, %s", code, errs)
			}
			for _, w := range test.want {
				if !strings.Contains(out, w) {
					t.Errorf("lacks %q:\n%s", w, out)
				}
			}
		})
	}
}

func TestExplainJSON(t *testing.T) {
	t.Parallel()
	out, _, _ := explained(t, "--format", "json", "frames-blocked")
	var got struct {
		Schema string
		Causes []struct{ ID, Family string }
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != "sioscope.causes/1" || len(got.Causes) != 1 || got.Causes[0].ID != "frames-blocked" || got.Causes[0].Family == "" {
		t.Errorf("got %+v", got)
	}
}

func TestExplainUnknown(t *testing.T) {
	t.Parallel()
	out, errs, code := explained(t, "no-afinity-per-conection")
	if code != failed || out != "" || !strings.Contains(errs, "did you mean no-affinity-per-connection?") {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
	for typed, want := range map[string]string{
		"no-afinity":     "did you mean no-affinity-per-request or no-affinity-per-connection or ",
		"websocket":      "did you mean websocket-over-h2-unsupported?",
		"uprgade-failed": "did you mean upgrade-failed?",
		"xyzzy":          `no cause "xyzzy"; sio explain lists them`,
		"e":              `no cause "e"; sio explain lists them`,
	} {
		if _, errs, code := explained(t, typed); code != failed || !strings.Contains(errs, want) {
			t.Errorf("%s: exit code %d, %q, want %q", typed, code, errs, want)
		}
	}
	if out, errs, code := explained(t, "Upgrade-Failed"); code != ok || !strings.Contains(out, "upgrade-failed") {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
	if _, errs, code := explained(t, "a", "b"); code != failed || !strings.Contains(errs, "takes one cause") {
		t.Errorf("exit code %d, %q", code, errs)
	}
}
