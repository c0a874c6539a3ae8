# Targets for people: run, test, bench, lint; for builds: all (the default).
# `make run` and `make test` install what is missing first (tools/).

SHELL = /bin/bash
NGINX_SRC ?= /usr/share/nginx/src
BUILD ?= build
CC ?= cc

WARNINGS = -Wall -Wextra -Werror
CONTRACT_LIBS = -ljansson -lpcre2-8 -lutf8proc -lcrypto
CONTRACT_CFLAGS = -std=c11 -O2 -g $(WARNINGS) -Wpedantic -Wshadow \
    -Wstrict-prototypes -Wmissing-prototypes -Ingx_riverty_customer_module

ROOM = ngx_riverty_customer_module
CONTRACT_SRCS = $(wildcard $(ROOM)/contract/*.c)
CONTRACT_OBJS = $(CONTRACT_SRCS:$(ROOM)/%.c=$(BUILD)/obj/%.o)
CLI_SRCS = $(wildcard $(ROOM)/cli/*.c)
CLI_OBJS = $(CLI_SRCS:$(ROOM)/%.c=$(BUILD)/obj/%.o)
HEADERS = $(wildcard $(ROOM)/*/*.h)
MODULE_SRCS = $(wildcard $(ROOM)/contract/*.c $(ROOM)/gateway/*.c \
    $(ROOM)/sandbox/*.c)
UNIT_SRCS = $(wildcard t/contract/*.c)
UNIT_TESTS = $(UNIT_SRCS:t/contract/%.c=$(BUILD)/t/%)

MODULES = $(BUILD)/ngx_riverty_customer_module.so \
    $(BUILD)/ngx_riverty_sandbox_module.so

.PHONY: all modules unit clean
.DELETE_ON_ERROR:

all: modules $(BUILD)/riverty-customer

modules: $(MODULES)

# nginx's build tree: links to the distribution's, configured as it was.
# A source that is new or gone asks for a new configure.
$(BUILD)/sources.list: $(MODULE_SRCS) $(HEADERS) config
	@mkdir -p $(BUILD)
	@printf '%s\n' $(sort $(MODULE_SRCS) $(HEADERS)) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/nginx/objs/Makefile: $(BUILD)/sources.list config Makefile
	@mkdir -p $(BUILD)/nginx
	cp -asfT $(NGINX_SRC) $(BUILD)/nginx
	. $(NGINX_SRC)/conf_flags && cd $(BUILD)/nginx && \
	    ./configure "$${NGX_CONF_FLAGS[@]}" --with-cc="$(CC)" \
	    --with-cc-opt="-g -O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIC $(WARNINGS)" \
	    --with-ld-opt="-Wl,-z,relro -Wl,-z,now -fPIC" \
	    --add-dynamic-module=$(CURDIR) > configure.log \
	    || { tail -n 5 configure.log; exit 1; }

$(MODULES) &: $(BUILD)/nginx/objs/Makefile $(MODULE_SRCS) $(HEADERS)
	$(MAKE) --no-print-directory -C $(BUILD)/nginx modules \
	    > $(BUILD)/modules.log || { tail -n 30 $(BUILD)/modules.log; exit 1; }
	cp $(addprefix $(BUILD)/nginx/objs/,$(notdir $(MODULES))) $(BUILD)/

$(BUILD)/obj/%.o: $(ROOM)/%.c $(HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -c -o $@ $<

$(BUILD)/libriverty.a: $(CONTRACT_OBJS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/riverty-customer: $(CLI_OBJS) $(BUILD)/libriverty.a
	$(CC) -o $@ $^ $(CONTRACT_LIBS)

unit: $(UNIT_TESTS)

$(BUILD)/t/%: t/contract/%.c $(BUILD)/libriverty.a $(wildcard t/contract/*.h)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -o $@ $< $(BUILD)/libriverty.a $(CONTRACT_LIBS) \
	    -lcmocka

clean:
	rm -rf $(BUILD)
