# SPDX-License-Identifier: Apache-2.0
#
# The two commands of a fresh checkout are `make demo` and `make check`; both
# install what is missing first. `make` alone builds and needs no network.

VERSION := 0.9.0
BUILD ?= build
APXS ?= apxs
PKG_CONFIG ?= pkg-config
DEMO_PORT ?= 8080

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Werror=switch -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wconversion -Wno-sign-conversion -Wno-unused-parameter
HARDENING ?= -fstack-protector-strong -D_FORTIFY_SOURCE=2
ALL_CFLAGS = -std=gnu11 $(WARNINGS) $(HARDENING) $(CFLAGS) -fPIC \
	-DMIRRORLIST_VERSION='"$(VERSION)"' -MMD -MP

# A wing's own include path; what others may not see has no path, or a wall.
cflags = $(shell $(PKG_CONFIG) --cflags $1)
libs = $(shell $(PKG_CONFIG) --libs $1)
CORE_NEEDS := apr-1 zlib
READ_NEEDS := libpq sqlite3 libmaxminddb libprotobuf-c libcares

CORE_CFLAGS = $(call cflags,$(CORE_NEEDS)) -Imod_mirrorlist/core
HTTPD_CFLAGS = $(CORE_CFLAGS) -Imod_mirrorlist/httpd \
	-isystem $(shell $(APXS) -q INCLUDEDIR) $(call cflags,apr-util-1)
PLAN_CFLAGS = $(CORE_CFLAGS) -Icachegen
READ_CFLAGS = $(PLAN_CFLAGS) -isystem $(BUILD)/cachegen/read \
	$(call cflags,$(READ_NEEDS))
TOOL_CFLAGS = $(READ_CFLAGS) -Icachegen/read -Icachegen/compile \
	-Icachegen/write
CORE_LIBS = $(call libs,$(CORE_NEEDS)) -lm
TOOL_LIBS = $(call libs,$(CORE_NEEDS) $(READ_NEEDS)) -lresolv -lm

# Headers that every compiler finds without a path, each behind a wall: a
# header of the same name that says who may include it.
WALLS := $(BUILD)/walls
WALLED := libpq-fe.h sqlite3.h maxminddb.h ares.h protobuf-c/protobuf-c.h
WALL := -I$(WALLS)

WING.mod_mirrorlist/core = $(WALL) $(CORE_CFLAGS)
WING.mod_mirrorlist/httpd = $(WALL) $(HTTPD_CFLAGS)
WING.mod_mirrorlist/query = $(WALL) $(CORE_CFLAGS)
WING.cachegen = $(WALL) $(PLAN_CFLAGS) -Icachegen/read -Icachegen/compile \
	-Icachegen/write
WING.cachegen/read = $(READ_CFLAGS)
WING.cachegen/compile = $(WALL) $(PLAN_CFLAGS)
WING.cachegen/write = $(WALL) $(PLAN_CFLAGS)

objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(addsuffix /*.c,$1)))
CORE := $(call objects,mod_mirrorlist/core)
MODULE := $(call objects,mod_mirrorlist/httpd)
QUERY := $(call objects,mod_mirrorlist/query)
TOOL := $(filter-out %/main.o,$(call objects,cachegen cachegen/read \
	cachegen/compile cachegen/write)) \
	$(BUILD)/cachegen/read/mirrorlist_cache.pb-c.o
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
TOOLS := $(BUILD)/mirrorlist-cachegen $(BUILD)/mirrorlist-query
PRODUCTS := $(BUILD)/mod_mirrorlist.so $(TOOLS)

all: $(PRODUCTS)

# --- objects -------------------------------------------------------------------

$(BUILD)/%.o: %.c Makefile | $(WALLS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(WING.$(patsubst %/,%,$(dir $<))) -c -o $@ $<

$(WALLS): Makefile
	@$(CC) $(CFLAGS) -dM -E -x c /dev/null | grep -q __SIZEOF_INT128__ || \
		{ echo "mod_mirrorlist is for 64-bit machines only." >&2; exit 1; }
	@mkdir -p $@/protobuf-c
	@for header in $(WALLED); do \
		echo '#error "only cachegen/read may include this"' > $@/$$header; \
	done
	@touch $@

# What a source of the wing WING is compiled with.
wing: $(WALLS)
	@echo $(CC) $(ALL_CFLAGS) $(WING.$(WING))

# Its logarithms are made four at a time, which takes both options: an answer
# of 300 mirrors costs 66,100 instructions instead of 79,100 (callgrind).  What
# it computes is never infinite.
$(BUILD)/mod_mirrorlist/core/ml_draw.o: ALL_CFLAGS += -O3 -ffast-math

# Made by protoc; protobuf_entry.h includes its header.
PROTOBUF := $(BUILD)/cachegen/read/mirrorlist_cache.pb-c
$(PROTOBUF).c: cachegen/read/mirrorlist_cache.proto
	@mkdir -p $(@D)
	protoc --proto_path=cachegen/read --c_out=$(@D) $<

$(PROTOBUF).o: %.o: %.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(patsubst %.c,$(BUILD)/%.o,$(wildcard cachegen/read/protobuf*.c)): $(PROTOBUF).c

# --- products ------------------------------------------------------------------

$(BUILD)/libmirrorlist.a: $(CORE)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/libcachegen.a: $(TOOL)
	rm -f $@
	$(AR) rcs $@ $^

# httpd brings apr along.  The version script exports the module's record alone.
$(BUILD)/mod_mirrorlist.so: $(MODULE) $(BUILD)/libmirrorlist.a \
		mod_mirrorlist/httpd/mod_mirrorlist.map
	$(CC) $(CFLAGS) $(LDFLAGS) -shared \
		-Wl,--version-script=mod_mirrorlist/httpd/mod_mirrorlist.map \
		-o $@ $(MODULE) $(BUILD)/libmirrorlist.a $(call libs,zlib) -lm

$(BUILD)/mirrorlist-query: $(QUERY) $(BUILD)/libmirrorlist.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CORE_LIBS)

$(BUILD)/mirrorlist-cachegen: $(BUILD)/cachegen/main.o \
		$(BUILD)/libcachegen.a $(BUILD)/libmirrorlist.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

$(BUILD)/unit/%: tests/unit/%.c Makefile $(BUILD)/libcachegen.a \
		$(BUILD)/libmirrorlist.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes $(TOOL_CFLAGS) $(LDFLAGS) \
		-o $@ $< $(BUILD)/libcachegen.a $(BUILD)/libmirrorlist.a \
		$(TOOL_LIBS) $(call cflags,check) $(call libs,check)

unit: $(UNIT)

# Without network, root or anything to install.
check-unit: unit
	@failed=0; for program in $(UNIT); do \
		echo "$$program"; $$program || failed=1; done; exit $$failed

# --- the two commands ------------------------------------------------------------

demo:
	@tests/packages demo
	@$(MAKE) -s -j2 all
	@BUILD=$(BUILD) DEMO_PORT=$(DEMO_PORT) tests/sample/demo start

demo-stop:
	@BUILD=$(BUILD) tests/sample/demo stop

check:
	@tests/packages check
	@BUILD=$(BUILD) tests/check

bench:
	@tests/packages check
	@$(MAKE) -s -j2 all
	@BUILD=$(BUILD) tests/bench/run

# A fleet on one machine and what may happen to it, in its long form: minutes.
fleet:
	@tests/packages check
	@$(MAKE) -s -j2 all
	@MIRRORLIST_BUILD=$(abspath $(BUILD)) MIRRORLIST_FLEET=full \
		/usr/bin/python3 -m pytest tests/fleet

# Both commands on other distributions, in chroots: an hour and more for each.
systems:
	@tests/packages systems
	@BUILD=$(BUILD) tests/systems/run $(SYSTEMS)

# The long form of what `check` does shortly: hours.
soak:
	@tests/packages check
	@$(MAKE) -s -j2 all
	@BUILD=$(BUILD) tests/soak

clean:
	@! [ -e $(BUILD)/demo ] || BUILD=$(BUILD) tests/sample/demo stop
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan

# --- installation ------------------------------------------------------------------

PREFIX ?= /usr
LIBEXECDIR = $(shell $(APXS) -q LIBEXECDIR)

# Debian reads no folder of configurations on its own: a2enconf enables ours.
ifeq ($(wildcard /etc/debian_version),)
CONFDIR ?= /etc/httpd/conf.d
MODCONFDIR ?= /etc/httpd/conf.modules.d
MODULE_DIR ?= modules
LOG_DIR ?= /var/log/httpd
HTTPD_SERVICE ?= httpd.service
else
CONFDIR ?= /etc/apache2/conf-available
MODCONFDIR ?= /etc/apache2/conf-available
MODULE_DIR ?= $(LIBEXECDIR)
LOG_DIR ?= /var/log/apache2
HTTPD_SERVICE ?= apache2.service
endif
UNITDIR ?= $(PREFIX)/lib/systemd/system
MANDIR ?= $(PREFIX)/share/man
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
# Programs and units know these two.
STATE := /var/lib/mirrormanager
TOOLCONFDIR := /etc/mirrormanager
UNITS := refresh.service refresh.timer reload.path reload.service

# Configuration and units name Fedora's places; here this machine's.
PLACES = sed -e 's|_DIR modules$$|_DIR $(MODULE_DIR)|' \
	-e 's|_DIR /var/log/httpd$$|_DIR $(LOG_DIR)|' \
	-e 's|httpd\.service|$(HTTPD_SERVICE)|' \
	-e 's|/usr/bin/mirrorlist|$(PREFIX)/bin/mirrorlist|' \
	-e 's|/usr/libexec/|$(PREFIX)/libexec/|' \
	-e 's|$$(mirrorlist-query|$$($(PREFIX)/bin/mirrorlist-query|'

define newline


endef

# $(call place,FILE,PLACE,MODE): with the date that it has here.
define place
	$(PLACES) conf.d/$1 | install -D -m $3 /dev/stdin $(DESTDIR)$2
	touch -r conf.d/$1 $(DESTDIR)$2
endef

# $(call configure,FILE,PLACE,MODE): an administrator's file stays as it is, and
# what is shipped lies beside it as .new if it differs.
define configure
	$(call place,$1,$2/$1.new,$3)
	[ -e $(DESTDIR)$2/$1 ] || mv $(DESTDIR)$2/$1.new $(DESTDIR)$2/$1
	! cmp -s $(DESTDIR)$2/$1 $(DESTDIR)$2/$1.new || rm $(DESTDIR)$2/$1.new
endef

install: all
	install -D -p -m 755 $(BUILD)/mod_mirrorlist.so \
		$(DESTDIR)$(LIBEXECDIR)/mod_mirrorlist.so
	install -D -p -m 755 -t $(DESTDIR)$(PREFIX)/bin $(TOOLS)
	$(call configure,10-mirrorlist.conf,$(MODCONFDIR),644)
	$(call configure,mirrorlist.conf,$(CONFDIR),644)
	$(call configure,mirrorlist-cachegen.conf,$(TOOLCONFDIR),640)
	$(call place,mirrorlist-reload,$(PREFIX)/libexec/mirrorlist-reload,755)
	$(foreach unit,$(UNITS),$(call \
		place,mirrorlist-$(unit),$(UNITDIR)/mirrorlist-$(unit),644)$(newline))
	$(call place,mirrorlist.sysusers,$(SYSUSERSDIR)/mirrorlist.conf,644)
	$(call place,mirrorlist.tmpfiles,$(TMPFILESDIR)/mirrorlist.conf,644)
	install -D -p -m 644 docs/mirrorlist-cachegen.8 \
		$(DESTDIR)$(MANDIR)/man8/mirrorlist-cachegen.8
	install -D -p -m 644 docs/mirrorlist-query.1 \
		$(DESTDIR)$(MANDIR)/man1/mirrorlist-query.1
	install -d -m 755 $(DESTDIR)$(STATE)
	$(if $(DESTDIR),,$(MAKE) -s account)

# What the scriptlets of a package do; the tool's configuration may hold a
# password.
account:
	! command -v systemd-sysusers >/dev/null || { \
		systemd-sysusers $(SYSUSERSDIR)/mirrorlist.conf; \
		systemd-tmpfiles --create $(TMPFILESDIR)/mirrorlist.conf; \
		chgrp mirrormanager $(TOOLCONFDIR)/mirrorlist-cachegen.conf; }
	! [ -d /run/systemd/system ] || systemctl daemon-reload

# Configuration, cache, logs and the account stay.  A unit that waits would run
# on with programs that are gone.
uninstall:
	-$(if $(DESTDIR),,! [ -d /run/systemd/system ] || \
		systemctl disable --now $(addprefix mirrorlist-,$(UNITS)))
	rm -f $(DESTDIR)$(LIBEXECDIR)/mod_mirrorlist.so \
		$(DESTDIR)$(MODCONFDIR)/10-mirrorlist.conf \
		$(addprefix $(DESTDIR)$(PREFIX)/bin/,$(notdir $(TOOLS))) \
		$(DESTDIR)$(PREFIX)/libexec/mirrorlist-reload \
		$(addprefix $(DESTDIR)$(UNITDIR)/mirrorlist-,$(UNITS)) \
		$(DESTDIR)$(SYSUSERSDIR)/mirrorlist.conf \
		$(DESTDIR)$(TMPFILESDIR)/mirrorlist.conf \
		$(DESTDIR)$(MANDIR)/man8/mirrorlist-cachegen.8 \
		$(DESTDIR)$(MANDIR)/man1/mirrorlist-query.1
	$(if $(DESTDIR),,! [ -d /run/systemd/system ] || systemctl daemon-reload)

# --- release -----------------------------------------------------------------------

NAME = mod_mirrorlist-$(VERSION)

version:
	@echo $(VERSION)

# The same bytes from the same commit, whenever and wherever.
dist:
	@mkdir -p $(BUILD)
	git archive --format=tar --prefix=$(NAME)/ HEAD | gzip -n \
		> $(BUILD)/$(NAME).tar.gz

# On Debian a macro file stands in for Fedora's; see its head for what differs.
RPM_MACROS = $(if $(wildcard /etc/debian_version),\
	--nodeps --load=tests/install/fedora-macros)

rpm: dist
	env -u MAKEFLAGS -u BUILD rpmbuild -ba $(RPM_MACROS) --define "_topdir $(abspath $(BUILD))/rpm" \
		--define "_sourcedir $(abspath $(BUILD))" mod_mirrorlist.spec

format:
	clang-format-19 -i $(shell git ls-files '*.c' '*.h')

-include $(shell find $(BUILD) -path $(BUILD)/rpm -prune -o -name '*.d' -type f -print 2>/dev/null)

.PHONY: all unit check-unit wing demo demo-stop check bench fleet systems soak \
	clean install account uninstall version dist rpm format
