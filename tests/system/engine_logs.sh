#!/bin/bash
# SPDX-License-Identifier: MIT
# Logs from a real Docker Engine: complete and in order in a flood, of several containers, of long lines and
# terminals, and of containers that start while they are read.
# timeout: 300
. "$(dirname "$0")/../lib/system.sh"
need_engine
probe=$builddir/tests/system/engine_probe
[ -x "$probe" ] || skip "engine_probe is not built"

project logs
cat >compose.yaml <<-'EOF2'
	services:
	  one:
	    image: slipway-test/busybox:1
	    command: [awk, 'BEGIN{for(i=1;i<=60000;i++)printf "line %d of a flood that is read while it is written, to its last line\n",i}']
	  two:
	    image: slipway-test/busybox:1
	    command: [awk, 'BEGIN{for(i=1;i<=60000;i++)printf "line %d of another flood, of another container\n",i}']
	  long:
	    image: slipway-test/busybox:1
	    command: [sh, -c, 'head -c 40000 /dev/zero | tr "\0" x; echo; printf "\033[31mred\033[0m\tend"; printf last >&2']
	  tty:
	    image: slipway-test/busybox:1
	    tty: true
	    command: [sh, -c, 'echo one; echo two']
EOF2
docker compose create --quiet-pull 2>/dev/null

# While they are written.
expect 0 "$probe" . watch follow=-1 start=one start=two start=long start=tty until=one:done until=two:done until=tty:done lines=120005 complete print
assert_contains "$out" "held 120005 of 120005"
assert_contains "$out" "log long 1 unknown red     end"
assert_contains "$out" "log long 2 unknown last"
assert_eq "40000" "$(grep -o '^log long 1 unknown x*' <<<"$out" | head -n 1 | tr -cd x | wc -c)" "long line"
assert_eq "log tty 1 unknown one
log tty 1 unknown two" "$(grep '^log tty' <<<"$out")" "terminal"
assert_contains "$out" complete

# And afterwards: the histories merged by time.
expect 0 "$probe" . history=-1 ordered print
assert_contains "$out" "held 120005 of 120005"
expect 0 "$probe" . history=5 print
assert_contains "$out" "held 15 of 15"
assert_contains "$out" "log one 1 unknown line 60000 of"
