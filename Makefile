# Every target is a small program in tools/, the same on Windows: python -m tools.run, python -m tools.test ...
# Another Python: make run PYTHON=python3.12      More for a program: make test ARGS="-k border"

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$p" && exit; done; echo python3)
ARGS ?=
EVENTS ?= 100000
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench simulate demo requirements clean

help:
	@echo "make run           start Panj on http://127.0.0.1:8050 (installs and loads what is missing)"
	@echo "make test          run every test, browser tests included (installs what they need)"
	@echo "make check         style, types, who imports whom"
	@echo "make demo          the same page on generated events (EVENTS=$(EVENTS) SEED=$(SEED))"
	@echo "make bench         measure what the project promises"
	@echo "make simulate      how often the statistics are wrong on maps without a hotspot (some minutes)"
	@echo "make requirements  compile requirements*.in to pinned requirements*.txt"
	@echo "make clean         remove everything that can be made again; data/ stays"

run:
	@"$(PYTHON)" -m tools.run $(ARGS)

test:
	@"$(PYTHON)" -m tools.test $(ARGS)

check:
	@"$(PYTHON)" -m tools.check

bench:
	@"$(PYTHON)" -m tools.bench $(ARGS)

simulate:
	@"$(PYTHON)" -m tools.simulate $(ARGS)

demo:
	@"$(PYTHON)" -m tools.run --demo --events $(EVENTS) --seed $(SEED) $(ARGS)

requirements:
	@"$(PYTHON)" -m tools.pins $(ARGS)

clean:
	@"$(PYTHON)" -m tools.clean
