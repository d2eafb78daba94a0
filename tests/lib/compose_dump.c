/* SPDX-License-Identifier: MIT */
/*
 * compose_dump [-t] [-n TIMES] [-v|-V] [-p PROFILE].. [-e ENV-FILE].. DIR [FILE...]
 *
 * Prints the model of the compose project in DIR as JSON, as src/config/compose.c reads it, or the
 * error on stderr with status 3. -t: tolerant. -n: reads so many times and prints nothing (to
 * measure). -v: prints what is known of each variable instead. -V: name, whether it is required, and
 * default of each, as JSON, but for what only secrets are made of.
 */
#include "config/compose.h"

#include "base/json.h"
#include "loop/loop.h"

#include <stdio.h>
#include <string.h>

static int print_error(const struct error *err)
{
	fprintf(stderr, "%s\n", err->message);
	if (err->detail)
		fprintf(stderr, "  at %s\n", err->detail);
	if (err->hint)
		fprintf(stderr, "  %s\n", err->hint);
	return 3;
}

static void print_variables(const struct compose *c)
{
	for (size_t i = 0; i < c->n_variables; i++) {
		const struct compose_variable *v = &c->variables[i];
		autofree char *users = strv_join(&v->used_by, ",");

		printf("%s=%s [%s] default=%s%s%s used_by=%s %s:%d:%d\n", v->name,
			v->value ? v->value : "-", compose_source_name(v->source),
			v->default_value ? v->default_value : "-", v->required ? " required " : "",
			v->message ? v->message : "", users, v->place.file, v->place.line,
			v->place.column);
	}
	for (size_t i = 0; i < c->warnings.n; i++)
		printf("warning: %s\n", c->warnings.items[i]);
	for (size_t i = 0; i < c->notes.n; i++)
		printf("note: %s\n", c->notes.items[i]);
}

static void print_declared(const struct compose *c)
{
	struct json_object *all = json_object_new_array();
	autofree char *text = NULL;

	for (size_t i = 0; i < c->n_variables; i++) {
		const struct compose_variable *v = &c->variables[i];
		struct json_object *o;

		if (v->secret) /* not interpolated */
			continue;
		o = json_put_str(json_object_new_object(), "name", v->name);
		json_put_bool(o, "required", v->required);
		json_push(all, json_put_str(o, "default", v->default_value));
	}
	text = json_pretty(all);
	fputs(text, stdout);
	json_object_put(all);
}

int main(int argc, char **argv)
{
	AUTO_PTR(loop) struct loop *loop = NULL;
	AUTO_PTR(host) struct host *host = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(strv) struct strv files = STRV_INIT, profiles = STRV_INIT, env_files = STRV_INIT;
	struct compose_options options = {
		.files = &files, .profiles = &profiles, .env_files = &env_files};
	bool variables = false, declared = false, silent = false;
	long times = 1;
	int opt;

	while ((opt = getopt(argc, argv, "tvVn:p:e:")) != -1) {
		if (opt == 't')
			options.tolerant = true;
		else if (opt == 'v')
			variables = true;
		else if (opt == 'V')
			declared = true;
		else if (opt == 'p')
			strv_push(&profiles, optarg);
		else if (opt == 'e')
			strv_push(&env_files, optarg);
		else
			times = strtol(optarg, NULL, 10), silent = true;
	}
	options.dir = argv[optind];
	for (int i = optind + 1; optind < argc && i < argc; i++)
		strv_push(&files, argv[i]);
	loop = loop_new();
	host = host_local_new(loop);
	for (; times > 0; times--) {
		AUTO_PTR(compose) struct compose *c = NULL;
		autofree char *text = NULL;

		if (compose_load(host, &options, &c, &err))
			return print_error(&err);
		if (silent)
			continue;
		text = json_pretty(c->model);
		if (declared)
			print_declared(c);
		else if (variables)
			print_variables(c);
		else
			fputs(text, stdout);
	}
	return 0;
}
