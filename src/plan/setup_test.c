/* SPDX-License-Identifier: MIT */
/* Trying what a setting says. The outcome is a note beside it: it advises, the value stays. */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/str.h"
#include "probe/value_test.h"

static struct value_test_spec test_spec(const struct setup *s, const struct setting *setting)
{
	const struct project *p = s->workspace->project;

	return (struct value_test_spec){
		.all = &p->settings, .setting = setting, .compose = p->compose};
}

static bool can_try(const struct setup *s, const struct setting *setting)
{
	AUTO(rotation_way) struct rotation_way way = {0};

	return setup_trial_way(s, setting, &way);
}

bool setup_can_test(const struct setup *s, const struct setting *setting)
{
	const struct value_test_spec spec = test_spec(s, setting);

	return value_test_find(&spec) != NULL || can_try(s, setting);
}

static void note_outcome(struct setting *setting, const struct value_test *t)
{
	free(setting->note);
	if (value_test_verdict(t) == VALUE_WORKS)
		setting->note = xasprintf(_("works: %s"), value_test_text(t));
	else if (value_test_verdict(t) == VALUE_FAILS)
		setting->note = xasprintf(
			_("does not work: %s; it may be kept all the same"), value_test_text(t));
	else
		setting->note = xstrdup(value_test_text(t));
}

static void tested(void *arg, int code, const struct error *err)
{
	struct setup *s = arg;
	struct setting *setting = s->tested ? settings_find(setup_settings(s), s->tested) : NULL;

	(void)err;
	if (setting && !code)
		note_outcome(setting, s->test);
	if (code != ERR_CANCELLED) {
		op_free(value_test_op(take(s->test)));
		free(take(s->tested));
	}
	if (setting && s->changed && code != ERR_CANCELLED)
		s->changed(s->changed_arg);
}

void setup_test_stop(struct setup *s)
{
	op_free(value_test_op(take(s->test)));
	op_free(take(s->trying));
	free(take(s->tested));
}

static void tried(void *arg, int code, const struct error *err)
{
	struct setup *s = arg;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	op_free(take(s->trying));
	if (s->changed)
		s->changed(s->changed_arg);
}

int setup_test(struct setup *s, const char *name, struct error *err)
{
	struct setting *setting = settings_find(setup_settings(s), name);
	struct value_test_spec spec;
	int r;

	if (!setting)
		return settings_unknown(setup_settings(s), name, err);
	setup_test_stop(s);
	spec = test_spec(s, setting);
	if (can_try(s, setting)) {
		s->trying = setup_try(s, name, tried, s);
	} else {
		r = value_test_start(s->workspace->host, &spec, tested, s, &s->test, err);
		if (r)
			return r;
		s->tested = xstrdup(name);
	}
	free(setting->note);
	setting->note = xstrdup(_("being tried..."));
	return 0;
}

void setup_test_kept(struct setup *s, const char *name)
{
	const struct setting *setting = settings_find(setup_settings(s), name);

	if (setting && can_try(s, setting))
		(void)setup_test(s, name, NULL);
}
