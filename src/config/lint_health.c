/* SPDX-License-Identifier: MIT */
/* Health checks that cannot work, and those that cannot fail. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

char *lint_health_test(const struct compose_service *s)
{
	struct json_object *test = json_get(s->json, "healthcheck.test");
	struct str out = STR_INIT(STR_LINE);

	for (size_t i = 0; i < json_len(test); i++) {
		const char *word = json_object_get_string(json_at(test, i));

		if (i > 0 || (word && strcmp(word, "CMD") != 0 && strcmp(word, "CMD-SHELL") != 0 &&
				     strcmp(word, "NONE") != 0))
			str_addf(&out, "%s%s", out.len ? " " : "", word ? word : "");
	}
	return str_take(&out);
}

/* --- tools */

enum { CURL = 1, WGET = 2, NC = 4, SHELL = 8, ALL = CURL | WGET | NC };

/* What well-known images lack. The tag must hold `tag`, where that is said. */
static const struct {
	const char *image, *tag;
	unsigned lacks;
} images[] = {
	{"postgres", NULL, CURL | WGET | NC},
	{"pgvector/pgvector", NULL, CURL | WGET | NC},
	{"redis", "alpine", CURL},
	{"redis", "", CURL | WGET | NC},
	{"valkey/valkey", "alpine", CURL},
	{"qdrant/qdrant", NULL, CURL | WGET | NC},
	{"ollama/ollama", NULL, CURL | WGET | NC},
	{"memcached", NULL, CURL | WGET},
	{"python", "slim", CURL | WGET | NC},
	{"python", "alpine", CURL},
	{"node", "slim", CURL | WGET | NC},
	{"node", "alpine", CURL},
	{"golang", "alpine", CURL},
	{"alpine", NULL, CURL},
	{"busybox", NULL, CURL},
	{"debian", NULL, CURL | WGET | NC},
	{"ubuntu", NULL, CURL | WGET | NC},
	{"mher/flower", NULL, CURL},
	{"prom/prometheus", NULL, CURL},
	{"prom/alertmanager", NULL, CURL},
	{"prom/node-exporter", NULL, CURL},
	{"grafana/tempo", NULL, ALL | SHELL},
	{"otel/opentelemetry-collector", NULL, ALL | SHELL},
	{"otel/opentelemetry-collector-contrib", NULL, ALL | SHELL},
	{"traefik", NULL, CURL},
	{"caddy", "alpine", CURL},
};

static const struct {
	const char *word;
	unsigned tool;
} tools[] = {{"curl", CURL}, {"wget", WGET}, {"nc", NC}};

static unsigned lacking(const char *image)
{
	const char *tag;
	autofree char *plain = lint_image_plain(image, &tag);

	if (str_starts(plain, "distroless/"))
		return ALL | SHELL;
	for (size_t i = 0; i < ARRAY_SIZE(images); i++)
		if (strcmp(images[i].image, plain) == 0 &&
			(!images[i].tag || strstr(tag, images[i].tag)))
			return images[i].lacks;
	return 0;
}

/* The image that the last stage of a Dockerfile begins with; NULL: an earlier stage, or not plain.
 * Caller frees. */
static char *last_base(const char *text)
{
	AUTO(strv) struct strv lines = STRV_INIT;
	AUTO(strv) struct strv stages = STRV_INIT;
	char *base = NULL;

	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++) {
		AUTO(strv) struct strv words = STRV_INIT;
		size_t at = 1;

		strv_split(&words, lines.items[i], ' ');
		if (words.n < 2 || strcasecmp(words.items[0], "FROM") != 0)
			continue;
		while (at < words.n && str_starts(words.items[at], "--"))
			at++;
		free(base);
		base = at < words.n && !strchr(words.items[at], '$') &&
				       !strv_has(&stages, words.items[at])
			       ? xstrdup(words.items[at])
			       : NULL;
		if (at + 2 < words.n && strcasecmp(words.items[at + 1], "AS") == 0)
			strv_push(&stages, words.items[at + 2]);
	}
	if (base)
		base[strcspn(base, "\r")] = '\0';
	return base;
}

/* A service that is built: what its base lacks and its Dockerfile never names. *ret_image (caller
 * frees) is the base. */
static unsigned lacking_built(struct host *h, const struct compose_service *s, char **ret_image)
{
	const char *context = json_str(s->json, "build.context", NULL);
	const char *name = json_str(s->json, "build.dockerfile", "Dockerfile");
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autofree char *path = context ? host_path(context, name) : NULL;
	autofree char *base = NULL;
	unsigned lacks;

	if (!path || json_get(s->json, "build.target") || host_read(h, path, STR_FILE, &text, NULL))
		return 0;
	base = last_base(str_text(&text));
	lacks = base ? lacking(base) : 0;
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++)
		if (lint_has_word(str_text(&text), tools[i].word))
			lacks &= ~tools[i].tool;
	*ret_image = take(base);
	return lacks & ALL;
}

/* The next of the commands that "||" joins, from *p on; NULL after the last. Caller frees. */
static char *next_command(const char **p)
{
	const char *text = *p, *end;

	if (!text)
		return NULL;
	end = strstr(text, "||");
	*p = end ? end + 2 : NULL;
	while (isspace((unsigned char)*text) || *text == '(' || *text == '{')
		text++;
	return end ? xstrndup(text, end > text ? (size_t)(end - text) : 0) : xstrdup(text);
}

/* "exit 1", "false": gives up, and asks nobody. */
static bool gives_up(const char *command)
{
	static const char *const words[] = {"exit", "false", "true", ":", "echo", "kill", "return"};
	size_t n = strcspn(command, " \t;)}");
	const char *name = command;

	for (const char *p = command; p < command + n; p++)
		if (*p == '/')
			name = p + 1;
	n -= (size_t)(name - command);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == n && strncmp(words[i], name, n) == 0)
			return true;
	return n == 0;
}

/* Whether one of the commands that "||" joins asks by something that the image has. */
static bool has_other_way(const char *test, unsigned lacks)
{
	const char *at = test;
	char *command;
	bool other = false;

	while (!other && (command = next_command(&at)) != NULL) {
		other = !gives_up(command);
		for (size_t i = 0; i < ARRAY_SIZE(tools); i++)
			other = other &&
				!((lacks & tools[i].tool) && lint_has_word(command, tools[i].word));
		free(command);
	}
	return other;
}

/* Why the check of the service needs what its image does not have; appended to ret. */
static void tools_missing(struct host *h, const struct compose_service *s, struct strv *ret)
{
	autofree char *test = s->health_check ? lint_health_test(s) : NULL;
	autofree char *base = NULL;
	unsigned lacks = 0;

	if (test && s->builds)
		lacks = h ? lacking_built(h, s, &base) : 0;
	else if (test && s->image)
		lacks = lacking(s->image);
	for (size_t k = 0; lacks && k < ARRAY_SIZE(tools); k++)
		if ((lacks & tools[k].tool) && lint_has_word(test, tools[k].word) &&
			!has_other_way(test, lacks))
			strv_pushf(ret, _("%s is checked by %s, which %s does not have"), s->name,
				tools[k].word, base ? base : s->image);
}

void lint_probe_tool(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;

	for (size_t i = 0; c && i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];
		AUTO(strv) struct strv found = STRV_INIT;

		tools_missing(l->host, s, &found);
		for (size_t k = 0; k < found.n; k++)
			lint_add_node(l, rule, lint_service_node(l, s->name, "healthcheck"), "%s",
				found.items[k]);
	}
}

char *lint_health_never(struct host *h, const struct compose *c, const struct compose_service *s)
{
	AUTO(strv) struct strv found = STRV_INIT;

	tools_missing(h, s, &found);
	if (!found.n)
		lint_wrong_paths(c, s, &found);
	return found.n ? xstrdup(found.items[0]) : NULL;
}

/* --- what cannot fail */

/* Without the blanks at the end. */
static bool ends_in(const char *text, const char *end)
{
	size_t n = strlen(text);
	autofree char *cut = NULL;

	while (n && (isspace((unsigned char)text[n - 1]) || text[n - 1] == ';'))
		n--;
	cut = xstrndup(text, n);
	return str_ends(cut, end);
}

static bool is_plain(const char *text)
{
	static const char *const plain[] = {"true", "/bin/true", "exit 0", ":", "echo", "echo ok"};

	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		if (strcasecmp(text, plain[i]) == 0)
			return true;
	return false;
}

/* curl that succeeds whatever the status is, and whose output nobody looks at. */
static bool is_blind_curl(const char *test)
{
	const char * or = strstr(test, "||");
	autofree char *text = xstrndup(test, or ? (size_t)(or -test) : strlen(test));
	bool fails = strstr(text, "--fail") || strstr(text, "http_code") || strstr(text, "telnet:");

	/* What follows "||" must be the end of it, and not another way to ask. */
	if (!lint_has_word(text, "curl") || strpbrk(text, "|$`>&;") ||
		(or &&!strstr(or, "exit ") && !strstr(or, "false")))
		return false;
	/* -f among other letters: -sSf. */
	for (const char *p = text; !fails && (p = strstr(p, " -")) != NULL; p++)
		fails = p[2] != '-' && strcspn(p + 2, "f") < strcspn(p + 2, " ");
	return !fails;
}

/* A client in a line of Python or JavaScript that raises nothing for an error page, and whose
 * answer nobody looks at. (urllib raises.) */
static bool is_blind_script(const char *test)
{
	static const char *const asks[] = {"requests.get(", "requests.head(", "requests.request(",
		"httpx.get(", "httpx.head(", ".getresponse(", "http.get(", "https.get(",
		"http').get(", "https').get(", "http\").get(", "https\").get(", "http.request(",
		"fetch("};
	static const char *const looks[] = {"raise_for_status", "status", ".ok", "is_success",
		"is_error", "assert", ".json(", ".text", ".content", ".on('data'", "exit(", "|"};
	bool blind = false;

	if (!strstr(test, "python") && !lint_has_word(test, "node") &&
		!lint_has_word(test, "bun") && !lint_has_word(test, "deno"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(asks); i++)
		blind = blind || strstr(test, asks[i]);
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		blind = blind && !strstr(test, looks[i]);
	return blind;
}

/* Where the status is always the same, only what the answer says tells whether all is well: the
 * definition knows. */
static void judge_status_only(struct lint *l, const struct lint_rule *rule,
	const struct stack *stack, const struct compose_service *s, const char *test, const struct yaml_node *place)
{
	autofree char *path = NULL;
	const struct stack_gate *gate =
		stack ? lint_gate_of_body(l->project->compose, stack, s, test, &path) : NULL;

	if (gate)
		lint_add_node(l, rule, place,
			_("the health check of %s looks at the status of %s only: whether it is "
			  "well is \"%s\" in the answer"),
			s->name, path, gate->json_path);
}

void lint_always_healthy(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;
	autofree char *name = NULL;
	/* A clone that nobody has set up is known by its services. */
	AUTO_PTR(stack)
	struct stack *known = c && !l->project->stack ? project_known(l->project, &name) : NULL;
	const struct stack *stack = c && l->project->stack ? l->project->stack : known;

	for (size_t i = 0; c && i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];
		autofree char *test = s->health_check ? lint_health_test(s) : NULL;
		const struct yaml_node *place = lint_service_node(l, s->name, "healthcheck");

		if (!test || !*test)
			continue;
		if (is_plain(test) || ends_in(test, "|| true") || ends_in(test, "|| exit 0") ||
			ends_in(test, "; exit 0") || ends_in(test, "; true"))
			lint_add_node(l, rule, place,
				_("the health check of %s succeeds whatever happens"), s->name);
		else if (is_blind_curl(test))
			lint_add_node(l, rule, place,
				_("the health check of %s takes an error page for health: curl "
				  "without -f succeeds with any status"),
				s->name);
		else if (is_blind_script(test))
			lint_add_node(l, rule, place,
				_("the health check of %s takes an error page for health: nothing "
				  "looks at the status"),
				s->name);
		else
			judge_status_only(l, rule, stack, s, test, place);
	}
}
