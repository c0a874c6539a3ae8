# For people: run, test (T=t/one.t for one file), valgrind, asan, bench, fuzz,
# fuzz-http, lint, compat, people, pictures, cluster, deb, deb-test; they install
# what is missing first (tools/install-dependencies).
# For builds: all, the default.  BUILD=DIR builds elsewhere, CC=clang with
# another compiler, NGX_FLAGS=--with-compat against
# headers that were configured so.

SHELL = /bin/bash
NGINX_SRC ?= /usr/share/nginx/src
BUILD ?= build
NGINX_BINARY ?= /usr/sbin/nginx

WARNINGS = -Wall -Wextra -Werror

# How the modules are built: the contract and the gateway as one, which spares
# some 3 % of a request's instructions.  clang would need a linker of its own.
OPTIMIZE = -O3 -fno-semantic-interposition \
    $(if $(findstring clang,$(CC)),,-flto=auto)

CONTRACT_LIBS = -ljansson -lpcre2-8 -lutf8proc -lidn2 -lcrypto
CONTRACT_CFLAGS = -std=c11 -O2 -g $(WARNINGS) -Wpedantic -Wshadow \
    -Wstrict-prototypes -Wmissing-prototypes -Ingx_riverty_customer_module $(CFLAGS)

ROOM = ngx_riverty_customer_module
CONTRACT_SRCS = $(wildcard $(ROOM)/contract/*/*.c)
CONTRACT_OBJS = $(CONTRACT_SRCS:$(ROOM)/%.c=$(BUILD)/obj/%.o)
CLI_SRCS = $(wildcard $(ROOM)/cli/*.c $(ROOM)/cli/*/*.c)
CLI_OBJS = $(CLI_SRCS:$(ROOM)/%.c=$(BUILD)/obj/%.o)
HEADERS = $(wildcard $(ROOM)/*/*.h $(ROOM)/*/*/*.h)
MODULE_SRCS = $(CONTRACT_SRCS) \
    $(wildcard $(ROOM)/gateway/*.c $(ROOM)/sandbox/*.c)
UNIT_SRCS = $(wildcard t/contract/*.c)
UNIT_TESTS = $(UNIT_SRCS:t/contract/%.c=$(BUILD)/t/%)

MODULES = $(BUILD)/ngx_riverty_customer_module.so \
    $(BUILD)/ngx_riverty_sandbox_module.so

T = $(wildcard t/*.t) $(UNIT_TESTS)

# Test::Nginx: everything under build/, and a port of this run's own, so that
# two live side by side.
ifndef TEST_NGINX_PORT
TEST_NGINX_PORT := $(shell \
    while port=$$((10000 + RANDOM % 2000 * 10)); \
        (: < /dev/tcp/127.0.0.1/$$port) 2> /dev/null; do :; done; echo $$port)
endif
export BUILD NGINX_BINARY
export CMOCKA_MESSAGE_OUTPUT = TAP
export TEST_NGINX_PORT
export TEST_NGINX_BINARY = $(NGINX_BINARY)
export TEST_NGINX_SERVROOT = $(abspath $(BUILD))/t/servroot_$(TEST_NGINX_PORT)
export TEST_NGINX_LOAD_MODULES = $(abspath $(MODULES))

.PHONY: docs all modules unit run test valgrind bench fuzz fuzzers lint warnings \
    check-symbols clean
.DELETE_ON_ERROR:

all: modules $(BUILD)/riverty-customer

modules: $(MODULES)

# nginx's build tree: links to the distribution's, configured as it was.
# A source that is new or gone asks for a new configure.
.PHONY: FORCE
$(BUILD)/sources.list: FORCE
	@mkdir -p $(BUILD)
	@printf '%s\n' $(sort $(MODULE_SRCS) $(HEADERS)) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/nginx/objs/Makefile: $(BUILD)/sources.list config Makefile
	@mkdir -p $(BUILD)/nginx
	cp -asfT $(NGINX_SRC) $(BUILD)/nginx
	$(if $(NGX_FLAGS),,. $(NGINX_SRC)/conf_flags &&) cd $(BUILD)/nginx && \
	    ./configure $(or $(NGX_FLAGS),"$${NGX_CONF_FLAGS[@]}") --with-cc="$(CC)" \
	    --with-cc-opt="-g $(CFLAGS) $(OPTIMIZE) -fstack-protector-strong $(or $(CPPFLAGS),-D_FORTIFY_SOURCE=2) -fPIC $(WARNINGS)" \
	    --with-ld-opt="-Wl,-z,relro -Wl,-z,now -fPIC $(LDFLAGS)" \
	    --add-dynamic-module=$(CURDIR) > configure.log \
	    || { tail -n 5 configure.log; exit 1; }

$(MODULES) &: $(BUILD)/nginx/objs/Makefile $(MODULE_SRCS) $(HEADERS)
	$(MAKE) --no-print-directory -C $(BUILD)/nginx -f objs/Makefile modules \
	    > $(BUILD)/modules.log
	cp --remove-destination $(addprefix $(BUILD)/nginx/objs/,$(notdir $(MODULES))) $(BUILD)/

$(BUILD)/obj/%.o: $(ROOM)/%.c $(HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -c -o $@ $<

$(BUILD)/libriverty.a: $(CONTRACT_OBJS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/riverty-customer: $(CLI_OBJS) $(BUILD)/libriverty.a
	$(CC) $(LDFLAGS) -o $@ $^ $(CONTRACT_LIBS) -lz

unit: $(UNIT_TESTS)

$(BUILD)/t/%: t/contract/%.c $(BUILD)/libriverty.a $(wildcard t/contract/*.h)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -o $@ $< $(BUILD)/libriverty.a $(CONTRACT_LIBS) \
	    -lcmocka

# The recipes below build by a make of their own: what is missing is installed
# by then, every core is used, and nothing but complaints is printed.
PARALLEL = $(MAKE) -s --no-print-directory -j$(shell nproc)

# $(call prepare,GROUPS of what is installed,TARGETS)
define prepare
@tools/install-dependencies $(1)
@echo building
@$(PARALLEL) $(2)
endef

run:
	$(call prepare,build,all)
	@tools/demo

test:
	$(call prepare,build test,all unit)
	@prove $(T) && rm -rf $(TEST_NGINX_SERVROOT)

# The tests with an nginx that somebody else has built (tools/asan).
.PHONY: test-with asan
test-with:
	@prove $(T)

asan:
	@tools/install-dependencies build test lint
	@tools/asan

# Unit tests, the sandbox's tests and the demo's create, read and update.
VALGRIND = valgrind -q --leak-check=full --show-leak-kinds=definite \
    --suppressions=t/valgrind.supp --error-exitcode=99
valgrind:
	$(call prepare,build test,all unit)
	@rm -rf $(BUILD)/valgrind && mkdir $(BUILD)/valgrind
	@prove --exec '$(VALGRIND)' $(UNIT_TESTS)
	@TEST_NGINX_USE_VALGRIND=1 prove t/sandbox.t
	@ONCE=1 PORT=8090 API_PORT=8091 \
	    NGINX_BINARY="$(VALGRIND) --log-file=$(abspath $(BUILD))/valgrind/%p.log $(NGINX_BINARY)" \
	    tools/demo > $(BUILD)/valgrind/demo.out
	@! grep . $(BUILD)/valgrind/*.log

bench:
	$(call prepare,build bench,all $(BUILD)/bench-load)
	@t/bench/run

$(BUILD)/bench-load: $(wildcard t/bench/load.c t/bench/api.[ch])
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -o $@ $(filter %.c,$^)

# The gateway for ten minutes under all that happens to one: SECONDS=1800 for
# thirty, CLIENTS=8 for more of them.
.PHONY: soak
soak:
	$(call prepare,build test,all)
	@t/soak/run $(or $(SECONDS),600)

# Three gateways that act as one (docs/scale.md): SECONDS=60, how long the
# collector of their records is away.
.PHONY: cluster
cluster:
	$(call prepare,build test cluster,all)
	@t/cluster/run $(or $(SECONDS),60)

# Whether the cost grows with what it may grow with: bytes, and nothing else.
.PHONY: bench-scale
bench-scale:
	$(call prepare,build bench,all $(BUILD)/bench-load)
	@t/bench/scale

# Where a request's instructions go.
.PHONY: bench-profile
bench-profile:
	$(call prepare,build bench,all $(BUILD)/bench-load)
	@t/bench/profile

# All benches, and what they say in docs/performance.md and its chart: half an
# hour of a machine that does nothing else.
.PHONY: bench-docs
bench-docs: bench bench-audit bench-scale bench-profile
	@t/bench/docs

# What the audit record adds: without one, with one, chained, `required`.
.PHONY: bench-audit
bench-audit:
	$(call prepare,build bench,all $(BUILD)/bench-load)
	@t/bench/run audit

SCRIPTS = $(wildcard .ci/* tools/* t/*.t t/bench/* t/fuzz/* t/fuzz_http/* t/people/* t/soak/* t/clients/run t/cluster/* t/lib/*)
lint: warnings
	shellcheck $$(grep -lE '^#!/bin/(ba)?sh' $(SCRIPTS))
	@for script in $$(grep -l '^#!/usr/bin/perl' $(SCRIPTS)); do \
	    perl -c $$script || exit 1; done

# Both compilers, every warning an error; the objects stay apart.
warnings:
	@tools/install-dependencies build test lint
	@echo building with gcc and clang
	@$(PARALLEL) BUILD=build/gcc CC=gcc all unit
	@$(PARALLEL) BUILD=build/clang CC=clang all unit

# The status page as docs/ shows it (needs pngquant, too).
.PHONY: pictures
pictures:
	$(call prepare,build test,all)
	@tools/status-page-pictures

# What of docs/ derives from the tables.
docs: $(BUILD)/riverty-customer
	$< fields --markdown > docs/fields.md
	$< rules --markdown > docs/rules.md
	$< fields --json-schema > docs/customer.schema.json
	tools/metrics-doc

# The contract knows no nginx.
check-symbols: $(BUILD)/libriverty.a
	@! nm -A $< | grep ngx_

# The modules, the command, its manual page and its completion.  A file that
# nginx has open is never written to: its workers would die of what they find in
# it; the new one takes its name.
PREFIX ?= /usr
MODULES_DIR ?= /usr/lib/nginx/modules
BIN_DIR ?= $(PREFIX)/bin
.PHONY: install
install: all
	@set -e; install_file() { \
	    mkdir -p "$(DESTDIR)$$2"; \
	    install -m "$$3" "$$1" "$(DESTDIR)$$2/.$${1##*/}.new"; \
	    mv -f "$(DESTDIR)$$2/.$${1##*/}.new" "$(DESTDIR)$$2/$${4:-$${1##*/}}"; \
	}; \
	for module in $(MODULES); do \
	    install_file $$module $(MODULES_DIR) 644; \
	done; \
	install_file $(BUILD)/riverty-customer $(BIN_DIR) 755; \
	install_file docs/riverty-customer.1 $(PREFIX)/share/man/man1 644; \
	install_file docs/riverty-customer.bash \
	    $(PREFIX)/share/bash-completion/completions 644 riverty-customer

# What Containerfile runs, in folders with a Debian of their own.
.PHONY: container-try
container-try:
	@tools/install-dependencies compat
	@tools/container-try

# Debian packages in build/deb, of what git knows, for the Debian that this is.
# deb-test installs, upgrades and purges them in folders with a Debian of their
# own: bookworm, trixie and sid.
.PHONY: deb deb-test
deb:
	@tools/install-dependencies build deb
	@tools/deb $(BUILD)/deb

deb-test:
	@tools/install-dependencies compat
	@tools/deb-test

clean:
	rm -rf $(BUILD)

# libFuzzer under ASAN and UBSAN, FUZZ_SECONDS for each target; what it finds
# stays in build/fuzz/corpus-*, and a crash in build/fuzz/crash-*.
FUZZ_SECONDS ?= 60
FUZZERS = $(patsubst t/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard t/fuzz/fuzz_*.c))

$(BUILD)/fuzz/%: t/fuzz/%.c t/fuzz/fuzzed.h $(CONTRACT_SRCS) $(HEADERS)
	@mkdir -p $(@D)
	clang -std=gnu11 -D_GNU_SOURCE= -O1 -g $(WARNINGS) -I$(ROOM) \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	    -o $@ $< $(CONTRACT_SRCS) $(CONTRACT_LIBS)

fuzzers: $(FUZZERS)

fuzz:
	$(call prepare,build test,fuzzers)
	@for fuzzer in $(FUZZERS); do \
	    t/fuzz/run $$fuzzer $(FUZZ_SECONDS) || exit 1; done

# Client and API over sockets, against a gateway that runs: this is what
# libFuzzer is linked to, t/fuzz_http.t takes any nginx.
$(BUILD)/fuzz/http: $(wildcard t/fuzz_http/*.c t/fuzz_http/*.h)
	@mkdir -p $(@D)
	clang -std=gnu11 -D_GNU_SOURCE= -O1 -g $(WARNINGS) -fsanitize=fuzzer \
	    -o $@ $(filter %.c,$^) -ljansson

.PHONY: fuzz-http
fuzz-http:
	@tools/install-dependencies build test lint
	@echo building
	@TESTS=none tools/asan
	@$(PARALLEL) $(BUILD)/fuzz/http
	@TEST_NGINX_BINARY=$(CURDIR)/build/asan-$(or $(SUITE),bookworm)/nginx/objs/nginx \
	    TEST_NGINX_LOAD_MODULES=' ' t/fuzz_http/run $(BUILD)/fuzz/http $(FUZZ_SECONDS)

# The contract alone, built as it is for the module, by stage, in nanoseconds and
# instructions, beside jansson and yyjson; build/bench-core.json has the same as
# one line.
$(BUILD)/yyjson.flags: t/bench/yyjson
	@mkdir -p $(@D)
	@CC='$(CC)' t/bench/yyjson $(@D)

$(BUILD)/bench-core: t/bench/core.c $(CONTRACT_SRCS) $(HEADERS) $(BUILD)/yyjson.flags
	$(CC) $(CONTRACT_CFLAGS) $(OPTIMIZE) -o $@ $(filter %.c,$^) \
	    $$(cat $(BUILD)/yyjson.flags) $(CONTRACT_LIBS)

.PHONY: bench-core
bench-core:
	$(call prepare,build bench,$(BUILD)/bench-core)
	@t/bench/run-core

# SHA-256 by each way there is to it.
$(BUILD)/bench-hash: t/bench/hash.c $(BUILD)/libriverty.a
	$(CC) $(CONTRACT_CFLAGS) -o $@ $^ -lcrypto \
	    $(if $(wildcard /usr/include/nettle/sha2.h),-lnettle)

.PHONY: bench-hash
bench-hash:
	$(call prepare,build bench,$(BUILD)/bench-hash)
	@t/bench/run-hash

# What public sources call a name, a house or a number, against the contract;
# docs/people.md has the counts.  RULE=phone prints what is refused for it, and
# RULE=accepted what a source calls invalid and the contract does not.
.PHONY: people
people:
	$(call prepare,build,$(BUILD)/riverty-customer)
	@t/people/run $(RULE)

# Clients and validators in other languages: what four tools make of
# docs/openapi.yaml, and what judges by docs/customer.schema.json, some of it in a
# Debian of its own (docs/clients.md).
.PHONY: clients
clients:
	$(call prepare,build test compat,all)
	@prove t/schema.t t/clients.t
	@t/clients/run

# Each nginx that the module is to work with, in a Debian of its own
# (docs/compatibility.md); REFRESH=1 brings their packages up to date.
.PHONY: compat
compat:
	@tools/install-dependencies compat
	@tools/compat

# Lines and branches of the contract that the unit tests reach; line by line in
# build/coverage/report.
COVERAGE = build/coverage
GCOVR = gcovr --root . --filter '$(ROOM)/contract/' \
    --object-directory $(COVERAGE) $(COVERAGE)

.PHONY: coverage
coverage:
	@tools/install-dependencies build test lint
	@echo building
	@$(PARALLEL) BUILD=$(COVERAGE) \
	    CONTRACT_CFLAGS='$(CONTRACT_CFLAGS) -O0 --coverage' unit
	@find $(COVERAGE) -name '*.gcda' -delete
	@prove -Q $(UNIT_TESTS:$(BUILD)/%=$(COVERAGE)/%)
	@mkdir -p $(COVERAGE)/report
	@$(GCOVR) --html-details $(COVERAGE)/report/index.html
	@$(GCOVR) --print-summary
