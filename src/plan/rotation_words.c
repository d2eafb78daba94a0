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

static void begin(struct rotation_command *c, const struct rotation *r,
	const struct rotation_item *i, const char *script)
{
	*c = (struct rotation_command){0};
	if (script)
		strv_push_all(&c->argv, "sh", "-c", script, NULL);
	add_env(c, "SLIPWAY_OLD", rotation_from(r, i));
	add_env(c, "SLIPWAY_NEW", rotation_to(r, i));
}

/* --- PostgreSQL */

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

static int tell_postgres(const struct rotation *r, const struct rotation_item *i,
	struct rotation_command *ret, struct error *err)
{
	/* Older ones would take the verifier for the password itself. */
	static const char guard[] =
		"DO $$ BEGIN IF current_setting('server_version_num')::int < 100000 THEN "
		"RAISE EXCEPTION 'this needs PostgreSQL 10'; END IF; END $$;";
	autosecret char *alter = NULL, *sql = NULL;
	int code = pg_role_password(i->way.user, rotation_to(r, i), &alter, err);

	if (code)
		return code;
	begin(ret, r, i, postgres_tell);
	sql = xasprintf("%s\n%s;", guard, alter);
	add_env(ret, "SLIPWAY_SQL", sql);
	return 0;
}

/* --- Redis */

/* Finds the client; says() asks and leaves the last line of the answer that is not empty (one
 * follows an error), which is the command's: what is before it are words about a login that failed.
 * does() asks as who may: the user itself with either value, else the admin. tries() says whether a
 * login is let in: AUTH itself answers, so that nobody is taken for another who needs none, or for
 * one who may not PING. */
#define REDIS_CLIENT                                                                      \
	"for cli in redis-cli valkey-cli keydb-cli; do\n"                                 \
	"	command -v \"$cli\" >/dev/null && break\n"                                      \
	"done\n"                                                                          \
	"says() {\n"                                                                      \
	"	user=$1 words=$3\n"                                                             \
	"	unset REDISCLI_AUTH\n"                                                          \
	"	[ -z \"$2\" ] || export REDISCLI_AUTH=\"$2\"\n"                                 \
	"	set -- --no-auth-warning\n"                                                     \
	"	[ \"$user\" = default ] || set -- \"$@\" --user \"$user\"\n"                    \
	"	printf '%s\\n' \"$words\" | \"$cli\" \"$@\" 2>&1 | sed '/^$/d' | tail -n 1\n"   \
	"}\n"                                                                             \
	"does() {\n"                                                                      \
	"	said=$(says \"$SLIPWAY_USER\" \"$SLIPWAY_OLD\" \"$1\")\n"                       \
	"	[ \"$said\" = OK ] || said=$(says \"$SLIPWAY_USER\" \"$SLIPWAY_NEW\" \"$1\")\n" \
	"	[ \"$said\" = OK ] || [ \"$SLIPWAY_USER\" = default ] ||\n"                     \
	"		said=$(says default \"$SLIPWAY_ADMIN\" \"$1\")\n"                              \
	"	[ \"$said\" = OK ]\n"                                                           \
	"}\n"                                                                             \
	"tries() { said=$(says default '' \"$1\"); [ \"$said\" = OK ]; }\n"               \
	"n=0\n"                                                                           \
	"while [ $n -lt $SLIPWAY_PATIENCE ]; do\n"                                        \
	"	case $(says default '' PING) in *LOADING* | *onnect*) ;; *) break ;; esac\n"    \
	"	n=$((n + 1))\n"                                                                 \
	"	sleep 1\n"                                                                      \
	"done\n"

/* Both values are let in from here on, so that who has the old one can go on with it until it is
 * made anew. Before version 6 there was one password, and no ACL. */
static const char redis_tell[] =
	REDIS_CLIENT "does \"$SLIPWAY_ADD\" && exit 0\n"
		     "case $said in *nknown*command*) [ \"$SLIPWAY_USER\" = default ] && does "
		     "\"$SLIPWAY_WORDS\" && exit 0 ;; esac\n"
		     "printf '%s\\n' \"$said\" >&2\n"
		     "exit 1\n";

/* Takes the old value from a server that was not made anew, and has it write that down. A server
 * without any file is only told about: nothing on disk says otherwise. */
static const char redis_login[] =
	REDIS_CLIENT "[ -z \"$SLIPWAY_KEEP\" ] || does \"$SLIPWAY_WORDS\"\n"
		     "tries \"$SLIPWAY_TRY_NEW\" || { printf '%s\\n' \"$said\" >&2; exit 1; }\n"
		     "for words in $SLIPWAY_KEEP; do\n"
		     "	does \"$(echo \"$words\" | tr _ ' ')\" && break\n"
		     "done\n"
		     "case $SLIPWAY_KEEP:$said in\n"
		     ":* | *:OK) ;;\n"
		     "*'without a config file'*) echo slipway-until-restart ;;\n"
		     "*)\n"
		     "	echo 'its next restart would bring the old value back, and it cannot write "
		     "its configuration:' >&2\n"
		     "	printf '%s\\n' \"$said\" >&2\n"
		     "	exit 1\n"
		     "	;;\n"
		     "esac\n"
		     "tries \"$SLIPWAY_TRY_OTHER\" && exit 0\n"
		     "[ -n \"$SLIPWAY_OLD\" ] && tries \"$SLIPWAY_TRY_OLD\" || exit 0\n"
		     "echo 'the value before it is still let in' >&2\n"
		     "exit 1\n";

static const char redis_try[] = REDIS_CLIENT
	"tries \"$SLIPWAY_TRY_NEW\" && {\n"
	"	tries \"$SLIPWAY_TRY_OTHER\" && echo open || echo accepted\n"
	"	exit 0\n"
	"}\n"
	"case $said in\n"
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

/* ">secret" or "<secret" */
static char *redis_modifier(char sign, const char *value)
{
	autosecret char *text = xasprintf("%c%s", sign, value);

	return redis_quoted(text);
}

static char *redis_auth(const struct rotation_way *w, const char *value, const char *tail)
{
	autosecret char *text = xasprintf("%s%s", value, tail);
	autosecret char *password = redis_quoted(text);
	autofree char *user = redis_quoted(w->user);

	return str_eq(w->user, "default") ? xasprintf("AUTH %s", password)
					  : xasprintf("AUTH %s %s", user, password);
}

/* What leaves the new value alone in force; the rules of the user stay. requirepass is the password
 * of the user default, for versions before 6, too. */
static char *redis_settle(const struct rotation *r, const struct rotation_item *i)
{
	const char *to = rotation_to(r, i), *from = rotation_from(r, i);
	autosecret char *password = redis_quoted(to), *add = redis_modifier('>', to);
	autosecret char *remove = redis_modifier('<', from);
	autofree char *user = redis_quoted(i->way.user);

	if (str_eq(i->way.user, "default"))
		return xasprintf("CONFIG SET requirepass %s", password);
	return str_empty(from) ? xasprintf("ACL SETUSER %s resetpass %s", user, add)
			       : xasprintf("ACL SETUSER %s %s %s", user, remove, add);
}

static void add_redis(
	const struct rotation *r, const struct rotation_item *i, struct rotation_command *ret)
{
	const struct rotation_way *w = &i->way;
	autosecret char *add = redis_modifier('>', rotation_to(r, i));
	autofree char *user = redis_quoted(w->user);
	autosecret char *words = redis_settle(r, i);
	autosecret char *grant = xasprintf("ACL SETUSER %s %s", user, add);
	autosecret char *try_new = redis_auth(w, rotation_to(r, i), "");
	autosecret char *try_old = redis_auth(w, rotation_from(r, i), "");
	autosecret char *try_other = redis_auth(w, rotation_to(r, i), "-");

	add_env(ret, "SLIPWAY_ADD", grant);
	add_env(ret, "SLIPWAY_WORDS", words);
	add_env(ret, "SLIPWAY_ADMIN", w->admin ? w->admin : "");
	add_env(ret, "SLIPWAY_TRY_NEW", try_new);
	add_env(ret, "SLIPWAY_TRY_OLD", try_old);
	add_env(ret, "SLIPWAY_TRY_OTHER", try_other);
	add_env(ret, "SLIPWAY_KEEP",
		!w->keeps                    ? ""
		: str_eq(w->user, "default") ? "CONFIG_REWRITE"
					     : "ACL_SAVE CONFIG_REWRITE");
}

/* --- all of them */

static void add_common(
	const struct rotation *r, const struct rotation_item *i, struct rotation_command *c)
{
	if (i->way.user)
		add_env(c, "SLIPWAY_USER", i->way.user);
	strv_pushf(&c->env, "SLIPWAY_PATIENCE=%d", PATIENCE);
	if (i->way.means == ROTATION_REDIS)
		add_redis(r, i, c);
}

int rotation_tell(const struct rotation *r, const struct rotation_item *i,
	struct rotation_command *ret, struct error *err)
{
	const struct rotation_way *w = &i->way;
	int code = 0;

	if (w->means == ROTATION_POSTGRES)
		code = tell_postgres(r, i, ret, err);
	else
		begin(ret, r, i, w->means == ROTATION_REDIS ? redis_tell : NULL);
	if (code)
		return code;
	strv_extend(&ret->argv, &w->command);
	add_common(r, i, ret);
	return 0;
}

void rotation_login(
	const struct rotation *r, const struct rotation_item *i, struct rotation_command *ret)
{
	const struct rotation_way *w = &i->way;

	begin(ret, r, i,
		w->means == ROTATION_POSTGRES ? postgres_login
		: w->means == ROTATION_REDIS  ? redis_login
					      : NULL);
	strv_extend(&ret->argv, &w->check);
	add_common(r, i, ret);
}

void rotation_try(const struct rotation_way *w, const char *value, struct rotation_command *ret)
{
	bool redis = w->means == ROTATION_REDIS;
	autosecret char *this = redis ? redis_auth(w, value, "") : NULL;
	autosecret char *other = redis ? redis_auth(w, value, "-") : NULL;

	*ret = (struct rotation_command){0};
	strv_push_all(&ret->argv, "sh", "-c", redis ? redis_try : postgres_try, NULL);
	add_env(ret, "SLIPWAY_NEW", value);
	add_env(ret, "SLIPWAY_USER", w->user);
	/* Whoever is asked runs: what it says now is the answer. */
	add_env(ret, "SLIPWAY_PATIENCE", "0");
	if (redis) {
		add_env(ret, "SLIPWAY_TRY_NEW", this);
		add_env(ret, "SLIPWAY_TRY_OTHER", other);
	}
}
