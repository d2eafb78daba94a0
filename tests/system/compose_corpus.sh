#!/bin/bash
# SPDX-License-Identifier: MIT
# beside
# What the reader of compose projects (src/config/compose*.c, env_*.c, interp.c) makes of real projects is what
# `docker compose config --format json` makes of them: the same model, or both refuse, and we with file:line:column.
# And the variables are those of `docker compose config --variables`, where it has that.
#
# The projects are those of $SLIPWAY_CORPUS (a directory tree with compose files and env files), by default
# ../shared/corpus beside the checkout. Generated env files follow, nasty ones.
# timeout: 1500
. "$(dirname "$0")/../lib/system.sh"

corpus=${SLIPWAY_CORPUS:-$srcdir/../shared/corpus}
dump=$builddir/tests/lib/compose_dump
need_tool jq
need_tool docker docker-cli
docker compose version >/dev/null 2>&1 || skip "there is no docker compose (Debian package: docker-compose)"
[ -x "$dump" ] || fail "there is no $dump: make check-system builds it"
# Asked a thousand times: the plugin itself, where it is found, without the docker program before it, which hands it
# this variable.
plugin=$(docker info --format '{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Path}}{{end}}{{end}}' 2>/dev/null || true)
compose=(env OTEL_RESOURCE_ATTRIBUTES=docker.cli.cobra.command_path=docker%20compose "$plugin")
"${compose[@]}" version >/dev/null 2>&1 || compose=(docker compose)

same=0 refused=0 differ=0 unplaced=0

# Both sides see the same few variables, and nothing of who runs the test. config doubles every dollar sign.
# PWD says by which of its names a directory was entered.
clean=(env -i "PATH=$PATH" "HOME=$HOME" LC_ALL=C.UTF-8)
undouble='def u: if type == "string" then gsub("\\$\\$"; "$") elif type == "array" then map(u)
	elif type == "object" then with_entries(.key |= gsub("\\$\\$"; "$") | .value |= u) else . end; u'

# Options of both programs for the next comparison: "--profile X", "--env-file X" and ours for them.
options=() ours_options=()
with_profile() { options+=(--profile "$1") ours_options+=(-p "$1"); }
with_env_file() { options+=(--env-file "$1") ours_options+=(-e "$1"); }
plain() { options=() ours_options=(); }

# compare WHAT DIR ENVIRONMENT FILE...
compare() {
	local what=$1 dir=$2 environment=$3 theirs=0 ours=0 f
	shift 3
	local list=()
	for f in "$@"; do list+=(-f "$f"); done
	(cd "$dir" && "${clean[@]}" "PWD=$PWD" $environment "${compose[@]}" "${options[@]}" "${list[@]}" ${list:+--project-directory "$dir"} \
		config --format json) >"$work/theirs" 2>"$work/theirs.err" </dev/null || theirs=$?
	(cd "$dir" && "${clean[@]}" "PWD=$PWD" $environment "$dump" "${ours_options[@]}" "$dir" "$@") >"$work/ours" 2>"$work/ours.err" </dev/null || ours=$?
	if [ $theirs -ne 0 ] && [ $ours -eq 3 ]; then
		refused=$((refused + 1))
		grep -qE '^  at .+:[0-9]+:[0-9]+$' "$work/ours.err" && return 0
		unplaced=$((unplaced + 1))
		say "NO PLACE: $what: $(head -n 3 "$work/ours.err")"
		return 0
	fi
	if [ $theirs -eq 0 ] && [ $ours -eq 0 ]; then
		jq -S "$undouble" "$work/theirs" >"$work/theirs.sorted"
		jq -S . "$work/ours" >"$work/ours.sorted"
		if cmp -s "$work/theirs.sorted" "$work/ours.sorted"; then
			same=$((same + 1))
			return 0
		fi
	fi
	differ=$((differ + 1))
	say "DIFFERS: $what (docker compose: $theirs, ours: $ours)"
	if [ $theirs -eq 0 ] && [ $ours -eq 0 ]; then
		diff -U 1 "$work/theirs.sorted" "$work/ours.sorted" | head -n 12 || true
	else
		head -n 3 "$work/theirs.err" "$work/ours.err"
	fi
}

counted() {
	say "$1: $same the same, $refused refused by both ($unplaced without a place), $differ differ"
	total=$((${total:-0} + differ + unplaced))
	same=0 refused=0 differ=0 unplaced=0
}

# The example that a project's variables come from; empty: there is none.
example_of() {
	local file
	for file in "$1"/.env*example "$1"/.env.template "$1"/env.example "$1"/env.template "$1"/example.env "$1"/.env.sample; do
		[ ! -f "$file" ] || { basename "$file" && return; }
	done
}

# compare_set DIR FILE...: as it is, with all profiles, and with each.
compare_set() {
	local dir=$1 example profile what
	shift
	example=$(example_of "$dir")
	what="$dir: $*${example:+ with --env-file $example}"
	plain
	[ -z "$example" ] || with_env_file "$example"
	compare "$what" "$dir" "" "$@"
	grep -qE '^ +profiles:' "${@/#/$dir/}" || return 0
	with_profile '*'
	compare "$what --profile *" "$dir" "" "$@"
	while IFS= read -r profile; do
		plain
		[ -z "$example" ] || with_env_file "$example"
		with_profile "$profile"
		compare "$what --profile $profile" "$dir" "" "$@"
		plain
		[ -n "$example" ] || compare "$what COMPOSE_PROFILES=$profile" "$dir" "COMPOSE_PROFILES=$profile" "$@"
	done < <(sed -nE 's/^ +profiles: *\[(.*)\].*/\1/p; /^ +profiles: *$/,/^ +[a-z_]+:/s/^ +- *//p' "${@/#/$dir/}" |
		tr ',' '\n' | tr -d "\"' " | sort -u)
	plain
}

# The files of a project together: the main one with each other, and the overrides by name one on the other.
compare_sets() {
	local dir main other
	while IFS= read -r dir; do
		for main in compose.yaml compose.yml docker-compose.yml docker-compose.yaml; do
			[ -f "$dir/$main" ] || continue
			compare_set "$dir" "$main"
			for other in "$dir"/*compose*.y*ml; do
				other=$(basename "$other")
				[ "$other" = "$main" ] || compare_set "$dir" "$main" "$other"
			done
			break
		done
	done < <(find "$corpus" -name '*.yml' -o -name '*.yaml' | xargs -d '\n' -n 1 dirname | LC_ALL=C sort -u)
	counted "sets of files, profiles and env files"
}

# names_in: the variables of the text, one a line.
names_in() { { grep -oE '\$\{?[A-Za-z_][A-Za-z0-9_]*' || true; } | tr -d '${' | LC_ALL=C sort; }

# compare_variables FILE: names, which must be set, and defaults. Compose tells of one use of each, whichever comes
# first in a map of Go: only of those with a single use more than the name is compared. What mounts in the short form
# are made of it leaves out. For us, what must not be empty where it stands (an image) is required, too. Where a
# default names variables, ours is what they make of it. Theirs is a table: columns begin where their headings do.
compare_variables() {
	local dir file
	dir=$(dirname "$1") file=$(basename "$1")
	(cd "$dir" && "${clean[@]}" "PWD=$PWD" "${compose[@]}" -f "$file" config --variables) >"$work/theirs" 2>/dev/null </dev/null || return 0
	"${clean[@]}" "$dump" -t -V "$dir" "$file" >"$work/ours" 2>/dev/null </dev/null || {
		refused=$((refused + 1)) # as a project, by both: compared above
		return 0
	}
	jq -r '.[] | [.name, .required, .default // ""] | join("\t")' "$work/ours" >"$work/ours.sorted"
	names_in <"$1" | uniq -u >"$work/once"
	{ grep -E '^ *- .*:/' "$1" || true; } | names_in >"$work/mounts"
	awk -F '\t' -v once="$work/once" -v mounts="$work/mounts" '
		BEGIN { while ((getline name <once) > 0) single[name]; while ((getline name <mounts) > 0) mounted[name] }
		FILENAME == ARGV[1] { required[$1] = $2; initial[$1] = $3; next }
		FNR == 1 { at = index($0, "DEFAULT"); end = index($0, "ALTERNATE"); next }
		{ value = substr($0, at, end - at); sub(/ +$/, "", value); split($0, word, " "); name = word[1]; theirs[name] }
		!(name in required) { print "only theirs: " name; next }
		!(name in single) { next }
		word[2] == "true" && required[name] != "true" { print "not required by ours: " name }
		value !~ /\$/ && value != initial[name] { print "default of " name ": " value ", ours: " initial[name] }
		END { for (name in required) if (!(name in theirs) && !(name in mounted)) print "only ours: " name }
	' "$work/ours.sorted" "$work/theirs" >"$work/said"
	if [ ! -s "$work/said" ]; then
		same=$((same + 1))
	else
		differ=$((differ + 1))
		say "DIFFERS: variables of $1"
		head -n 12 "$work/said"
	fi
}

compare_all_variables() {
	local file
	"${compose[@]}" config --help 2>/dev/null | grep -q -- '--variables' || {
		say "this Compose lists no variables"
		return 0
	}
	while IFS= read -r file; do compare_variables "$file"; done < <(find "$corpus" -name '*.yml' -o -name '*.yaml' | LC_ALL=C sort)
	[ "$same" -gt 0 ] || fail "no variables were compared"
	counted "variables of compose files"
}

compare_projects() {
	local file dir example
	while IFS= read -r file; do
		dir=$(dirname "$file")
		compare "$file" "$dir" "" "$(basename "$file")"
		case $(basename "$file") in
		compose.yaml | compose.yml | docker-compose.yml | docker-compose.yaml) ;;
		*) continue ;;
		esac
		compare "$dir" "$dir" ""
		for example in "$dir"/.env*example "$dir"/.env.template "$dir"/env.example "$dir"/env.template \
			"$dir"/example.env "$dir"/.env.sample; do
			[ -f "$example" ] || continue
			compare "$dir with $(basename "$example")" "$dir" "COMPOSE_ENV_FILES=$(basename "$example")"
		done
	done < <(find "$corpus" -name '*.yml' -o -name '*.yaml' | LC_ALL=C sort)
	counted "compose projects"
}

# A service that takes all of one env file.
compare_env_file() {
	cp -- "$1" "$work/env/x.env"
	compare "$2" "$work/env" ""
}

compare_env_files() {
	local file
	while IFS= read -r file; do
		compare_env_file "$file" "$file"
	done < <(find "$corpus" -type f \( -name '*.env' -o -name '.env*' -o -name 'env.*' -o -name '*.env.*' \) | LC_ALL=C sort)
	counted "env files"
}

compare_nasty_env_files() {
	local seed
	for ((seed = 1; seed <= 100; seed++)); do
		awk -v seed="$seed" 'BEGIN {
			srand(seed)
			n = split("A B C a_b D.e x-y export Z[0] \303\274", keys, " ")
			m = split("a|b 1|#| #|\t#|$|$$|${A}|${U:-d}|${U-${A}}|$A|{|}|\\\\|\\|\\n|\\t|\\$|\\\"|\\0101|\\x41|\047|\"|=|:|,|@| |\t|\r|`id`|$(x)|\303\244|\\\047|?|${B:+r}|-|5", bits, "|")
			for (line = 0; line < 1 + int(rand() * 6); line++) {
				text = rand() < 0.1 ? "export " : rand() < 0.1 ? "  " : ""
				text = text keys[1 + int(rand() * n)] (rand() < 0.1 ? " " : "")
				text = text (rand() < 0.8 ? "=" : rand() < 0.6 ? ": " : "")
				quote = rand() < 0.3 ? "\"" : rand() < 0.4 ? "\047" : ""
				text = text quote
				for (k = int(rand() * 6); k > 0; k--)
					text = text bits[1 + int(rand() * m)]
				text = text quote (rand() < 0.2 ? " # c" : "")
				printf "%s%s", text, rand() < 0.1 ? "\r\n" : rand() < 0.03 ? "" : "\n"
			}
		}' >"$work/env/nasty"
		compare_env_file "$work/env/nasty" "nasty env file $seed: $(head -c 300 "$work/env/nasty")"
	done
	counted "nasty env files"
}

mkdir -p "$work/env"
printf 'services:\n  a:\n    image: x\n    env_file: x.env\n' >"$work/env/compose.yaml"
compare_nasty_env_files
[ -d "$corpus" ] || {
	assert_eq 0 "$total" "models that differ"
	skip "there is no $corpus; only generated env files were compared"
}
compare_env_files
compare_projects
compare_sets
compare_all_variables
assert_eq 0 "$total" "models that differ"
