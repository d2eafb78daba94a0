/* SPDX-License-Identifier: MIT */
/*
 * What is run in the service. Through its own client and its own socket: that needs neither a
 * published port nor, where the image trusts its socket, the old value. The values travel in the
 * environment of the command and on the standard input of the client, never in an argv.
 */
#include "base/i18n.h"
#include "base/str.h"
#include "loop/pg.h"
#include "plan/rotation.h"

#include <ctype.h>

enum { PATIENCE = 30 };

void rotation_command_done(struct rotation_command *c)
{
	strv_wipe(&c->env);
	strv_done(&c->argv);
}

static void add_env(struct rotation_command *c, const char *name, const char *value)
{
	strv_pushf(&c->env, "%s=%s", name, value);
}

static void begin(struct rotation_command *c, const struct rotation *r, const char *script)
{
	*c = (struct rotation_command){0};
	if (script)
		strv_push_all(&c->argv, "sh", "-c", script, NULL);
	add_env(c, "SLIPWAY_OLD", rotation_from(r));
	add_env(c, "SLIPWAY_NEW", rotation_to(r));
}

/* --- PostgreSQL
 * ----------------------------------------------------------------------------------- */

/* On a socket that wants a password either value may be the one in force. */
static const char postgres_tell[] =
	"unset PGHOST PGHOSTADDR PGSERVICE\n"
	"export PGPASSWORD=\"$SLIPWAY_OLD\"\n"
	"ask() {\n"
	"	printf '%s\\n' \"$SLIPWAY_SQL\" |\n"
	"		psql -X -q -w -v ON_ERROR_STOP=1 -U \"$SLIPWAY_USER\" -d postgres >/dev/null\n"
	"}\n"
	"n=0\n"
	"until pg_isready -q || [ $n -ge $SLIPWAY_PATIENCE ]; do n=$((n + 1)); sleep 1; done\n"
	"ask 2>/dev/null || { PGPASSWORD=$SLIPWAY_NEW; ask; }\n";

/* By the address that other containers use, where a password is asked for; a server that answers on its
 * socket only has no such door. A server that lets in a third value asks for none. */
static const char postgres_login[] =
	"unset PGHOSTADDR PGSERVICE\n"
	"PGHOST=$(hostname -i 2>/dev/null) || exit 0\n"
	"export PGHOST=\"${PGHOST%% *}\" PGPASSWORD=\"$SLIPWAY_NEW\"\n"
	"n=0\n"
	"until pg_isready -q; do\n"
	"	n=$((n + 1))\n"
	"	[ $n -lt $SLIPWAY_PATIENCE ] || { unset PGHOST; pg_isready >&2; exit; }\n"
	"	sleep 1\n"
	"done\n"
	"ask() { psql -X -q -w -U \"$SLIPWAY_USER\" -d postgres -c 'SELECT 1' >/dev/null; }\n"
	"ask || exit 1\n"
	"PGPASSWORD=$SLIPWAY_NEW-\n"
	"ask 2>/dev/null && exit 0\n"
	"PGPASSWORD=$SLIPWAY_OLD\n"
	"[ -n \"$SLIPWAY_OLD\" ] && ask 2>/dev/null || exit 0\n"
	"echo 'the value before it is still let in' >&2\n"
	"exit 1\n";

/* The same door, and what is heard there. A connection tells no SQLSTATE to psql: the words are
 * read. */
static const char postgres_try[] =
	"unset PGHOSTADDR PGSERVICE\n"
	"export LC_ALL=C PGCONNECT_TIMEOUT=5\n"
	"PGHOST=$(hostname -i 2>/dev/null) || { echo 'no address to ask at'; exit 0; }\n"
	"export PGHOST=\"${PGHOST%% *}\" PGPASSWORD=\"$SLIPWAY_NEW\"\n"
	"ask() { psql -X -q -w -U \"$SLIPWAY_USER\" -d postgres -c 'SELECT 1' 2>&1 >/dev/null; }\n"
	"if said=$(ask); then\n"
	"	PGPASSWORD=$SLIPWAY_NEW-\n"
	"	ask >/dev/null && echo open || echo accepted\n"
	"	exit 0\n"
	"fi\n"
	"case $said in\n"
	"*'authentication failed'*) echo refused ;;\n"
	"*) echo \"$said\" ;;\n"
	"esac\n";

static int tell_postgres(const struct rotation_way *w, const struct rotation *r,
	struct rotation_command *ret, struct error *err)
{
	/* Older ones would take the verifier for the password itself. */
	static const char guard[] =
		"DO $$ BEGIN IF current_setting('server_version_num')::int < 100000 THEN "
		"RAISE EXCEPTION 'this needs PostgreSQL 10'; END IF; END $$;";
	autosecret char *alter = NULL, *sql = NULL;
	int code = pg_role_password(w->user, rotation_to(r), &alter, err);

	if (code)
		return code;
	begin(ret, r, postgres_tell);
	sql = xasprintf("%s\n%s;", guard, alter);
	add_env(ret, "SLIPWAY_SQL", sql);
	return 0;
}

/* --- Redis
 * ---------------------------------------------------------------------------------------- */

/* Finds the client; says() asks and leaves the last line of the answer, which is the command's: what
 * is before it are words about a login that failed. */
#define REDIS_CLIENT                                                                             \
	"for cli in redis-cli valkey-cli keydb-cli; do\n"                                        \
	"	command -v \"$cli\" >/dev/null && break\n"                                       \
	"done\n"                                                                                 \
	"set -- --no-auth-warning\n"                                                             \
	"[ \"$SLIPWAY_USER\" = default ] || set -- \"$@\" --user \"$SLIPWAY_USER\"\n"            \
	"says() {\n"                                                                             \
	"	unset REDISCLI_AUTH\n"                                                           \
	"	[ -z \"$1\" ] || export REDISCLI_AUTH=\"$1\"\n"                                  \
	"	words=$2\n"                                                                      \
	"	shift 2\n"                                                                       \
	"	printf '%s\\n' \"$words\" | \"$cli\" \"$@\" 2>&1 | tail -n 1\n"                  \
	"}\n"

static const char redis_tell[] = REDIS_CLIENT
	"n=0\n"
	"until said=$(says '' PING \"$@\"); [ $n -ge $SLIPWAY_PATIENCE ]; do\n"
	"	case $said in *LOADING* | *onnect*) ;; *) break ;; esac\n"
	"	n=$((n + 1))\n"
	"	sleep 1\n"
	"done\n"
	"said=$(says \"$SLIPWAY_OLD\" \"$SLIPWAY_WORDS\" \"$@\")\n"
	"[ \"$said\" = OK ] || said=$(says \"$SLIPWAY_NEW\" \"$SLIPWAY_WORDS\" \"$@\")\n"
	"[ \"$said\" = OK ] || { printf '%s\\n' \"$said\" >&2; exit 1; }\n";

static const char redis_login[] = REDIS_CLIENT
	"n=0\n"
	"until said=$(says \"$SLIPWAY_NEW\" PING \"$@\"); [ \"$said\" = PONG ]; do\n"
	"	n=$((n + 1))\n"
	"	case $said in *LOADING* | *onnect*) ;; *) n=$SLIPWAY_PATIENCE ;; esac\n"
	"	[ $n -lt $SLIPWAY_PATIENCE ] || { printf '%s\\n' \"$said\" >&2; exit 1; }\n"
	"	sleep 1\n"
	"done\n"
	"for words in $SLIPWAY_KEEP; do\n"
	"	said=$(says \"$SLIPWAY_NEW\" \"$(echo \"$words\" | tr _ ' ')\" \"$@\")\n"
	"	[ \"$said\" != OK ] || break\n"
	"done\n"
	"[ -z \"$SLIPWAY_KEEP\" ] || [ \"$said\" = OK ] || { printf '%s\\n' \"$said\" >&2; exit 1; }\n"
	"[ \"$(says \"$SLIPWAY_NEW-\" PING \"$@\")\" != PONG ] || exit 0\n"
	"[ -n \"$SLIPWAY_OLD\" ] && [ \"$(says \"$SLIPWAY_OLD\" PING \"$@\")\" = PONG ] || exit 0\n"
	"echo 'the value before it is still let in' >&2\n"
	"exit 1\n";

/* An error is followed by an empty line: all of the answer is read. */
static const char redis_try[] = REDIS_CLIENT
	"ask() { REDISCLI_AUTH=$1; export REDISCLI_AUTH; shift; echo PING | \"$cli\" \"$@\" 2>&1; "
	"}\n"
	"said=$(ask \"$SLIPWAY_NEW\" \"$@\")\n"
	"case $said in\n"
	"PONG) [ \"$(ask \"$SLIPWAY_NEW-\" \"$@\")\" = PONG ] && echo open || echo accepted ;;\n"
	"*WRONGPASS* | *NOAUTH* | *'invalid password'*) echo refused ;;\n"
	"*) echo \"$said\" ;;\n"
	"esac\n";

/* As redis-cli reads a word between double quotes. */
static char *redis_quoted(const char *text)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	char *copy;

	str_addc(&out, '"');
	for (; *text; text++) {
		if (isalnum((unsigned char)*text))
			str_addc(&out, *text);
		else
			str_addf(&out, "\\x%02x", (unsigned)(unsigned char)*text);
	}
	str_addc(&out, '"');
	copy = xstrdup(str_text(&out));
	str_wipe(&out);
	return copy;
}

static void tell_redis(
	const struct rotation_way *w, const struct rotation *r, struct rotation_command *ret)
{
	autosecret char *added = xasprintf(">%s", rotation_to(r));
	autosecret char *password = redis_quoted(rotation_to(r)), *grant = redis_quoted(added);
	autofree char *user = redis_quoted(w->user);
	autosecret char *words = NULL;

	begin(ret, r, redis_tell);
	/* requirepass is the password of the user default, for versions before 6, too. */
	words = str_eq(w->user, "default")
			? xasprintf("CONFIG SET requirepass %s", password)
			: xasprintf("ACL SETUSER %s resetpass %s", user, grant);
	add_env(ret, "SLIPWAY_WORDS", words);
}

/* --- all of them
 * ---------------------------------------------------------------------------------- */

static void add_common(const struct rotation_way *w, struct rotation_command *c)
{
	if (w->user)
		add_env(c, "SLIPWAY_USER", w->user);
	strv_pushf(&c->env, "SLIPWAY_PATIENCE=%d", PATIENCE);
	if (w->means == ROTATION_REDIS)
		add_env(c, "SLIPWAY_KEEP",
			!w->keeps                    ? ""
			: str_eq(w->user, "default") ? "CONFIG_REWRITE"
						     : "ACL_SAVE CONFIG_REWRITE");
}

int rotation_tell(const struct rotation_way *w, const struct rotation *r,
	struct rotation_command *ret, struct error *err)
{
	int code = 0;

	if (w->means == ROTATION_POSTGRES)
		code = tell_postgres(w, r, ret, err);
	else if (w->means == ROTATION_REDIS)
		tell_redis(w, r, ret);
	else
		begin(ret, r, NULL);
	if (code)
		return code;
	strv_extend(&ret->argv, &w->command);
	add_common(w, ret);
	return 0;
}

void rotation_login(
	const struct rotation_way *w, const struct rotation *r, struct rotation_command *ret)
{
	begin(ret, r,
		w->means == ROTATION_POSTGRES ? postgres_login
		: w->means == ROTATION_REDIS  ? redis_login
					      : NULL);
	strv_extend(&ret->argv, &w->check);
	add_common(w, ret);
}

void rotation_try(const struct rotation_way *w, const char *value, struct rotation_command *ret)
{
	*ret = (struct rotation_command){0};
	strv_push_all(&ret->argv, "sh", "-c", w->means == ROTATION_REDIS ? redis_try : postgres_try,
		NULL);
	add_env(ret, "SLIPWAY_NEW", value);
	add_common(w, ret);
}
