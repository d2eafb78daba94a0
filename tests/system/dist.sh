#!/bin/bash
# SPDX-License-Identifier: MIT
# beside
# timeout: 600
# What `make dist` packs is whole: from the tarball, with its sources read-only, it configures, builds, tests, installs,
# uninstalls to nothing and cleans up after itself.
. "$(dirname "$0")/../lib/system.sh"
need_tool make
need_tool xz xz-utils
[ -f "$builddir/Makefile" ] || skip "$builddir is not a build directory"

# Everything is compiled once more, quickly. Of the tests only some: whether each one is packed is known already
# (tests/layering/listed.sh, which is among them).
programs="tests/unit/str_test tests/unit/stack_test"
scripts="tests/layering/listed.sh tests/layering/rooms.sh"
unset SLIPWAY_TEMPLATES SLIPWAY_LOCALEDIR MAKEFLAGS MAKELEVEL
version=$(sed -n 's/^VERSION = //p' "$builddir/Makefile")
tree=$builddir/slipway-$version tarball=$builddir/slipway-$version.tar.xz
at_exit 'chmod -R u+w "$tree" 2>/dev/null; rm -rf "$tree" "$tarball"'
run make -C "$builddir" -s -j"$(nproc)" distcheck \
	DISTCHECK_CONFIGURE_FLAGS="--enable-werror CFLAGS=-O0" check_PROGRAMS="$programs" TESTS="$programs $scripts"
[ "$status" -eq 0 ] || fail "make distcheck gave $status: $(printf '%s\n%s\n' "$out" "$err" | tail -n 40)"
assert_no_file "$tree"
# Its tests did run there.
assert_contains "$out" "PASS: tests/unit/stack_test"
assert_contains "$out" "PASS: tests/layering/listed.sh"

# What only a checkout has is not in it; what it needs is.
list=$(tar -tJf "$tarball")
for file in configure bootstrap README.md COPYING ChangeLog po/de.po templates/demo/app/check.sh tests/system/run; do
	grep -qx "slipway-$version/$file" <<<"$list" || fail "there is no $file in the tarball"
done
assert_eq "" "$(grep -E '\.git/|\.o$|autom4te' <<<"$list" || true)" "what does not belong there"
