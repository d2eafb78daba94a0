/* SPDX-License-Identifier: MIT */
/*
 * slipway-stack(5) shows every key in use: the keys are those of the readers' tables, taken from the
 * sources, and the examples are those of the manual. A key counts as shown where a mapping has it
 * and nothing else than keys of its table, in the part of the definition that the source reads:
 * `format` of a dump is not that of a secret.
 */
#include "host_fixture.h"

#include "base/str.h"
#include "base/yaml.h"
#include "config/stack_lint.h"

#include <glob.h>

static void read_text(const char *path, struct str *out)
{
	FILE *f = fopen(path, "re");
	char buffer[8192];
	size_t n;

	if (!f)
		fail_msg("cannot read %s", path);
	while ((n = fread(buffer, 1, sizeof(buffer), f)) > 0)
		str_addn(out, buffer, n);
	fclose(f);
}

/* --- examples */

#define HEAD "slipway: 1\nstack: x\n"

/* What stands between .EX and .EE; a part of a definition gets what is missing. */
static void extract(const char *page, struct strv *examples)
{
	const char *from = page, *to;

	while ((from = strstr(from, "\n.EX\n"))) {
		from += strlen("\n.EX\n");
		to = strstr(from, ".EE\n");
		assert_non_null(to);
		strv_pushf(examples, "%s%.*s", str_starts(from, "slipway:") ? "" : HEAD,
			(int)(to - from), from);
		from = to;
	}
}

struct mapping {
	const struct yaml_node *node;
	const char *part; /* the key at the top that it is below; "": it is the top */
};

struct mappings {
	struct mapping *items;
	size_t n, cap;
};

static void collect(struct mappings *m, const struct yaml_node *node, const char *part)
{
	if (node->kind == YAML_MAP) {
		VEC_GROW(m->items, m->n, m->cap);
		m->items[m->n++] = (struct mapping){node, part};
	}
	for (size_t i = 0; i < node->n; i++)
		if (node->kind == YAML_MAP)
			collect(m, node->pairs[i].value,
				*part ? part : node->pairs[i].key->text);
		else
			collect(m, node->items[i], part);
}

/* What each source reads; the others read what is said anywhere. */
static const struct {
	const char *source, *parts[4];
} reads[] = {
	{"/stack_feature.c", {"environments", "features", "recognise", "compose"}},
	{"/stack_gate.c", {"services"}},
	{"/stack_generate.c", {"pages"}},
	{"/stack_migration.c", {"migrations"}},
	{"/stack_model.c", {"models"}},
	{"/stack_rename.c", {"renames"}},
	{"/stack_requires.c", {"requires"}},
	{"/stack_rule.c", {"pages"}},
	{"/stack_service.c", {"services"}},
	{"/stack_setting.c", {"pages"}},
	{"/stack_setting_key.c", {"pages"}},
	{"/stack_step.c", {"runbooks"}},
	{"/stack_volume.c", {"volumes", "directories"}},
};

static bool is_read_by(const char *source, const char *part)
{
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		if (!str_ends(source, reads[i].source))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(reads[i].parts) && reads[i].parts[k]; k++)
			if (strcmp(reads[i].parts[k], part) == 0)
				return true;
		return false;
	}
	return true;
}

/* --- tables */

/* What is only named within a row: another text follows, or nothing. */
static bool is_named_only(const char *behind)
{
	behind += 1;
	return *behind == '}' || str_starts(behind, ", \"");
}

/* Every text in quotes that begins a row, up to the end; and what macros stand for. */
static void add_keys(struct strv *keys, const char *from, const char *end)
{
	static const char *const openings[] = {"{\"", ".name = \""};

	for (size_t i = 0; i < ARRAY_SIZE(openings); i++)
		for (const char *at = from; (at = strstr(at, openings[i])) && at < end;) {
			at += strlen(openings[i]);
			if (!is_named_only(at + strcspn(at, "\"")))
				strv_push_take(keys, xstrndup(at, strcspn(at, "\"")));
		}
	for (const char *at = from; (at = strstr(at, "SERVICE")) && at < end; at++)
		strv_add_once(keys, "service");
	for (const char *at = from; (at = strstr(at, "DATABASE")) && at < end; at++) {
		strv_add_once(keys, "user");
		strv_add_once(keys, "database");
	}
}

/* Whether a mapping of the examples has the key, and none that the table does not know. */
static bool is_shown(
	const struct mappings *m, const char *key, const struct strv *table, const char *source)
{
	/* Volumes and directories have these beside their own. */
	static const char *const shared[] = {"about", "importance", "read_only", "size", "backup",
		"owner", "mode", "path", "recursive"};

	for (size_t i = 0; i < m->n; i++) {
		const struct yaml_node *node = m->items[i].node;
		bool fits = yaml_get(node, key) && is_read_by(source, m->items[i].part);

		for (size_t k = 0; fits && k < node->n; k++) {
			const char *other = node->pairs[k].key->text;

			fits = strv_has(table, other);
			for (size_t s = 0; !fits && s < ARRAY_SIZE(shared); s++)
				fits = strcmp(shared[s], other) == 0;
		}
		if (fits)
			return true;
	}
	return false;
}

/* The tables of one source: "struct schema_key NAME[] = {" and that of the kinds of steps. */
static int check_source(
	const char *text, const struct mappings *m, const char *where, struct strv *unseen)
{
	static const char *const kinds[] = {"struct schema_key ", "} kinds[] = "};
	int n = 0;

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		for (const char *at = text; (at = strstr(at, kinds[k]));) {
			AUTO(strv) struct strv table = STRV_INIT;
			const char *begin = strstr(at, "= {"), *semicolon = strchr(at, ';'), *end;

			at += strlen(kinds[k]);
			if (!begin || !semicolon || semicolon < begin)
				continue;
			end = strstr(begin, "};");
			assert_non_null(end);
			/* The rules' kinds are added where they are read. */
			for (int r = 0; strstr(where, "stack_rule.c") && r < SETTING_RULES; r++)
				strv_push(&table,
					setting_rule_info((enum setting_rule_kind)r)->name);
			add_keys(&table, begin, end);
			n += (int)table.n;
			for (size_t i = 0; i < table.n; i++)
				if (!is_shown(m, table.items[i], &table, where))
					strv_pushf(unseen, "%s (%s)", table.items[i],
						strrchr(where, '/') + 1);
		}
	return n;
}

/* Whether a mapping says `key: value`. */
static bool is_value(const struct mappings *m, const char *key, const char *value)
{
	for (size_t i = 0; i < m->n; i++)
		if (str_eq(yaml_get_text(m->items[i].node, key, NULL), value))
			return true;
	return false;
}

/* Returns how many keys there are at all. */
static int find_unseen(const struct strv *examples, struct strv *unseen)
{
	struct yaml_doc **docs = xcalloc(examples->n, sizeof(struct yaml_doc *));
	struct mappings m = {NULL, 0, 0};
	glob_t sources;
	int n = 0;

	for (size_t i = 0; i < examples->n; i++) {
		assert_int_equal(yaml_parse("example", examples->items[i],
					 strlen(examples->items[i]), &docs[i], NULL),
			0);
		collect(&m, yaml_root(docs[i]), "");
	}
	assert_int_equal(glob(SOURCES "/stack*.c", 0, NULL, &sources), 0);
	for (size_t i = 0; i < sources.gl_pathc; i++) {
		AUTO(str) struct str text = STR_INIT(STR_FILE);

		read_text(sources.gl_pathv[i], &text);
		n += check_source(str_text(&text), &m, sources.gl_pathv[i], unseen);
	}
	globfree(&sources);
	for (int i = 0; i < SETTING_TYPES; i++)
		if (!is_value(&m, "type", setting_type_info((enum setting_type)i)->name))
			strv_pushf(unseen, "type: %s", setting_type_info((enum setting_type)i)->name);
	for (int i = 0; i < SECRET_FORMATS; i++)
		if (!is_value(&m, "format", secret_format_name((enum secret_format)i)))
			strv_pushf(unseen, "format: %s", secret_format_name((enum secret_format)i));
	for (size_t i = 0; i < examples->n; i++)
		yaml_doc_free(docs[i]);
	free(docs);
	free(m.items);
	return n;
}

static void test_every_key_is_shown(void **state)
{
	AUTO(str) struct str page = STR_INIT(STR_FILE);
	AUTO(strv) struct strv examples = STRV_INIT, unseen = STRV_INIT;
	autofree char *list = NULL;

	(void)state;
	read_text(MANUAL, &page);
	extract(str_text(&page), &examples);
	assert_true(find_unseen(&examples, &unseen) > 150);
	list = strv_join(&unseen, "\n  ");
	if (unseen.n)
		fail_msg("no example of slipway-stack(5) shows\n  %s", list);
}

/* A key that goes is missed, also one that other mappings have. */
static void test_a_key_that_is_not_shown_is_found(void **state)
{
	static const struct {
		const char *was, *is, *key;
	} rows[] = {
		{"start_period: 5m", "start_period_: 5m", "start_period (stack_gate.c)"},
		{"{method: object_sync, stop: [web]}", "{method: object_sync}",
			"stop (stack_volume.c)"},
		{"backup: {method: postgres_dump, format: custom,", "backup: {method: postgres_dump,",
			"format (stack_volume.c)"},
		{"{equals: INDEX_KEY}", "{below: INDEX_KEY}", "equals (stack_rule.c)"},
		{"- wait: 5s", "- up: 5s", "wait (stack_step.c)"},
		{"type: cron", "type: corn", "type: cron"},
	};
	AUTO(str) struct str page = STR_INIT(STR_FILE);

	(void)state;
	read_text(MANUAL, &page);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *at = strstr(str_text(&page), rows[i].was);
		AUTO(strv) struct strv examples = STRV_INIT, unseen = STRV_INIT;
		autofree char *text = NULL;

		if (!at)
			fail_msg("the manual no longer has %s", rows[i].was);
		text = xasprintf("%.*s%s%s", (int)(at - str_text(&page)), str_text(&page),
			rows[i].is, at + strlen(rows[i].was));
		extract(text, &examples);
		find_unseen(&examples, &unseen);
		if (!strv_has(&unseen, rows[i].key))
			fail_msg("%s is not missed", rows[i].key);
	}
}

/* --- reading */

/* The compose file that the whole example is about. */
static void put_compose(const struct stack *s)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	str_add(&text, "services:\n");
	for (size_t i = 0; i < s->n_services; i++)
		if (s->services[i].kind != SERVICE_HOST)
			str_addf(&text, "  %s: {image: \"x:1\"}\n", s->services[i].name);
	str_add(&text, "  all:\n    image: \"x:1\"\n    profiles: [gpu]\n    environment:\n");
	for (size_t i = 0; i < s->settings.n; i++)
		str_addf(&text, "      A%zu: ${%s}\n", i, s->settings.items[i].name);
	str_add(&text, "    volumes: [\"db_data:/1\", \"files:/2\", \"index:/3\", \"cache_data:/4\", "
		       "\"stop_words:/5:ro\", \"browsers:/6\"]\nvolumes: {db_data: {}, files: {}, "
		       "index: {}, cache_data: {}, stop_words: {}, browsers: {}}\n");
	fixture_put("compose.yaml", str_text(&text), 0600);
	fixture_put("compose.dev.yaml", "services: {web: {image: \"x:2\"}}\n", 0600);
	fixture_put("compose.gpu.yaml", "services: {search: {image: \"x:2\"}}\n", 0600);
	fixture_put(".env.example", "", 0600);
	assert_int_equal(mkdir("app", 0700), 0);
	fixture_put("app/start.sh", "", 0600);
}

static void test_every_example_is_a_definition(void **state)
{
	struct fixture *f = *state;
	AUTO(str) struct str page = STR_INIT(STR_FILE);
	AUTO(strv) struct strv examples = STRV_INIT;
	int whole = 0;

	read_text(MANUAL, &page);
	extract(str_text(&page), &examples);
	for (size_t i = 0; i < examples.n; i++) {
		autofree char *path = xasprintf("%s/stack.yaml", f->dir);
		AUTO_PTR(stack) struct stack *s = NULL;
		AUTO_PTR(compose) struct compose *c = NULL;
		AUTO(stack_findings) struct stack_findings findings = {0};
		AUTO(error) struct error err = ERROR_INIT;
		const char *text = examples.items[i];

		if (stack_load(path, text, strlen(text), "en", &s, &err))
			fail_msg("%s\n%s (%s)", text, err.message, err.detail);
		if (s->files.n) {
			put_compose(s);
			whole++;
		}
		if (stack_lint_compose(f->host, s, &c, &err))
			fail_msg("%s (%s)", err.message, err.detail);
		stack_lint(s, c, &findings);
		if (findings.n)
			fail_msg("%s\n%d: %s", text, findings.items[0].line,
				findings.items[0].message);
	}
	assert_int_equal(whole, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_key_is_shown),
		cmocka_unit_test(test_a_key_that_is_not_shown_is_found),
		cmocka_unit_test_setup_teardown(
			test_every_example_is_a_definition, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
