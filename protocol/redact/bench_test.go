package redact

import "testing"

// healthy are rows as most sessions have them.
var healthy = []struct{ name, text string }{
	{"handshake", `0{"sid":"32ZQ1nFjLnuHUbr3AAAA","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`},
	{"event", `42["message",{"room":"blue","from":"ann","text":"the quick brown fox jumps over the lazy dog","at":1795424400123}]`},
	{"prices", `42["tick",{"symbol":"ACME","bid":101.25,"ask":101.5,"sizes":[100,250,75],"venue":"XTKS","seq":918273}]`},
	{"key", `42["keydown",{"key":"Enter","keyCode":13,"shift":false,"target":"input","token":{}}]`},
	{"Japanese", `42["chat",{"部屋":"青","名前":"花子","本文":"おはようございます。今日もよろしくお願いします。","時刻":1795424400123}]`},
	{"URL", `42["image",{"src":"https://cdn.example.com/images/2026/11/23/picture-of-a-cat.png","width":640,"height":480}]`},
}

func BenchmarkText(b *testing.B) {
	for _, h := range healthy {
		b.Run(h.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Redactor{}.Text(h.text)
			}
		})
	}
}
