#!/bin/bash
# SPDX-License-Identifier: MIT
# Env files nobody would write: each value is the one that `docker compose config` reads, what is refused by one is
# refused by the other, what the editor writes is read back by both, every other byte stays, and a statement that a
# shell would read differently is known to.
#   SLIPWAY_NASTY_SEED    another set of files (default: 1)
#   SLIPWAY_NASTY_FILES   how many (default: 2000)
#   SLIPWAY_NASTY_REFUSED how many of the refused ones are shown to docker compose, one by one (default: 40)
# timeout: 600
. "$(dirname "$0")/../lib/system.sh"

seed=${SLIPWAY_NASTY_SEED:-1}
files=${SLIPWAY_NASTY_FILES:-2000}
tool=$builddir/tests/lib/env_tool
dump=$builddir/tests/lib/compose_dump
corpus=${SLIPWAY_CORPUS:-$srcdir/../shared/corpus}
need_tool jq
[ -x "$tool" ] || fail "there is no $tool: make check-system builds it"
say "seed $seed, $files files"

# Both sides see the same few variables.
clean=(env -i "PATH=$PATH" "HOME=$HOME" LC_ALL=C.UTF-8)
undouble='def u: if type == "string" then gsub("\\$\\$"; "$") elif type == "array" then map(u)
	elif type == "object" then with_entries(.key |= gsub("\\$\\$"; "$") | .value |= u) else . end; u'
nasty=$work/nasty
mkdir "$nasty" "$work/project"
"$tool" generate "$nasty" "$files" "$seed"
(cd "$nasty" && "$tool" read $(seq -f '%g.env' "$files")) >"$work/verdicts"
mapfile -t good < <(sed -n 's/^ok //p' "$work/verdicts")
mapfile -t refused < <(awk '$1 == "refused" { print $2 }' "$work/verdicts")
[ ${#good[@]} -ge $((files / 4)) ] || fail "only ${#good[@]} of $files files are readable: the generator is no good"
[ ${#refused[@]} -ge $((files / 50)) ] || fail "only ${#refused[@]} of $files files are refused: the generator is no good"

# --- what is refused has its place ------------------------------------------------------------------------------
if grep '^refused' "$work/verdicts" | grep -vqE ':[0-9]+:[0-9]+$'; then
	fail "refused without file:line:column: $(grep '^refused' "$work/verdicts" | grep -vE ':[0-9]+:[0-9]+$' | head -n 1)"
fi

# --- the editor changes nothing else ----------------------------------------------------------------------------
(cd "$nasty" && "$tool" edit "${good[@]:0:400}") || fail "the editor changes more than it was asked to"
if [ -d "$corpus" ]; then
	mapfile -d '' -t real < <(find "$corpus" -type f \( -name '*.env' -o -name '.env*' -o -name 'env.*' -o -name '*.env.*' \) -print0)
	"$tool" edit "${real[@]}" || fail "the editor changes more than it was asked to in real files"
	say "edited every key of ${#real[@]} real env files"
fi

# --- a shell that sources the file ------------------------------------------------------------------------------
# compare_shells FILE: every value after sourcing it.
compare_shells() {
	local shell
	"$tool" keys "$1" >"$work/keys"
	"$tool" values "$1" >"$work/values"
	for shell in sh bash; do
		env -i $shell -c '. "$1"; while read -r key; do eval "printf \"%s\\0\" \"\${$key-(unset)}\""; done <"$2"' \
			shell "$1" "$work/keys" >"$work/$shell.values" || fail "$shell stumbles over $1: $(cat "$1")"
		cmp -s "$work/values" "$work/$shell.values" ||
			fail "$shell reads other values than Compose, and nobody says so: $(diff <(tr '\0' '\n' <"$work/values") \
				<(tr '\0' '\n' <"$work/$shell.values") | head -n 6)"
	done
}
(cd "$nasty" && "$tool" alike "${good[@]}") >"$work/alike.env"
compare_shells "$work/alike.env"
alike=$(wc -l <"$work/keys")
[ "$alike" -ge $((files / 20)) ] || fail "only $alike values are read alike by a shell: too few to show anything"
say "$alike nasty values that shells read alike"
cat >"$work/plain.env" <<'END'
# nothing here is unusual
A=1
B=/srv/data:/backup
export C=x.y-z
D="two words"
E='literal $A'
F="$A and ${A} and ${A:-x}"
G=${A}
H=""
I= 
J="escaped \$5 \"q\" \\"
K='two
lines'
L=a#b # comment
	M=indented
N=100%
O=user@host,other=1+2
P=grün
END
assert_eq "" "$("$tool" shell "$work/plain.env")" "ordinary statements that are said to differ"
compare_shells "$work/plain.env"
i=0
while IFS= read -r line; do
	i=$((i + 1))
	printf '%b\n' "$line" >"$work/differs.env"
	[ -n "$("$tool" shell "$work/differs.env")" ] || fail "a shell reads this differently, and nobody says so: $line"
done <<'END'
A=two words
A: x
A = x
A=it's
A=$(id)
A=`id`
A=x\\y
A="a\\nb"
A="`id`"
A=$$
A=${B:-$C}
A=a;b
A=~/x
A=x\r
A='it\\'s'
A-B=1
A='x'#c
A="x"B=2
A=$UID
UID=1000
A
A=x\t#c
\xef\xbb\xbfA=1
A="a$1"
export A=$B
END
say "$i statements that shells read differently are known"

# --- docker compose -------------------------------------------------------------------------------------------
need_tool docker docker-cli
docker compose version >/dev/null 2>&1 || skip "there is no docker compose (Debian package: docker-compose); the rest held"

# read_both NAMES...: both read these files as --env-file and pass every key of them on.
read_both() {
	local list
	list=$(printf '%s,' "$@")
	{
		printf 'services:\n  a:\n    image: x\n    environment:\n'
		(cd "$nasty" && "$tool" keys "$@") | jq -R . | sed 's/^/      - /'
	} >"$nasty/compose.yaml"
	(cd "$nasty" && "${clean[@]}" "COMPOSE_ENV_FILES=${list%,}" docker compose config --format json) \
		>"$work/theirs" 2>"$work/theirs.err" </dev/null || return 1
	jq -S "$undouble" "$work/theirs" >"$work/theirs.sorted"
	(cd "$nasty" && "${clean[@]}" "COMPOSE_ENV_FILES=${list%,}" "$dump" .) >"$work/ours" 2>"$work/ours.err" </dev/null ||
		fail "read one by one, refused together: $(cat "$work/ours.err")"
	jq -S . "$work/ours" >"$work/ours.sorted"
	diff -U 0 "$work/theirs.sorted" "$work/ours.sorted" >"$work/difference" ||
		fail "values differ: $(sed -n '4,9p' "$work/difference")"
}
# Of a set that docker compose refuses: the file it is about.
blame() {
	local file
	for file in "$@"; do
		read_both "$file" || fail "docker compose refuses $file ($(head -n 1 "$work/theirs.err")): $(cat "$nasty/$file")"
	done
	fail "docker compose refuses together what it reads one by one: $(head -n 1 "$work/theirs.err")"
}
compared=0
for ((i = 0; i < ${#good[@]}; i += 250)); do
	read_both "${good[@]:i:250}" || blame "${good[@]:i:250}"
	compared=$((compared + $(jq '.services.a.environment | length' "$work/ours")))
done
say "$compared values of ${#good[@]} files are those of docker compose"

printf 'services:\n  a:\n    image: x\n' >"$nasty/compose.yaml"
tried=0
for file in "${refused[@]:0:${SLIPWAY_NASTY_REFUSED:-40}}"; do
	tried=$((tried + 1))
	if (cd "$nasty" && "${clean[@]}" "COMPOSE_ENV_FILES=$file" docker compose config -q) >/dev/null 2>&1 </dev/null; then
		fail "docker compose reads what is refused ($(grep -F " $file " "$work/verdicts")): $(cat "$nasty/$file")"
	fi
done
say "$tried of ${#refused[@]} refused files are refused by docker compose"

# --- what the editor writes, both read ------------------------------------------------------------------------
"$tool" write "$nasty/written.env" 1000 "$seed" >"$work/meant"
read_both written.env || fail "docker compose refuses what was written: $(cat "$work/theirs.err")"
for side in theirs ours; do
	filter=.
	[ $side = ours ] || filter=$undouble
	jq -S "$filter" "$work/$side" | jq -S '.services.a.environment' >"$work/$side.values"
	jq -S . "$work/meant" | diff -U 0 - "$work/$side.values" >"$work/difference" ||
		fail "$side: other values than were written: $(sed -n '4,9p' "$work/difference")"
done
say "1000 nasty values written are read back by both"
