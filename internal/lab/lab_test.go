package lab

import (
	"testing"

	"sioscope/internal/lab/rawclient"
)

func TestMain(m *testing.M) { rawclient.Main(m) }

// start starts a lab that ends with the test.
func start(t *testing.T, o Options) *Lab {
	t.Helper()
	l, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func TestSwitches(t *testing.T) {
	t.Parallel()
	l := start(t, Options{Clients: -1})
	set := func(id string, on bool) {
		t.Helper()
		if err := l.Set(id, on); err != nil {
			t.Fatal(err)
		}
	}
	want := func(on ...string) {
		t.Helper()
		for _, f := range Faults() {
			wanted := false
			for _, id := range on {
				wanted = wanted || id == f.ID
			}
			if l.On(f.ID) != wanted {
				t.Errorf("%s is on: %v, want %v", f.ID, l.On(f.ID), wanted)
			}
		}
	}
	want(PerConnection)
	set(CookieAffinity, true)
	want(CookieAffinity)
	set(Upgrade403, true)
	set(UpgradeStripped, true)
	set(SharedMessages, true)
	want(CookieAffinity, UpgradeStripped, SharedMessages)
	set(CookieAffinity, false)
	set(UpgradeStripped, false)
	want(PerConnection, SharedMessages)
	if err := l.Set(PerConnection, false); err == nil {
		t.Error("the balancer was left without a way to choose nodes")
	}
	if err := l.Set("no-such-thing", true); err == nil {
		t.Error("a fault that there is not was switched")
	}
	for _, o := range []Options{{Nodes: 27}, {Clients: 51}, {Faults: []string{"x"}}, {Listen: "256.0.0.1:0"}} {
		if l, err := Start(o); err == nil {
			l.Close()
			t.Errorf("%+v was started", o)
		}
	}
}

func TestFaultsAreDescribed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range Faults() {
		if f.ID == "" || f.Name == "" || f.About == "" || seen[f.ID] {
			t.Errorf("%+v", f)
		}
		seen[f.ID] = true
	}
}

// BenchmarkStart says what a lab costs to start and to end.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		l, err := Start(Options{Clients: -1})
		if err != nil {
			b.Fatal(err)
		}
		l.Close()
	}
}
