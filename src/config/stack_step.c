/* SPDX-License-Identifier: MIT */
/* One step of a runbook. Tables say which keys each kind of step has, and which it needs. */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

void stack_step_done(struct stack_step *s)
{
	char *texts[] = {s->runbook, s->url, s->body, s->json_path, s->json_equals, s->json_not,
		s->bearer, s->query, s->answer, s->user, s->database, s->volume, s->api_key,
		s->typed, s->text};
	struct strv *lists[] = {&s->services, &s->command, &s->entrypoint, &s->state, &s->head,
		&s->environment, &s->ask, &s->headers, &s->files, &s->collections};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		free(texts[i]);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		strv_done(lists[i]);
	for (size_t i = 0; i < s->n_counts; i++)
		free(s->counts[i].service);
	free(s->counts);
}

/* --- values */

static int read_service(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	autofree char *name = NULL;
	int code = stack_read_service_name(schema, node, &name, err);

	if (code == 0)
		strv_push(into, name);
	return code;
}

static int read_services(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	int code = stack_read_service_names(schema, node, into, err);

	if (code == 0 && ((struct strv *)into)->n == 0)
		return schema_fail(schema, node, err, _("expected the names of services"));
	return code;
}

static int read_names(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const struct strv *names = into;
	int code = schema_strings(schema, node, into, err);

	for (size_t i = 0; i < names->n && code == 0; i++) {
		const char *name = names->items[i];

		if ((!isalpha((unsigned char)*name) && *name != '_') ||
			name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					  "0123456789_")])
			code = schema_fail(schema, node->kind == YAML_SEQ ? node->items[i] : node,
				err, _("expected the name of a variable, such as WEB_PORT"));
	}
	return code;
}

int stack_read_status(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	int64_t status;

	if (node->kind != YAML_SCALAR || text_to_int(node->text, 100, 599, &status, NULL))
		return schema_fail(
			schema, node, err, _("expected an HTTP status from 100 to 599"));
	*(int *)into = (int)status;
	return 0;
}

static int read_address(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *text = yaml_text(node, "");

	if (!str_starts(text, "http://") && !str_starts(text, "https://") && *text != '$')
		return schema_fail(schema, node, err, _("expected an http:// or https:// address"));
	return stack_read_expanded(schema, node, into, err);
}

static int read_post(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_step *step = into;

	step->post = true;
	return read_address(schema, node, &step->url, err);
}

/* A text is sent as it stands, everything else as JSON. */
static int read_body(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	autojson struct json_object *o = NULL;
	char **body = into;

	if (node->kind == YAML_SCALAR)
		return stack_read_expanded(schema, node, into, err);
	stack_mention(schema, MENTION_TEXT, node);
	o = stack_node_json(node, 0);
	free(*body);
	*body = json_text(o);
	return 0;
}

int stack_read_headers(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct strv *headers = into;

	if (node->kind != YAML_MAP)
		return schema_fail(
			schema, node, err, _("expected a mapping of names of headers to texts"));
	for (size_t i = 0; i < node->n; i++) {
		const char *name = node->pairs[i].key->text;
		autofree char *value = NULL;

		if (!*name || name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
						"0123456789-_")])
			return schema_fail(schema, node->pairs[i].key, err,
				_("expected the name of a header, such as X-API-Key"));
		if (stack_read_expanded(schema, node->pairs[i].value, &value, err))
			return ERR_INPUT;
		if (strpbrk(value, "\r\n"))
			return schema_fail(schema, node->pairs[i].value, err,
				_("a header has one line"));
		strv_pushf(headers, "%s: %s", name, value);
	}
	return 0;
}

struct json_test {
	char *path, *equals, *not;
};

int stack_read_json_test(struct schema *schema, const struct yaml_node *node,
	struct stack_json_test test, struct error *err)
{
	struct json_test read = {0};
	static const struct schema_key keys[] = {
		{"path", offsetof(struct json_test, path), schema_string},
		{"equals", offsetof(struct json_test, equals), stack_read_expanded},
		{"not", offsetof(struct json_test, not), stack_read_expanded},
	};
	int code = schema_map(schema, node, keys, ARRAY_SIZE(keys), &read, err);

	if (code == 0 && (!read.path || !read.equals == !read.not))
		code = schema_fail(
			schema, node, err, _("expected the key path, and equals or not"));
	*test.path = read.path;
	*test.equals = read.equals;
	*test.not = read.not;
	return code;
}

static int read_json(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_step *s = into;

	return stack_read_json_test(schema, node,
		(struct stack_json_test){&s->json_path, &s->json_equals, &s->json_not}, err);
}

/* "all" is what an empty list means. */
static int read_collections(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	if (node->kind == YAML_SCALAR && strcmp(node->text, "all") == 0)
		return 0;
	if (node->kind != YAML_SEQ || node->n == 0)
		return schema_fail(schema, node, err,
			_("expected all, or a list of collections"));
	for (size_t i = 0; i < node->n; i++)
		if (strpbrk(yaml_text(node->items[i], ""), "*?/"))
			return schema_fail(schema, node->items[i], err,
				_("expected the name of a collection: there are no wildcards"));
	return stack_read_expanded_list(schema, node, into, err);
}

/* --- kinds */

#define MEMBER(member) offsetof(struct stack_step, member)
#define SERVICE {"service", MEMBER(services), read_service}
#define DATABASE \
	{"user", MEMBER(user), stack_read_expanded}, {"database", MEMBER(database), stack_read_expanded}

static const struct schema_key run_keys[] = {SERVICE,
	{"command", MEMBER(command), stack_read_command},
	{"entrypoint", MEMBER(entrypoint), stack_read_command},
	{"environment", MEMBER(environment), stack_read_environment},
	{"ask", MEMBER(ask), read_names},
	{"state", MEMBER(state), stack_read_command},
	{"head", MEMBER(head), stack_read_command},
	{"destructive", MEMBER(destructive), schema_bool},
};
static const struct schema_key http_keys[] = {SERVICE,
	{"get", MEMBER(url), read_address},
	{"post", 0, read_post},
	{"body", MEMBER(body), read_body},
	{"expect", MEMBER(status), stack_read_status},
	{"json", 0, read_json},
	{"bearer", MEMBER(bearer), stack_read_expanded},
	{"headers", MEMBER(headers), stack_read_headers},
};
static const struct schema_key sql_keys[] = {SERVICE, DATABASE,
	{"query", MEMBER(query), stack_read_expanded},
	{"expect", MEMBER(answer), stack_read_expanded},
	{"destructive", MEMBER(destructive), schema_bool},
};
static const struct schema_key sql_files_keys[] = {SERVICE, DATABASE,
	{"files", MEMBER(files), stack_read_expanded_list},
	{"destructive", MEMBER(destructive), schema_bool},
};
static const struct schema_key dump_keys[] = {
	SERVICE, DATABASE, {"format", MEMBER(format), stack_read_dump_format}};
static const struct schema_key tar_keys[] = {
	{"volume", MEMBER(volume), stack_read_volume_name},
	{"stop", MEMBER(services), read_services},
};
static const struct schema_key qdrant_keys[] = {SERVICE,
	{"collections", MEMBER(collections), read_collections},
	{"api_key", MEMBER(api_key), stack_read_expanded},
};
static const struct schema_key confirm_keys[] = {
	{"type", MEMBER(typed), schema_string},
	{"text", MEMBER(text), schema_text},
};

static int read_counts(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_step *step = into;

	if (node->kind != YAML_MAP || node->n == 0)
		return schema_fail(
			schema, node, err, _("expected a mapping of services to numbers"));
	step->counts = xcalloc(node->n, sizeof(*step->counts));
	for (size_t i = 0; i < node->n; i++) {
		struct stack_count *c = &step->counts[step->n_counts];

		if (schema_int(schema, node->pairs[i].value, &c->count, err))
			return ERR_INPUT;
		stack_mention(schema, MENTION_SERVICE, node->pairs[i].key);
		c->service = xstrdup(node->pairs[i].key->text);
		step->n_counts++;
	}
	return 0;
}

static int read_images(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {"previous"};
	const char *word;

	(void)into;
	return schema_word(schema, node, words, ARRAY_SIZE(words), &word, err);
}

/* With keys it is a mapping of them; `needs` are keys of which it must have one each, or one of
 * several with | between them. Without keys its value is read as it is. */
static const struct step_kind {
	const char *name;
	const struct schema_key *keys;
	size_t n_keys;
	const char *needs[3];
	size_t offset;
	schema_read_fn *read;
} kinds[] = {
	{.name = "up", .offset = MEMBER(services), .read = read_services},
	{.name = "stop", .offset = MEMBER(services), .read = read_services},
	{.name = "restart", .offset = MEMBER(services), .read = read_services},
	{.name = "scale", .read = read_counts},
	{"run", run_keys, ARRAY_SIZE(run_keys), {"service", "command|entrypoint"}, 0, NULL},
	{"exec", run_keys, ARRAY_SIZE(run_keys), {"service", "command"}, 0, NULL},
	{"http", http_keys, ARRAY_SIZE(http_keys), {"get|post"}, 0, NULL},
	{"sql", sql_keys, ARRAY_SIZE(sql_keys), {"service", "query"}, 0, NULL},
	{"sql_files", sql_files_keys, ARRAY_SIZE(sql_files_keys), {"service", "files"}, 0, NULL},
	{"postgres_dump", dump_keys, ARRAY_SIZE(dump_keys), {"service"}, 0, NULL},
	{"postgres_restore", dump_keys, ARRAY_SIZE(dump_keys), {"service"}, 0, NULL},
	{"volume_tar", tar_keys, ARRAY_SIZE(tar_keys), {"volume"}, 0, NULL},
	{"qdrant_snapshot", qdrant_keys, ARRAY_SIZE(qdrant_keys), {"service"}, 0, NULL},
	{"confirm", confirm_keys, ARRAY_SIZE(confirm_keys), {"text|type"}, 0, NULL},
	{.name = "images", .read = read_images},
	{.name = "wait", .offset = MEMBER(wait_ms), .read = schema_duration},
};
#undef MEMBER

/* One of the alternatives is there; of get and post exactly one. */
static int check_need(struct schema *schema, const struct yaml_node *node, const char *need,
	struct error *err)
{
	AUTO(strv) struct strv keys = STRV_INIT;
	autofree char *list = NULL;
	size_t found = 0;

	strv_split(&keys, need, '|');
	for (size_t i = 0; i < keys.n; i++)
		found += yaml_get(node, keys.items[i]) != NULL;
	if (found == 1 || (found > 1 && !strv_has(&keys, "post")))
		return 0;
	list = strv_join(&keys, ", ");
	return keys.n == 1 ? schema_fail(schema, node, err, _("expected the key %s"), list)
			   : schema_fail(schema, node, err, _("expected one of the keys %s"), list);
}

static int unknown_kind(struct schema *schema, const struct yaml_node *key, struct error *err)
{
	AUTO(str) struct str list = STR_INIT(STR_LINE);
	struct nearest nearest = NEAREST_TO(key->text);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		str_addf(&list, "%s%s", i ? ", " : "", kinds[i].name);
		nearest_try(&nearest, kinds[i].name);
	}
	schema_fail(schema, key, err, _("unknown step \"%s\", expected one of %s"), key->text,
		str_text(&list));
	if (nearest.name)
		error_hint(err, _("Did you mean \"%s\"?"), nearest.name);
	return ERR_INPUT;
}

int stack_read_step(struct schema *schema, const struct yaml_pair *pair, struct stack_step *step,
	struct error *err)
{
	const struct step_kind *kind = NULL;
	int code;

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !kind; i++)
		if (strcmp(kinds[i].name, pair->key->text) == 0)
			kind = &kinds[i];
	if (!kind)
		return unknown_kind(schema, pair->key, err);
	step->kind = kind->name;
	if (kind->read)
		return kind->read(schema, pair->value, (char *)step + kind->offset, err);
	code = schema_map(schema, pair->value, kind->keys, kind->n_keys, step, err);
	for (size_t i = 0; i < ARRAY_SIZE(kind->needs) && kind->needs[i] && code == 0; i++)
		code = check_need(schema, pair->value, kind->needs[i], err);
	return code;
}
