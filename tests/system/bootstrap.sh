#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 240
# `./bootstrap run` where there is no terminal and no Docker: the demo comes up healthy as plain processes, and the
# program finds its way back to it from a plain shell. Run twice it changes nothing.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_tool busybox busybox-static
[ -f "$builddir/Makefile" ] || skip "$builddir is not a build directory"
export DOCKER_HOST=unix://$work/no-engine.sock
unset SLIPWAY_TEMPLATES SLIPWAY_LOCALEDIR
export SLIPWAY_BUILD_DIR=$builddir SLIPWAY_DEMO_DIR=$work/demo SLIPWAY_NO_INSTALL=1
free_port
at_exit '"$slipway" -C "$work/demo" --yes down >/dev/null 2>&1'

expect 0 "$srcdir/bootstrap" run --set "WEB_PORT=$port"
assert_contains "$out" "runs as plain processes"
expect 0 "$slipway" -C "$work/demo" status --json
assert_eq true "$(json .healthy <<<"$out")" healthy
assert_eq 5 "$(json '.services | length' <<<"$out")" services
# What the services themselves write is below data/.
files() { digest_tree "$work/demo" ./.slipway | grep -v ' \./data/'; }
before=$(files)

expect 0 "$srcdir/bootstrap" run --set "WEB_PORT=$port"
assert_eq "$before" "$(files)" "files after the second run"
expect 0 "$slipway" -C "$work/demo" --yes down
