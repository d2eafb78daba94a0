#!/bin/bash
# SPDX-License-Identifier: MIT
# configure names every missing library in one message, each with the Debian package that has it, and
# `./bootstrap build` installs each of those packages.
. "$(dirname "$0")/lib.sh"

[ -x "$srcdir/configure" ] || skip "there is no configure here"
scratch
cd "$work"
if PKG_CONFIG_LIBDIR=$work PKG_CONFIG_PATH= "$srcdir/configure" >out 2>&1; then
	fault "configure is content without a library"
fi
while read -r module package; do
	grep -qE "^ +$module .*\(Debian package: $package\)" out || fault "a missing $module is not named with $package"
	grep -qE "(^|[ (])$package( |$)" <(sed -n '/^build_packages=(/,/)/p' "$srcdir/bootstrap" | tr -d '\t') ||
		fault "bootstrap does not install $package"
done < <(sed -n 's/^SLIPWAY_NEED(\[[A-Z0-9]*\], \[\([a-z0-9.-]*\) .*\], \[\(.*\)\])$/\1 \2/p' "$srcdir/configure.ac")
[ "$(grep -c 'Debian package' out)" -ge 8 ] || fault "only so many libraries are named: $(grep 'Debian package' out)"
verdict
