#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 300
# What make install puts there works without the checkout: program, templates, catalogue, man page, completions.
. "$(dirname "$0")/../lib/system.sh"
need_tool make

[ -f "$builddir/Makefile" ] || skip "$builddir is not a build directory"
expect 0 make -C "$builddir" -s install "DESTDIR=$work/root"
prefix=$(sed -n 's/^prefix = //p' "$builddir/Makefile")
at=$work/root$prefix
unset SLIPWAY_TEMPLATES SLIPWAY_LOCALEDIR

for file in bin/slipway share/man/man1/slipway.1 share/bash-completion/completions/slipway \
	share/zsh/site-functions/_slipway share/fish/vendor_completions.d/slipway.fish \
	share/locale/de/LC_MESSAGES/slipway.mo share/slipway/templates/demo/stack.yaml; do
	assert_file "$at/$file"
done
(cd "$srcdir/templates" && find . -mindepth 2 -type f) | while read -r file; do
	assert_same "$srcdir/templates/$file" "$at/share/slipway/templates/$file"
done
expect 0 "$at/bin/slipway" --version
assert_contains "$out" "$(sed -n 's/^VERSION = //p' "$builddir/Makefile")"
assert_eq "" "$(bash -n "$at/share/bash-completion/completions/slipway" 2>&1)" "bash completion"
expect 0 make -C "$builddir" -s uninstall "DESTDIR=$work/root"
assert_eq "" "$(find "$work/root" -type f)" "left after uninstall"
