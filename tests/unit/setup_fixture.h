/* SPDX-License-Identifier: MIT */
/* A session of answering on settings made up here, and one on a project that is read. */
#ifndef SLIPWAY_TESTS_SETUP_FIXTURE_H
#define SLIPWAY_TESTS_SETUP_FIXTURE_H

#include "host_fixture.h"

#include "plan/setup_state.h"

struct session {
	struct project project;
	struct compose compose;
	struct workspace workspace;
	struct setup *setup;
};

static inline struct setting *add(
	struct session *t, const char *name, enum setting_type type, bool required)
{
	struct setting *s = settings_add(&t->project.settings, name);

	s->type = type;
	s->required = required;
	return s;
}

/* A project of four settings; the password's data is in a directory. */
static inline void session_init(struct session *t, struct fixture *f)
{
	*t = (struct session){0};
	t->compose.name = xstrdup("shop");
	t->compose.dir = xstrdup(f->dir);
	t->project.dir = xstrdup(f->dir);
	t->project.host = f->host;
	t->project.compose = &t->compose;
	t->workspace = (struct workspace){.loop = f->loop, .host = f->host, .project = &t->project};
	settings_page(&t->project.settings, "General");
	add(t, "DB_PASSWORD", SETTING_SECRET, true);
	add(t, "API_TOKEN", SETTING_SECRET, true);
	add(t, "WEB_PORT", SETTING_PORT, true)->default_value = xstrdup("8080");
	add(t, "SITE_NAME", SETTING_TEXT, true);
	t->setup = setup_new(&t->workspace);
}

static inline void session_done(struct session *t)
{
	setup_free(t->setup);
	settings_done(&t->project.settings);
	free(t->compose.name);
	free(t->compose.dir);
	free(t->project.dir);
}

static inline const char *value(struct session *t, const char *name)
{
	return setting_effective(settings_find(&t->project.settings, name));
}

static inline void add_home(struct session *t, const char *setting, bool exists)
{
	struct secret_homes *h = &t->setup->homes;

	VEC_GROW(h->items, h->n, h->cap);
	h->items[h->n++] = (struct secret_home){
		.setting = xstrdup(setting), .volume = xstrdup("shop_db"), .exists = exists};
}

/* The project of one file in the test's directory. */
static inline void open_project(struct fixture *f, const char *text, struct project **ret)
{
	const struct project_options options = {.dir = f->dir, .tolerant = true};
	AUTO(error) struct error err = ERROR_INIT;

	fixture_put("compose.yaml", text, 0644);
	if (project_open(f->host, &options, ret, &err))
		fail_msg("%s (%s): %s", err.message, err.detail ? err.detail : "", text);
}

#endif
