#!/bin/bash
# SPDX-License-Identifier: MIT
# beside
# timeout: 300
# kill -9 at random moments while changes are applied, 50 times and until 25 of them met a running program; each project
# is then set up by one more run and must hold the same files, modes and owners as one that was never disturbed.
. "$(dirname "$0")/../lib/system.sh"

if docker=$("$srcdir/tests/lib/engine" status 2>/dev/null); then eval "$("$srcdir/tests/lib/engine" env)"; fi

fresh() {
	rm -rf "$1"
	mkdir -p "$1/data/sub" "$1/conf"
	cd "$1"
	cat >compose.yaml <<-'EOF'
		name: killed
		services:
		  app:
		    image: slipway-test/busybox:1
		    user: "1000:1000"
		    command: [sleep, "${SLEEP:-1000}"]
		    environment: {KEY: "${APP_KEY:?the key}", LEVEL: "${LEVEL:-info}"}
		    volumes: ["./data:/data", "./made/deep:/made", "./conf:/conf:ro"]
	EOF
	printf '# The key\r\nAPP_KEY=changeme\r\n\r\n# debug|info\r\nLEVEL=info\r\nSLEEP=1000\r\n' >.env.example
	printf 'LEVEL=debug # kept\r\nOTHER="as it was"\r\n' >.env
	chmod 0640 .env
	local i
	for ((i = 0; i < 200; i++)); do echo "$i" >"data/sub/$i"; done
}

setup() { "$slipway" setup --batch --yes --set APP_KEY=0123456789abcdefghijklmnopqrstuv --set SLEEP=900; }
tree() { digest_tree "$1" ./.slipway; }

fresh "$work/calm"
began=$(date +%s%N)
expect 0 setup
took=$((($(date +%s%N) - began) / 1000000 + 1))
want=$(tree "$work/calm")
assert_contains "$(cat .env)" APP_KEY=0123456789abcdefghijklmnopqrstuv

kills=0 hit=0
while [ "$kills" -lt 50 ] || [ "$hit" -lt 25 ]; do
	# One or two kills, then the run that has to put it right.
	fresh "$work/stormy"
	cp .env ../env.before
	for ((k = RANDOM % 2; k >= 0; k--)); do
		"$slipway" setup --batch --yes --set APP_KEY=0123456789abcdefghijklmnopqrstuv --set SLEEP=900 >/dev/null 2>&1 </dev/null &
		pid=$!
		sleep "$(awk -v r=$RANDOM -v t=$took 'BEGIN { printf "%.4f", r / 32768 * t / 1000 }')"
		if kill -9 "$pid" 2>/dev/null; then kills=$((kills + 1)); fi
		status=0
		wait "$pid" 2>/dev/null || status=$?
		if [ "$status" -eq 137 ]; then
			hit=$((hit + 1))
		else # It was done before: runs are shorter than the first one was.
			took=$((took * 9 / 10 + 1))
		fi
		# At every moment .env is the old one or the new one, whole.
		cmp -s .env ../env.before || cmp -s .env "$work/calm/.env" || fail "after kill $kills: .env is neither: $(cat -A .env)"
	done
	expect 0 setup
	assert_eq "$want" "$(tree "$work/stormy")" "after kill $kills"
	[ -z "$(find . -name '.*.tmp*' -o -name '*.slipway-tmp*')" ] || fail "after kill $kills: $(find . -name '*tmp*')"
done
say "$kills kills, at last within $took ms, $hit of them while it ran"
