package dial

import (
	"context"
	"errors"
	"io"
	"net/url"
	"syscall"
	"testing"

	"sioscope/assets"
	"sioscope/protocol/lang"
	"sioscope/protocol/lang/langtest"
)

// TestInJapanese: failures are explained in the reader's language, with what they are made of.
func TestInJapanese(t *testing.T) {
	t.Parallel()
	ja, err := lang.Parse(assets.Sentences("ja"))
	if err != nil {
		t.Fatal(err)
	}
	at := &url.URL{Scheme: "http", Host: "example.test:80", Path: "/socket.io/"}
	proxy := &url.URL{Scheme: "http", Host: "proxy.test:3128"}
	through := &Network{Proxy: proxy}
	_, noHost := ParseURL("http://")
	_, noPort := ParseURL("http://a:b/c@d")
	for _, tt := range []error{
		(&Network{}).failed(context.Background(), at, at, syscall.ECONNREFUSED),
		through.failed(context.Background(), at, proxy, syscall.ECONNREFUSED),
		through.stalled(at, proxy),
		Unanswered(at, 0, io.ErrUnexpectedEOF),
		Stranger(at, 404, "text/html", "", nil),
		Stranger(at, 404, "text/html", "", []byte("there is no such page here")),
		noHost, noPort,
		context.Canceled, context.DeadlineExceeded,
		failure(SessionLost, nil, lang.Say("%s of the session was answered with %s", lang.Say("a poll"), opening(answer{status: 500}))),
	} {
		said := Explain(ja, tt)
		if !langtest.Japanese(said) || langtest.English(said) != "" {
			t.Errorf("%v is explained as %q", tt, said)
		}
	}
	left := Event{Kind: Left, Said: lang.Say("the session is over: %s", explained{errors.Join(context.Canceled)})}
	if got := left.In(ja); langtest.English(got) != "" || got != "セッションが終了しました：中断されました" {
		t.Errorf("an event is told as %q", got)
	}
	if got := left.String(); got != "the session is over: interrupted" {
		t.Errorf("in English, it is told as %q", got)
	}
}
