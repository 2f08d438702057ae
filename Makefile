# Two commands: make run, make test. Both install what they miss; nothing else has to be prepared.

ifeq ($(shell command -v go),)
$(error Go is not here: please install Go 1.26 or later from https://go.dev/dl and put its bin directory into PATH)
endif

# Every go command below, and every one those start, gets Fyne's tag from this one line: it goes with
# fyneDo in FyneApp.toml.
export GOFLAGS := $(filter-out -tags=%,$(shell go env GOFLAGS)) -tags=migrated_fynedo

out         := .build
window      := ./cmd/sioscope
staticcheck := honnef.co/go/tools/cmd/staticcheck@v0.8.2
# Everything but the window: it needs no OpenGL, so it can be built with the race detector in reasonable time.
parts        = $$(go list ./... | grep -v '/cmd/sioscope$$')
# A display for the window's tests; only X11 can be had without a screen.
display     := $(if $(filter Linux,$(shell uname -s)),xvfb-run -a -s "-screen 0 1600x1000x24")
# How long "make fuzz" stays on one target.
FUZZTIME    ?= 30s

.PHONY: help run build sio window test lint cross bench causes fuzz readme screenshots bench-window soak clean

help:
	@echo 'make run          build sioscope and open its window on its lab'
	@echo 'make test         build both programs and run every test'
	@echo 'make build        .build/sioscope and .build/sio'
	@echo 'make sio          .build/sio alone: needs Go, nothing else'
	@echo 'make lint         gofmt, go vet, staticcheck'
	@echo 'make cross        build sio for every system it is meant for'
	@echo 'make bench        how fast captures are read, stage by stage, the timeline is drawn and packets are searched'
	@echo 'make bench-window frames, stalls and memory of a real window in which much happens'
	@echo 'make soak         the window on its lab, every fault switched, for SOAK=10m'
	@echo 'make causes       which causes are taken for which, over all stories and recordings'
	@echo 'make fuzz         every fuzz target, FUZZTIME=30s each'
	@echo 'make readme       write the table of causes into the README'
	@echo 'make screenshots  every panel and dialog of a real window, into .build/screenshots'
	@echo 'make clean        remove .build'

# Fyne complains of a locale that is no language.
run:
	@case "$$LANG" in ''|C|C.*|POSIX) export LANG=en_US.UTF-8;; esac; \
	if .ci/setup build; then $(MAKE) --no-print-directory window && $(out)/sioscope; else \
		echo 'The window cannot be built here, so this is what sio says about the lab it would show:' >&2; \
		$(MAKE) --no-print-directory sio && $(out)/sio lab --for 3s; fi

build: sio
	@.ci/setup build
	@$(MAKE) --no-print-directory window

sio:
	CGO_ENABLED=0 go build -o $(out)/ ./cmd/sio

# The OpenGL bindings are the slow part, the first time only.
window:
	@test -e $(out)/sioscope || echo 'Building the window; the first time this takes a few minutes.' >&2
	CGO_ENABLED=1 go build -o $(out)/ $(window)

# Vet has a place of its own, in lint. Each go test runs even where one before fails; that of every screen's texts is too
# slow for the race detector.
test: export LANG := en_US.UTF-8
test:
	@.ci/setup test
	@$(MAKE) --no-print-directory sio window
	@status=0; \
	CGO_ENABLED=1 go test -race -vet=off -timeout 20m $(parts) || status=1; \
	CGO_ENABLED=0 go test -vet=off -run '^TestNoTextIsCut' ./ui || status=1; \
	CGO_ENABLED=1 $(display) go test -vet=off $(window)/... || status=1; \
	exit $$status

lint:
	@.ci/setup build
	@echo 'gofmt -l .'; bad=$$(gofmt -l .) && test -z "$$bad" || { echo "not gofmt'ed: $$bad" >&2; exit 1; }
	go vet ./...
	go run $(staticcheck) ./...

cross:
	@for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64; do \
		echo "build ./cmd/sio for $$target"; \
		GOOS=$${target%/*} GOARCH=$${target#*/} CGO_ENABLED=0 go build -o /dev/null ./cmd/sio || exit 1; \
	done

# The stages one by one, and sio next to tshark where that is installed. The benchmarks of single parts: go test -bench.
bench: sio
	@go run ./internal/bench/cmd -dir $(out)/bench
	@go run ./internal/bench/cmd -dir $(out)/bench -report -sio $(out)/sio

	@$(MAKE) --no-print-directory bench-window

# A window that is fed by a program called sio, which is the test's own; where no display can be had, it says so.
bench-window:
	@command -v xvfb-run >/dev/null || { echo 'The window is not measured: there is no xvfb-run.'; exit 0; }; \
	mkdir -p $(out)/window && CGO_ENABLED=1 go test -c -o $(out)/window/window.test $(window) && ln -sf window.test $(out)/window/sio || exit 1; \
	mkdir -p $(out)/bench; for stage in live file million; do \
		LANG=en_US.UTF-8 XDG_CONFIG_HOME=$$(mktemp -d) SIOSCOPE_BENCH=$$stage SIOSCOPE_BENCH_DIR=$(out)/bench $(display) $(out)/window/window.test || exit 1; \
	done

# How long "make soak" goes on. With -race: make soak SOAK=2m RACE=-race
SOAK ?= 10m
soak:
	SIOSCOPE_SOAK=$(SOAK) LANG=en_US.UTF-8 go test $(RACE) ./ui -run '^TestSoak$$' -v -count 1 -timeout 2h

causes:
	@go run ./internal/causes/cmd

fuzz:
	@all=$$(go test -list '^Fuzz' $(parts)) || { echo "$$all" >&2; exit 1; }; \
	echo "$$all" | awk '/^Fuzz/ { name[n++] = $$1 } /^ok/ { while (n) print $$2, name[--n] }' | \
	while read -r package target; do \
		echo "$$target in $$package"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package" </dev/null || exit 1; \
	done

readme:
	go test ./ui/report -run '^TestReadmeHasTheCauses$$' -update-readme

screenshots:
	@.ci/setup screenshots
	@$(MAKE) --no-print-directory window
	.ci/screenshots $(out)/sioscope $(out)/screenshots
	.ci/walk $(out)/sioscope $(out)/screenshots

clean:
	rm -rf $(out)
