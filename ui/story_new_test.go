package ui_test

import (
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/assets"
	"sioscope/ui/chart"
	"sioscope/ui/walk"
)

func TestQAReadsTheAnswerFromAcrossTheRoomAndSavesEvidence(t *testing.T) {
	p := sits(t, nil)
	path := customers(t, "direct-v4/capture.pcap", "release.pcap")
	p.Drop(path)
	p.Sees("On WebSocket: all 3 sessions")
	p.Types("q")
	p.Sees("Save evidence…", "Next session")
	p.Until("the word is on green", func() bool { return p.shows(green) && !p.shows(orange) })
	p.Click("Next session")
	p.Click("Save evidence")
	p.Press("Enter")
	p.Sees("Saved")
	p.Until("picture and JSON lie beside the capture", func() bool {
		pictures, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.png"))
		reports, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.json"))
		return len(pictures) == 1 && len(reports) == 1 && strings.Contains(p.file(reports[0]), "websocket")
	})
	p.Press("Esc", "Esc")
	p.Sees("On WebSocket: all 3 sessions")
}

func TestQASeesTheWordChangeWhileTheLabIsMended(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+L")
	p.Sees("3 of 3 sessions never upgraded")
	p.Types("q")
	p.Until("the word is on orange", func() bool { return p.shows(orange) })
	p.Press("Esc")
	p.Click("Affinity by cookie")
	p.Sees("On WebSocket")
	p.Types("q")
	p.Until("the word is on green", func() bool {
		if p.Offers("View", "QA view") && !p.shows(green) {
			p.Click("Newest")
		}
		return p.shows(green)
	})
}

// What WEBSOCKET and POLLING stand on.
var green, orange = color.RGBA{0, 0x73, 0x4f, 255}, color.RGBA{0xe6, 0x9f, 0, 255}

// shows says whether a large part of the window has a colour: what is drawn large cannot be read otherwise.
func (p *person) shows(c color.RGBA) bool {
	p.Helper()
	img := p.w.Fyne().Canvas().Capture()
	n, all := 0, 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 4 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x += 4 {
			all++
			if color.RGBAModel.Convert(img.At(x, y)) == c {
				n++
			}
		}
	}
	return n*20 > all
}

func TestDeveloperComparesBeforeAndAfterTheFix(t *testing.T) {
	p := sits(t, nil)
	before, after := sent(t, "before.pcap", assets.Demo), customers(t, "direct-v3/capture.pcapng", "after.pcapng")
	p.Drop(before)
	p.Sees("On polling, not WebSocket")
	p.Press("Ctrl+J")
	p.Sees("one above the other and aligned at the handshake")
	p.Types(after)
	p.Press("Enter")
	p.Sees("What differs", "fault of Before")
	p.Click("Swap")
	p.Click("Close")
	p.Sees("On polling, not WebSocket: the one session never upgraded")
}

func TestSupportWritesANoteOnAMomentAndFindsItAgain(t *testing.T) {
	p := sits(t, nil)
	path := sent(t, "customer.pcap", assets.Demo)
	p.Drop(path)
	p.Sees("16 of 16 rows")
	p.Types("nr")
	p.Press("Down", "Down", "Down", "Down")
	p.Types("a")
	p.Sees("Note on this moment")
	p.Types("here it was refused")
	p.Press("Ctrl+Enter")
	p.Misses("Note on this moment")
	p.Press("Ctrl+R")
	p.Copied("here it was refused")
	p.CloseWindow()
	p.Again(p.open)
	p.Drop(path)
	p.Sees("16 of 16 rows")
	p.Press("Ctrl+R")
	p.Copied("here it was refused")
}

func TestDeveloperMeasuresBetweenTwoTimes(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+D")
	p.Sees("16 of 16 rows")
	p.Types("nr")
	p.Press("Down", "Down", "Down")
	p.Types("m")
	p.Press("Down")
	p.Types("m")
	p.Sees("Δ 19.747 ms")
	p.Press("Ctrl+Shift+M")
	p.Copied("Δ 19.747 ms")
}

func TestDeveloperGoesFromHitToHit(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+D")
	p.Sees("16 of 16 rows")
	p.Press("Ctrl+F")
	p.Types("ping")
	p.Sees("hits in 1 session")
	p.Press("Enter")
	p.Press("F3")
	p.Sees("Hit 2 of 5")
	p.Press("Shift+F3")
	p.Sees("Hit 1 of 5")
}

func TestSomebodyReadsJapaneseAtOnce(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+D")
	p.Sees("On polling, not WebSocket: the one session never upgraded")
	p.Menu("View", "Language", "日本語")
	p.Sees("WebSocket ではなくポーリング", "理由と対処")
	p.Types("w")
	p.Sees("ロードバランサーが接続ごとに別のノードへ送っている")
	p.Press("Esc")
	p.Menu("ファイル", p.w.S("Close capture"))
	p.Sees("実際に使われているトランスポートは？")
}

func TestSomebodyWorksInJapaneseFromAnExportToTheTicket(t *testing.T) {
	p := sits(t, japanese)
	path := sent(t, "customer.pcap", assets.Demo)
	p.Drop(path)
	p.Sees("WebSocket ではなくポーリング")
	p.Press("Ctrl+R")
	p.Copied("別のノード")
	p.Press("Ctrl+E")
	p.Sees("ページ（HTML）", "機密情報をマスク")
	p.Press("Enter")
	out := filepath.Join(filepath.Dir(path), "customer.html")
	p.Until("the page is there", func() bool { _, err := os.Stat(out); return err == nil })
	if !strings.Contains(p.file(out), `lang="ja"`) {
		t.Error("the page is in another language")
	}
}

func TestDeveloperWatchesInTwoWindows(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+D")
	p.Sees("16 of 16 rows")
	p.Press("Ctrl+Shift+N")
	if p.Windows() != 2 {
		t.Fatalf("there are %d windows", p.Windows())
	}
	p.Sees("Which transport is really in use?")
	p.Press("Ctrl+L")
	p.Sees("● live")
	p.CloseWindow()
	if p.Windows() != 1 {
		t.Fatalf("there are %d windows", p.Windows())
	}
	p.Sees("16 of 16 rows")
}

func TestDeveloperZoomsAndDragsTheTimeline(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+D")
	p.Sees("16 of 16 rows")
	p.Rest()
	_, at := walk.Find[*chart.Chart](p.User)
	hover := at.Add(fyne.NewPos(700, 30))
	time := func() string {
		p.Point(hover.AddXY(1, 0))
		p.Point(hover)
		for _, row := range p.Rows() {
			for _, s := range row {
				if strings.Contains(s, " s  ·  ") {
					return s
				}
			}
		}
		return ""
	}
	first := time()
	p.Wheel(hover.AddXY(-200, 0), 40)
	zoomed := time()
	p.Drag(hover, 60, 0)
	dragged := time()
	if first == "" || first == zoomed || zoomed == dragged {
		t.Errorf("under the mouse is %q, zoomed %q, dragged %q", first, zoomed, dragged)
	}
	p.Types("f")
	if got := time(); got != first {
		t.Errorf("all of the time again: %q, and it was %q", got, first)
	}
}

func TestDeveloperPausesWhatIsLive(t *testing.T) {
	p := sits(t, nil)
	p.Press("Ctrl+L")
	p.Sees("● live", "3 of 3 sessions never upgraded")
	p.Press("Ctrl+P")
	p.Sees("Follow live")
	p.Press("Ctrl+P")
	p.Misses("Follow live")
}
