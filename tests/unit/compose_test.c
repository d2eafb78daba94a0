/* SPDX-License-Identifier: MIT */
/*
 * Compose projects that live only in memory: what the reader sees, it sees through struct host, and
 * nothing else is there to be seen.
 */
#include "unit.h"

#include "config/compose.h"
#include "config/compose_address.h"

#include <stdio.h>
#include <string.h>

struct memory_file {
	const char *path, *text;
};

struct memory_host {
	struct host host; /* first */
	const struct memory_file *files;
};

static const struct memory_file *find(struct host *h, const char *path)
{
	for (const struct memory_file *f = ((struct memory_host *)h)->files; f->path; f++)
		if (!strcmp(f->path, path))
			return f;
	return NULL;
}

static int memory_read(
	struct host *h, const char *path, size_t max, struct str *out, struct error *err)
{
	const struct memory_file *f = find(h, path);

	(void)max;
	if (!f)
		return error_set(err, ERR_NOT_FOUND, "no %s", path);
	str_add(out, f->text);
	return 0;
}

static int memory_stat(struct host *h, const char *path, struct host_stat *ret, struct error *err)
{
	if (!find(h, path))
		return error_set(err, ERR_NOT_FOUND, "no %s", path);
	*ret = (struct host_stat){.type = HOST_FILE};
	return 0;
}

static int memory_list(struct host *h, const char *path, struct strv *names, struct error *err)
{
	size_t n = strlen(path);

	(void)err;
	for (const struct memory_file *f = ((struct memory_host *)h)->files; f->path; f++)
		if (!strncmp(f->path, path, n) && f->path[n] == '/' && !strchr(f->path + n + 1, '/'))
			strv_push(names, f->path + n + 1);
	return 0;
}

static int memory_environ(struct host *h, struct strv *ret, struct error *err)
{
	(void)h;
	(void)err;
	strv_push_all(ret, "HOME=/home/me", "SHELL_VAR=from shell", NULL);
	return 0;
}

static const struct host_ops memory_ops = {
	.name = "memory",
	.read = memory_read,
	.stat = memory_stat,
	.list = memory_list,
	.environ = memory_environ,
};

static int load_with(const struct memory_file *files, struct compose_options options,
	struct compose **ret, struct error *err)
{
	struct memory_host h = {
		.host = {.ops = &memory_ops, .label = (char *)"memory"}, .files = files};

	if (!options.dir)
		options.dir = "/srv/My App";
	return compose_load(&h.host, &options, ret, err);
}

static struct compose *load(const struct memory_file *files, struct compose_options options)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct compose *c = NULL;

	if (load_with(files, options, &c, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	return c;
}

static struct compose *load_text(const char *text)
{
	const struct memory_file files[] = {{"/srv/My App/compose.yaml", text}, {NULL, NULL}};

	return load(files, (struct compose_options){0});
}

static void assert_json(struct json_object *model, const char *path, const char *want)
{
	struct json_object *o = json_get(model, path);
	autofree char *text = json_text(o);

	if (strcmp(o || !strcmp(want, "null") ? text : "(absent)", want))
		fail_msg("%s is %s, not %s", path, o ? text : "(absent)", want);
}

/* What a hostile project may not have; the message says so and where. */
static void test_ceilings(void **state)
{
	static const struct {
		const char *head, *line;
		int n;
		const char *message, *detail;
	} rows[] = {
		{"services:\n", "  s%d: {image: x}\n", 2001, "more than 2000 services",
			"compose.yaml:2:3"},
		{"services:\n  a:\n    image: x\n    environment:\n", "      - K=${V%d}\n", 5002,
			"more than 5000 variables", "compose.yaml:5005:9"},
		{"services:\n  a:\n    image: x\n    ports:\n",
			"      - 127.0.0.%d:1-65535:1-65535\n", 3, "too many values",
			"compose.yaml:6:9"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(str) struct str text = STR_INIT(STR_FILE);
		AUTO(error) struct error err = ERROR_INIT;
		struct compose *c = NULL;

		str_add(&text, rows[i].head);
		for (int k = 0; k < rows[i].n; k++) {
			const char *number = strstr(rows[i].line, "%d");

			str_addn(&text, rows[i].line, (size_t)(number - rows[i].line));
			str_addf(&text, "%d%s", k, number + 2);
		}
		const struct memory_file files[] = {
			{"/srv/My App/compose.yaml", str_text(&text)}, {NULL, NULL}};

		assert_int_equal(
			load_with(files, (struct compose_options){0}, &c, &err), ERR_LIMIT);
		if (!strstr(err.message, rows[i].message))
			fail_msg("\"%s\" does not say \"%s\"", err.message, rows[i].message);
		assert_string_equal(err.detail, rows[i].detail);
	}
}

static void add_chain_file(struct str *names, struct str *texts, int i)
{
	str_addf(names, "/srv/My App/c%d.yaml", i);
	str_addc(names, '\0');
	str_addf(texts, "services: {a: {extends: {file: c%d.yaml, service: a}}}\n", i + 1);
	str_addc(texts, '\0');
}

static void test_a_long_chain_of_extending_files_ends(void **state)
{
	enum { FILES = 100 };
	AUTO(str) struct str names = STR_INIT(STR_FILE), texts = STR_INIT(STR_FILE);
	AUTO(error) struct error err = ERROR_INIT;
	struct memory_file files[FILES + 2] = {{"/srv/My App/compose.yaml",
		"services: {a: {extends: {file: c0.yaml, service: a}}}\n"}};
	struct compose *c = NULL;
	const char *name, *text;

	(void)state;
	for (int i = 0; i < FILES; i++)
		add_chain_file(&names, &texts, i);
	name = str_text(&names);
	text = str_text(&texts);
	for (int i = 1; i <= FILES; i++) {
		files[i] = (struct memory_file){name, text};
		name += strlen(name) + 1;
		text += strlen(text) + 1;
	}
	assert_int_equal(load_with(files, (struct compose_options){0}, &c, &err), ERR_INPUT);
	assert_non_null(strstr(err.message, "too many others"));
}

static void test_short_forms_become_long_ones(void **state)
{
	AUTO_PTR(compose)
	struct compose *c =
		load_text("services:\n"
			  "  a:\n"
			  "    image: x\n"
			  "    ports: ['127.0.0.1:8080:80/udp', '90-91:90-91', 22]\n"
			  "    volumes: ['./d:/data/:ro', 'vol:/v', '/anon', '~/h:/h:z']\n"
			  "    environment: [A=0440, B, SHELL_VAR, 'C=$$x']\n"
			  "    depends_on: [b]\n"
			  "    command: echo \"a b\" 'c d'\n"
			  "    healthcheck: {test: curl x, interval: 90s}\n"
			  "    mem_limit: 1.5g\n"
			  "    labels: {n: 1.10, y: yes, z: null}\n"
			  "    env_file: [{path: none.env, required: false}]\n"
			  "  b: {build: ./b, restart: always, user: '5', network_mode: host}\n"
			  "volumes: {vol: , unused: }\n");
	struct json_object *a = json_get(c->model, "services.a");

	(void)state;
	assert_string_equal(c->name, "myapp");
	assert_json(a, "ports",
		"[{\"mode\":\"ingress\",\"host_ip\":\"127.0.0.1\",\"target\":80,\"published\":"
		"\"8080\",\"protocol\":"
		"\"udp\"},{\"mode\":\"ingress\",\"target\":90,\"published\":\"90\",\"protocol\":"
		"\"tcp\"},{\"mode\":"
		"\"ingress\",\"target\":91,\"published\":\"91\",\"protocol\":\"tcp\"},{\"mode\":"
		"\"ingress\","
		"\"target\":22,\"protocol\":\"tcp\"}]");
	assert_json(a, "volumes",
		"[{\"type\":\"bind\",\"source\":\"/srv/My "
		"App/d\",\"target\":\"/data\",\"read_only\":true,\"bind\":{"
		"\"create_host_path\":true}},{\"type\":\"volume\",\"source\":\"vol\",\"target\":\"/"
		"v\",\"volume\":{}},{"
		"\"type\":\"volume\",\"target\":\"/"
		"anon\",\"volume\":{}},{\"type\":\"bind\",\"source\":"
		"\"/home/me/h\",\"target\":\"/"
		"h\",\"bind\":{\"create_host_path\":true,\"selinux\":\"z\"}}]");
	assert_json(a, "environment",
		"{\"A\":\"0440\",\"B\":null,\"SHELL_VAR\":\"from shell\",\"C\":\"$x\"}");
	assert_json(
		a, "depends_on", "{\"b\":{\"condition\":\"service_started\",\"required\":true}}");
	assert_json(a, "command", "[\"echo\",\"a b\",\"c d\"]");
	assert_json(
		a, "healthcheck", "{\"interval\":\"1m30s\",\"test\":[\"CMD-SHELL\",\"curl x\"]}");
	assert_json(a, "mem_limit", "\"1610612736\"");
	assert_json(a, "labels", "{\"n\":\"1.1\",\"y\":\"yes\",\"z\":\"\"}");
	assert_json(c->model, "services.b.build",
		"{\"context\":\"/srv/My App/b\",\"dockerfile\":\"Dockerfile\"}");
	assert_json(c->model, "networks", "{\"default\":{\"name\":\"myapp_default\",\"ipam\":{}}}");
	assert_json(c->model, "volumes", "{\"vol\":{\"name\":\"myapp_vol\"}}");
}

static void test_the_view_tells_the_same(void **state)
{
	AUTO_PTR(compose)
	struct compose *c = load_text(
		"services:\n"
		"  db: {image: pg, ports: ['127.0.0.1:5000-5001:80'], healthcheck: {test: [CMD, "
		"x]}}\n"
		"  job: {image: j, depends_on: {db: {condition: service_healthy, restart: true}}}\n"
		"  web:\n"
		"    image: w\n"
		"    depends_on:\n"
		"      job: {condition: service_completed_successfully}\n"
		"      gone: {condition: service_started, required: false}\n"
		"    volumes: [data:/d:ro, {type: tmpfs, target: /t}]\n"
		"  gone: {image: g, profiles: [extra], restart: 'no'}\n"
		"volumes: {data: {name: real}}\n");
	const struct compose_service *db = compose_find_service(c, "db"),
				     *job = compose_find_service(c, "job");
	const struct compose_service *web = compose_find_service(c, "web");
	const struct compose_service *gone = compose_find_service(c, "gone");
	autofree char *volume = compose_volume_name(c, "data");

	(void)state;
	assert_int_equal(c->n_services, 4);
	assert_string_equal(c->services[0].name, "db");
	assert_true(db->health_check && !db->oneshot && db->active);
	assert_string_equal(db->ports[0].host_ip, "127.0.0.1");
	assert_int_equal(db->ports[0].published, 5000);
	assert_int_equal(db->ports[0].published_end, 5001);
	assert_int_equal(db->place.line, 2);
	assert_true(job->oneshot);
	assert_int_equal(job->depends[0].condition, COMPOSE_HEALTHY);
	assert_true(job->depends[0].restart && job->depends[0].required);
	assert_false(web->depends[1].required);
	assert_int_equal(web->mounts[0].type, COMPOSE_VOLUME);
	assert_true(web->mounts[0].read_only);
	assert_int_equal(web->mounts[1].type, COMPOSE_TMPFS);
	assert_false(gone->active);
	assert_string_equal(gone->profiles.items[0], "extra");
	assert_non_null(json_key(gone->json, "image"));
	assert_null(json_get(c->model, "services.gone"));
	assert_string_equal(volume, "real");
}

static void test_files_merge_by_the_rules_of_each_field(void **state)
{
	static const struct memory_file files[] = {
		{"/srv/My App/compose.yaml",
			"services:\n"
			"  a:\n"
			"    image: x\n"
			"    ports: ['8080:80']\n"
			"    command: [one]\n"
			"    environment: {A: 1, B: 2}\n"
			"    volumes: [vv:/d, ww:/e]\n"
			"    cap_add: [X]\n"
			"    dns: 1.1.1.1\n"
			"    logging: {driver: d1, options: {a: b}}\n"
			"    depends_on: [b]\n"
			"  b: {image: y, ports: ['1:1'], labels: [gone=1, kept=1]}\n"
			"volumes: {vv: , ww: }\n"},
		{"/srv/My App/compose.override.yml",
			"services:\n"
			"  a:\n"
			"    ports: ['8081:80']\n"
			"    command: [two]\n"
			"    environment: [B=3, C=4]\n"
			"    volumes: ['./x:/d']\n"
			"    cap_add: [X, Y]\n"
			"    dns: [2.2.2.2]\n"
			"    logging: {driver: d2}\n"
			"    depends_on: {c: {condition: service_healthy}}\n"
			"  b: {ports: !override ['2:2'], labels: !reset null}\n"
			"  c: {image: z}\n"},
		{NULL, NULL},
	};
	AUTO_PTR(compose) struct compose *c = load(files, (struct compose_options){0});
	struct json_object *a = json_get(c->model, "services.a");

	(void)state;
	assert_int_equal(json_len(json_key(a, "ports")), 2);
	assert_json(a, "command", "[\"two\"]");
	assert_json(a, "environment", "{\"A\":\"1\",\"B\":\"3\",\"C\":\"4\"}");
	assert_int_equal(json_len(json_key(a, "volumes")), 2);
	assert_string_equal(json_str(json_at(json_key(a, "volumes"), 0), "type", ""), "bind");
	assert_json(a, "cap_add", "[\"X\",\"Y\"]");
	assert_json(a, "dns", "[\"1.1.1.1\",\"2.2.2.2\"]");
	assert_json(a, "logging", "{\"driver\":\"d2\"}");
	assert_int_equal(json_object_object_length(json_key(a, "depends_on")), 2);
	assert_int_equal(json_len(json_get(c->model, "services.b.ports")), 1);
	assert_json(c->model, "services.b.labels", "(absent)");
	assert_json(c->model, "volumes.vv", "(absent)");
}

static void test_extends_and_include(void **state)
{
	static const struct memory_file files[] = {
		{"/srv/My App/docker-compose.yml",
			"include: [sub/compose.yaml]\n"
			"services:\n"
			"  a:\n"
			"    extends: {file: lib/base.yaml, service: base}\n"
			"    environment: {B: own}\n"
			"  b: {extends: a, image: other}\n"},
		{"/srv/My App/lib/base.yaml", "services:\n"
					      "  base:\n"
					      "    image: ${TAG:-x}\n"
					      "    volumes: [./d:/d]\n"
					      "    environment: {A: '${LENT:-1}', B: base}\n"},
		{"/srv/My App/sub/compose.yaml",
			"services:\n  inner: {image: '${INNER}', build: .}\n"},
		{"/srv/My App/sub/.env", "INNER=from-sub\n"},
		{NULL, NULL},
	};
	AUTO_PTR(compose) struct compose *c = load(files, (struct compose_options){0});
	const struct compose_variable *lent = compose_find_variable(c, "LENT");
	autofree char *users = strv_join(&lent->used_by, " ");

	(void)state;
	assert_json(c->model, "services.a.environment", "{\"A\":\"1\",\"B\":\"own\"}");
	assert_json(c->model, "services.b.image", "\"other\"");
	assert_string_equal(
		json_str(json_at(json_get(c->model, "services.b.volumes"), 0), "source", ""),
		"/srv/My App/lib/d");
	assert_json(c->model, "services.inner.image", "\"from-sub\"");
	assert_json(c->model, "services.inner.build.context", "\"/srv/My App/sub\"");
	assert_string_equal(users, "a b");
	assert_string_equal(lent->place.file, "lib/base.yaml");
	assert_int_equal(c->n_files, 4);
}

static void test_where_variables_come_from(void **state)
{
	static const struct memory_file files[] = {
		{"/srv/My App/compose.yaml",
			"name: ${NAME}\n"
			"services:\n"
			"  a:\n"
			"    image: ${IMG}\n"
			"    environment:\n"
			"      - A=${SHELL_VAR}${DOT:-no}${DEF:-d${NESTED}}${NEVER}\n"
			"  b: {image: '${IMG}'}\n"},
		{"/srv/My App/.env", "# c\nSHELL_VAR=hidden\nDOT=dot\nIMG=i\nNAME=Pro Ject\n"},
		{"/srv/My App/.env.example", "IMG=\n"},
		{NULL, NULL},
	};
	AUTO_PTR(compose) struct compose *c = load(files, (struct compose_options){0});
	const struct compose_variable *shell = compose_find_variable(c, "SHELL_VAR");
	const struct compose_variable *dot = compose_find_variable(c, "DOT"),
				      *def = compose_find_variable(c, "DEF");
	const struct compose_variable *never = compose_find_variable(c, "NEVER"),
				      *img = compose_find_variable(c, "IMG");
	autofree char *users = strv_join(&img->used_by, " ");

	(void)state;
	assert_string_equal(c->name, "project");
	assert_int_equal(shell->source, COMPOSE_SHELL);
	assert_string_equal(shell->value, "from shell");
	assert_int_equal(shell->dotenv_line, 2);
	assert_int_equal(dot->source, COMPOSE_DOTENV);
	assert_int_equal(dot->dotenv_line, 3);
	assert_string_equal(dot->default_value, "no");
	assert_int_equal(def->source, COMPOSE_DEFAULT);
	assert_string_equal(def->value, "d");
	assert_int_equal(never->source, COMPOSE_UNSET);
	assert_null(never->value);
	assert_int_equal(never->place.line, 6);
	assert_int_equal(never->place.column, 9);
	assert_int_equal(never->n_places, 1);
	assert_true(img->required);
	assert_false(never->required);
	assert_string_equal(users, "a b");
	assert_int_equal(c->warnings.n, 2);
	assert_string_equal(compose_find_file(c, COMPOSE_FILE_EXAMPLE)->path, ".env.example");
	assert_string_equal(compose_find_file(c, COMPOSE_FILE_DOTENV)->path, ".env");
}

static void test_a_tolerant_reading_records_what_is_missing(void **state)
{
	static const struct memory_file files[] = {
		{"/srv/My App/compose.yaml", "services:\n"
					     "  a:\n"
					     "    image: x\n"
					     "    read_only: ${FLAG}\n"
					     "    volumes: ['${WHERE}:/data', ./kept:/k]\n"
					     "    ports: ['${PORT}']\n"
					     "    environment: {P: '${PASS:?give one}'}\n"
					     "    env_file: .env\n"},
		{NULL, NULL},
	};
	static const char *const missing[] = {"FLAG", "WHERE", "PORT", "PASS"};
	AUTO_PTR(compose)
	struct compose *c = load(files, (struct compose_options){.tolerant = true});
	AUTO_PTR(compose) struct compose *none = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(missing); i++)
		assert_true(compose_find_variable(c, missing[i])->required);
	assert_string_equal(compose_find_variable(c, "PASS")->message, "give one");
	assert_int_equal(json_len(json_get(c->model, "services.a.volumes")), 1);
	assert_int_equal(load_with(files, (struct compose_options){0}, &none, &err), ERR_INPUT);
	assert_string_equal(err.detail, "compose.yaml:4:16");
	assert_non_null(strstr(err.hint, "FLAG"));
}

/* Not what a profile that is off would need, nor what may be missing; from where Compose looks. */
static void test_a_tolerant_reading_names_missing_env_files(void **state)
{
	static const struct memory_file files[] = {
		{"/srv/My App/compose.yaml",
			"include: [sub/more.yaml]\n"
			"services:\n"
			"  a: {image: x, env_file: '${DIR:-..}/a.env'}\n"
			"  b: {image: x, env_file: b.env, profiles: [p]}\n"
			"  c: {image: x, env_file: [{path: c.env, required: False}]}\n"
			"  d: {extends: {file: sub/base.yaml, service: base}}\n"},
		{"/srv/My App/sub/more.yaml", "services: {m: {image: x, env_file: m.env}}\n"},
		{"/srv/My App/sub/base.yaml", "services: {base: {image: x, env_file: d.env}}\n"},
		{NULL, NULL},
	};
	static const char *const want[] = {
		"a", "/srv/a.env", "d", "/srv/My App/sub/d.env", "m", "/srv/My App/sub/m.env"};
	AUTO_PTR(compose)
	struct compose *c = load(files, (struct compose_options){.tolerant = true});

	(void)state;
	assert_int_equal(c->n_missing, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(c->missing[i].service, want[2 * i]);
		assert_string_equal(c->missing[i].path, want[2 * i + 1]);
	}
}

static void test_answers_count_as_if_they_stood_in_dotenv(void **state)
{
	static const struct memory_file files[] = {
		{"/srv/My App/compose.yaml",
			"services:\n  a: {image: '${IMG:?}:${TAG}', env_file: .env}\n"},
		{"/srv/My App/.env", "IMG=old\nTAG=$IMG\n"},
		{NULL, NULL},
	};
	static const struct memory_file fresh[] = {
		{"/srv/My App/compose.yaml",
			"services:\n  a: {image: '${IMG:?}:${TAG}', env_file: .env}\n"},
		{NULL, NULL},
	};
	AUTO(strv) struct strv answers = STRV_INIT;

	(void)state;
	strv_push_all(&answers, "IMG=new", "MORE=1", NULL);
	AUTO_PTR(compose)
	struct compose *c = load(files, (struct compose_options){.answers = &answers});
	AUTO_PTR(compose)
	struct compose *d = load(fresh, (struct compose_options){.answers = &answers});

	assert_json(c->model, "services.a.image", "\"new:new\"");
	assert_int_equal(compose_find_variable(c, "IMG")->source, COMPOSE_DOTENV);
	assert_json(c->model, "services.a.environment",
		"{\"IMG\":\"new\",\"TAG\":\"new\",\"MORE\":\"1\"}");
	assert_json(d->model, "services.a.environment", "{\"IMG\":\"new\",\"MORE\":\"1\"}");
}

static void test_env_files_replace_dotenv(void **state)
{
	static const struct memory_file files[] = {
		{"/srv/My App/compose.yaml", "services:\n  a: {image: '${A}-${B}-${C:-c}'}\n"},
		{"/srv/My App/.env", "C=dotenv\n"},
		{"/srv/My App/one.env", "A=1\nB=1\n"},
		{"/srv/My App/two.env", "B=2\n"},
		{NULL, NULL},
	};
	AUTO(strv) struct strv env_files = STRV_INIT, missing = STRV_INIT;
	AUTO_PTR(compose) struct compose *none = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	strv_push_all(&env_files, "one.env", "two.env", NULL);
	strv_push(&missing, "three.env");
	AUTO_PTR(compose)
	struct compose *c = load(files, (struct compose_options){.env_files = &env_files});

	assert_json(c->model, "services.a.image", "\"1-2-c\"");
	assert_int_equal(compose_find_variable(c, "B")->source, COMPOSE_ENV_FILE);
	assert_int_equal(
		load_with(files, (struct compose_options){.env_files = &missing}, &none, &err),
		ERR_NOT_FOUND);
	assert_string_equal(err.message, "there is no env file three.env");
}

static void test_a_project_elsewhere_has_a_dotenv_of_its_own(void **state)
{
	static const struct memory_file files[] = {
		{"/srv/My App/.env", "COMPOSE_FILE=sub/compose.yaml\nX=here\n"},
		{"/srv/My App/sub/compose.yaml", "services: {a: {image: '${X}-${Y}'}}\n"},
		{"/srv/My App/sub/.env", "X=there\nY=there\n"},
		{NULL, NULL},
	};
	AUTO_PTR(compose) struct compose *c = load(files, (struct compose_options){0});

	(void)state;
	assert_string_equal(c->dir, "/srv/My App/sub");
	assert_json(c->model, "services.a.image", "\"here-there\"");
	assert_string_equal(c->files[0].path, "/srv/My App/.env");
	assert_string_equal(c->files[1].path, ".env");
}

static void test_reset_reaches_through_an_alias_of_itself_only(void **state)
{
	static const struct memory_file files[] = {
		{"/srv/My App/compose.yaml",
			"services: {a: {image: x, ports: ['1:1'], labels: [l], tty: true}}\n"},
		{"/srv/My App/compose.override.yaml", "x-r: &r !reset null\n"
						      "x-m: &m {labels: !reset null}\n"
						      "services: {a: {ports: *r, <<: *m}}\n"},
		{NULL, NULL},
	};
	AUTO_PTR(compose) struct compose *c = load(files, (struct compose_options){0});

	(void)state;
	assert_json(c->model, "services.a.ports", "(absent)");
	assert_json(c->model, "services.a.labels", "{\"l\":\"\"}");
}

static void test_discovery(void **state)
{
	static const struct memory_file parent[] = {
		{"/srv/compose.yml", "services: {a: {image: x}}\n"},
		{"/srv/.env", "COMPOSE_PROFILES=\n"},
		{NULL, NULL},
	};
	static const struct memory_file listed[] = {
		{"/srv/My App/.env", "COMPOSE_FILE=a.yaml:b.yaml\nCOMPOSE_PROJECT_NAME="
				     "named\nCOMPOSE_PROFILES=x, y\n"},
		{"/srv/My App/a.yaml", "services: {a: {image: x, profiles: [y]}}\n"},
		{"/srv/My App/b.yaml", "services: {b: {image: x, profiles: [z]}}\n"},
		{"/srv/My App/compose.yaml", "not: [read\n"},
		{NULL, NULL},
	};
	static const struct memory_file none[] = {{NULL, NULL}};
	AUTO_PTR(compose) struct compose *up = load(parent, (struct compose_options){0});
	AUTO_PTR(compose) struct compose *c = load(listed, (struct compose_options){0});
	AUTO_PTR(compose) struct compose *nothing = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	assert_string_equal(up->dir, "/srv");
	assert_string_equal(up->name, "srv");
	assert_string_equal(c->name, "named");
	assert_non_null(json_get(c->model, "services.a"));
	assert_null(json_get(c->model, "services.b"));
	assert_false(compose_find_service(c, "b")->active);
	assert_int_equal(
		load_with(none, (struct compose_options){0}, &nothing, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, "/srv/My App"));
	assert_non_null(strstr(err.detail, "docker-compose.yaml"));
}

static void test_every_mistake_has_its_place(void **state)
{
	static const char *const rows[][3] = {
		{"services:\n  a:\n    imagee: x\n", "compose.yaml:3:13",
			"there is no key \"imagee\""},
		{"servces: {}\n", "compose.yaml:1:10", "there is no key \"servces\""},
		{"services:\n  a: {image: 5}\n", "compose.yaml:2:14",
			"expected a string, not a number"},
		{"services:\n  a: {image: x, ports: 80}\n", "compose.yaml:2:24",
			"services.a.ports: expected a list"},
		{"services:\n  a: {image: x, ports: ['99999:1']}\n", "compose.yaml:2:25",
			"\"99999:1\" is no port"},
		{"services:\n  a: {image: x, volumes: ['aa::b']}\n", "compose.yaml:2:27",
			"between two colons"},
		{"services:\n  a: {}\n", "compose.yaml:2:6", "neither image nor build"},
		{"services:\n  a: {image: x, volumes: [vv:/v]}\n", "compose.yaml:2:27",
			"undefined volume \"vv\""},
		{"services:\n  a: {image: x, networks: [n]}\n", "compose.yaml:2:28",
			"undefined network \"n\""},
		{"services:\n  a: {image: x, secrets: [s]}\n", "compose.yaml:2:27",
			"undefined secret \"s\""},
		{"services:\n  a: {image: x, depends_on: [n]}\n", "compose.yaml:2:30",
			"undefined service \"n\""},
		{"services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n",
			"compose.yaml:3:30", "a -> b -> a"},
		{"services:\n  a: {extends: b}\n  b: {extends: a}\n", "compose.yaml:2:16",
			"extends itself"},
		{"services:\n  a: {image: x, mem_limit: 5q}\n", "compose.yaml:2:28",
			"expected a size"},
		{"services:\n  a: {image: x, healthcheck: {interval: 5}}\n", "compose.yaml:2:41",
			"expected a string, not a number"},
		{"services:\n  a: {image: x, stop_grace_period: 5}\n", "compose.yaml:2:36",
			"expected a string"},
		{"services:\n  a: {image: x, stop_grace_period: '5'}\n", "compose.yaml:2:36",
			"expected a duration"},
		{"services:\n  a: {image: x, pull_policy: maybe}\n", "compose.yaml:2:30",
			"expected one of"},
		{"services:\n  a: {image: x, env_file: none.env}\n", "compose.yaml:2:27",
			"there is no env file none.env"},
		{"services:\n  a: {image: '${X'}\n", "compose.yaml:2:14", "invalid template"},
		{"services:\n  a: {image: '${X:?tell me}'}\n", "compose.yaml:2:14", "tell me"},
		{"services:\n  a: {image: x, environment: {1: a}}\n", "compose.yaml:2:31",
			"put it in quotes"},
		{"services:\n  a: [\n", "compose.yaml:3:1", "cannot read compose.yaml"},
		{"- a\n", "compose.yaml:1:1", "must be a mapping"},
		{"services: {a: {image: x}}\nvolumes: {v: {external: true, driver: d}}\n",
			"compose.yaml:2:39", "is external"},
		{"secrets: {s: {name: x}}\n", "compose.yaml:1:14", "needs one of file"},
		{"services: {a: {image: x, scale: 2, container_name: y}}\n", "compose.yaml:1:52",
			"only one container"},
		{"services: {a: {image: x, mem_limit: 1g, deploy: {resources: {limits: {memory: "
		 "2g}}}}}\n",
			"compose.yaml:1:37", "mem_limit and deploy.resources.limits.memory differ"},
		{"include: [compose.yaml]\n", "compose.yaml:1:11", "includes itself"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct memory_file files[] = {
			{"/srv/My App/compose.yaml", rows[i][0]}, {NULL, NULL}};
		AUTO_PTR(compose) struct compose *c = NULL;
		AUTO(error) struct error err = ERROR_INIT;

		if (load_with(files, (struct compose_options){0}, &c, &err) != ERR_INPUT)
			fail_msg("row %zu was not refused as bad input: %s", i, rows[i][0]);
		if (!err.detail || strcmp(err.detail, rows[i][1]))
			fail_msg("row %zu: %s is at %s, not %s", i, err.message, err.detail,
				rows[i][1]);
		if (!strstr(err.message, rows[i][2]))
			fail_msg("row %zu: \"%s\" does not say \"%s\"", i, err.message, rows[i][2]);
	}
}

static void test_a_bad_dotenv_line_has_its_place(void **state)
{
	static const struct memory_file files[] = {
		{"/srv/My App/compose.yaml", "services: {a: {image: x}}\n"},
		{"/srv/My App/.env", "A=1\nnot a line\n"},
		{NULL, NULL},
	};
	AUTO_PTR(compose) struct compose *c = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(load_with(files, (struct compose_options){0}, &c, &err), ERR_INPUT);
	assert_string_equal(err.detail, ".env:2:4");
}

static void test_hostile_projects_end_in_a_message(void **state)
{
	AUTO(str) struct str many = STR_INIT(STR_FILE), bomb = STR_INIT(STR_FILE);
	AUTO(str) struct str files_text = STR_INIT(STR_LINE);

	(void)state;
	str_add(&many, "services:\n  a:\n    image: x\n    environment:\n");
	for (int i = 0; i < 90 * 1000; i++)
		str_addf(&many, "      K%d: ${A}${B:-${C}}\n", i);
	str_add(&bomb, "x: &x0 [a, a, a, a, a, a, a, a, a]\n");
	for (int i = 1; i < 7; i++)
		str_addf(&bomb, "y%d: &x%d [*x%d, *x%d, *x%d, *x%d, *x%d, *x%d, *x%d, *x%d]\n", i,
			i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	AUTO_PTR(compose) struct compose *c = load_text(str_text(&many));
	const struct memory_file files[] = {
		{"/srv/My App/compose.yaml", str_text(&bomb)}, {NULL, NULL}};
	AUTO_PTR(compose) struct compose *none = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	assert_int_equal(c->n_variables, 3);
	assert_int_equal(load_with(files, (struct compose_options){0}, &none, &err), ERR_LIMIT);
}

static void test_where_services_are_found(void **state)
{
	AUTO_PTR(compose)
	struct compose *c = load_text(
		"services:\n"
		"  web:\n"
		"    image: w\n"
		"    ports: ['8080:80', '127.0.0.1:8443:443', '[::1]:8080:80', '53:53/udp', 9000,\n"
		"      '80:8080', '192.0.2.7:81:80', '443:8443', '[2001:db8::1]:90:80']\n"
		"  db: {image: pg, ports: ['5432:5432', '5440-5441:5440-5441']}\n"
		"  job: {image: j}\n");
	AUTO(strv) struct strv found = STRV_INIT;
	autofree char *web = NULL, *db = NULL;

	(void)state;
	compose_addresses(compose_find_service(c, "web"), &found);
	web = strv_join(&found, " ");
	assert_string_equal(web, "http://localhost:8080 https://localhost:8443 http://localhost "
				 "http://192.0.2.7:81 https://localhost http://[2001:db8::1]:90");
	strv_clear(&found);
	compose_addresses(compose_find_service(c, "db"), &found);
	compose_addresses(compose_find_service(c, "job"), &found);
	compose_addresses(NULL, &found);
	db = strv_join(&found, " ");
	assert_true(str_starts(db, "localhost:5432 localhost:5440"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ceilings),
		cmocka_unit_test(test_a_long_chain_of_extending_files_ends),
		cmocka_unit_test(test_short_forms_become_long_ones),
		cmocka_unit_test(test_the_view_tells_the_same),
		cmocka_unit_test(test_where_services_are_found),
		cmocka_unit_test(test_files_merge_by_the_rules_of_each_field),
		cmocka_unit_test(test_extends_and_include),
		cmocka_unit_test(test_where_variables_come_from),
		cmocka_unit_test(test_a_tolerant_reading_records_what_is_missing),
		cmocka_unit_test(test_a_tolerant_reading_names_missing_env_files),
		cmocka_unit_test(test_answers_count_as_if_they_stood_in_dotenv),
		cmocka_unit_test(test_env_files_replace_dotenv),
		cmocka_unit_test(test_a_project_elsewhere_has_a_dotenv_of_its_own),
		cmocka_unit_test(test_reset_reaches_through_an_alias_of_itself_only),
		cmocka_unit_test(test_discovery),
		cmocka_unit_test(test_every_mistake_has_its_place),
		cmocka_unit_test(test_a_bad_dotenv_line_has_its_place),
		cmocka_unit_test(test_hostile_projects_end_in_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
