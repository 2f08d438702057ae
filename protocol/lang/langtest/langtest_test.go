package langtest

import "testing"

func TestEnglish(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"サーバーがアップグレードを提示していない":                                                                     "",
		"GET /socket.io/?EIO=4&transport=polling → 400 JSON code 1 \"that is no session of mine\"": "",
		"cookie SERVERID insert indirect nocache を設定する":                                            "",
		"upstream { hash $remote_addr consistent; server …; } を使う":                                 "",
		"サーバー: the server offers no upgrade":                                                       "the server offers no upgrade",
		"The node ended 3 sessions, and the":                                                       "",
		"The node ended its sessions, and the handshakes after that":                               "The node ended its sessions, and the handshakes after that",
		"a larger maxHttpBufferSize, or a limit for all of them":                                   "or a limit for all of them",
		"the server's own answer":                                                                  "the server's own answer",
	} {
		if got := English(text); got != want {
			t.Errorf("%q has %q, want %q", text, got, want)
		}
	}
	if Japanese("only Latin → 400") || !Japanese("再起動") || !Japanese("a の b") {
		t.Error("Japanese is not told by its script")
	}
}

func TestStray(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2.0 秒 の無通信":           "秒 の",
		"応答は （なし）":             "は （",
		"60 ms の無通信、3 件":       "",
		`本文は "日本 語" です`:        "",
		"WebSocket を 1 本に、A に": "",
	} {
		if got := Stray(text); got != want {
			t.Errorf("%q has %q, want %q", text, got, want)
		}
	}
}
