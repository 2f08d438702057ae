package lab

import (
	_ "embed"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
)

//go:embed page.html
var pageText string

// page is what a browser sees that is pointed at the lab: one more client of it, which needs nothing from elsewhere.
func page(w http.ResponseWriter, named http.Header, path string) {
	maps.Copy(w.Header(), named)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	quoted, _ := json.Marshal(path) // no text fails
	io.WriteString(w, strings.ReplaceAll(pageText, `"{{path}}"`, string(quoted)))
}
