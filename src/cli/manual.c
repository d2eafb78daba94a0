/* SPDX-License-Identifier: MIT */
/* slipway(1), written in the macros of man(7). */
#include "cli/help.h"

#include "base/i18n.h"
#include "config/override_feature.h"

#include <string.h>

/* What is not ASCII has a name of its own, whatever the encoding the page is read in. */
static const struct {
	const char *text, *name;
} glyphs[] = {
	{"\"", "\\(lq"},
	{"\"", "\\(rq"},
	{"’", "\\(cq"},
	{"…", "..."},
};

/* Bytes of a glyph at text, written to out by its name; 0: none begins here. */
static size_t glyph(struct str *out, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(glyphs); i++) {
		if (!str_starts(text, glyphs[i].text))
			continue;
		str_add(out, glyphs[i].name);
		return strlen(glyphs[i].text);
	}
	return 0;
}

/* Text for roff: no control line by accident, no escape, no minus that becomes a hyphen. */
static void roff(struct str *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		size_t special = glyph(out, p);
		bool line_start = p == text || p[-1] == '\n';

		if (special) {
			p += special - 1;
			continue;
		}
		if (line_start && (*p == '.' || *p == '\''))
			str_add(out, "\\&");
		if (*p == '\\')
			str_add(out, "\\e");
		else if (*p == '-')
			str_add(out, "\\-");
		else if (*p == '\n' && p[1] == '\n')
			str_add(out, "\n.PP");
		else
			str_addc(out, *p);
	}
}

static void section(struct str *out, const char *title)
{
	str_addf(out, ".SH %s\n", title);
}

static void paragraph(struct str *out, const char *text)
{
	str_add(out, ".PP\n");
	roff(out, text);
	str_addc(out, '\n');
}

static void options(struct str *out, const struct option *table)
{
	for (const struct option *o = table; o && o->name; o++) {
		str_add(out, ".TP\n");
		if (o->letter)
			str_addf(out, "\\fB\\-%c\\fR, ", o->letter);
		str_add(out, "\\fB\\-\\-");
		roff(out, o->name);
		str_add(out, "\\fR");
		if (o->value)
			str_addf(out, " \\fI%s\\fR", _(o->value));
		str_addc(out, '\n');
		roff(out, _(o->help));
		str_addc(out, '\n');
	}
}

static void command(struct str *out, const struct command *c, const struct command *parent)
{
	str_add(out, ".TP\n\\fB");
	if (parent)
		str_addf(out, "%s ", parent->name);
	str_addf(out, "%s\\fR", c->name);
	if (c->args) {
		str_add(out, " \\fI");
		roff(out, _(c->args));
		str_add(out, "\\fR");
	}
	str_addc(out, '\n');
	roff(out, _(c->summary));
	str_add(out, ".\n");
	if (c->about) {
		str_add(out, ".IP\n");
		roff(out, _(c->about));
		str_addc(out, '\n');
	}
	if (c->options) {
		str_add(out, ".RS\n");
		options(out, c->options);
		str_add(out, ".RE\n");
	}
	for (const struct command *s = c->sub; s && s->name; s++)
		command(out, s, c);
}

static void rows(struct str *out, const struct help_row *table)
{
	for (const struct help_row *row = table; row->name; row++) {
		str_add(out, ".TP\n\\fB");
		roff(out, row->name);
		str_add(out, "\\fR\n");
		roff(out, _(row->meaning));
		str_addc(out, '\n');
	}
}

const struct help_row help_files[] = {
	{".env", N_("The values of the project's variables. Slipway edits it in place: only the "
		    "bytes of changed values "
		    "change. It is never readable by others.")},
	{"secrets/NAME",
		N_("Wherever the compose files say: the file of a top-level secret. Setup makes "
		   "what "
		   "is missing, with mode 0400 and for the one user that reads it; where that "
		   "is not known or several do, with mode 0444 in a directory that others "
		   "cannot enter. secrets.NAME answers it.")},
	{"compose.slipway.yaml",
		N_("What Slipway adds to the compose files; listed last in COMPOSE_FILE, so that "
		   "plain "
		   "docker compose reads it as well. Absent when there is nothing to add.")},
	{"compose.slipway.yaml.edited",
		N_("What somebody wrote into that file by hand, kept when Slipway replaced it.")},
	{".slipway/journal/NNNN.ndjson",
		N_("What each run did, one JSON object a line. Holds no secret.")},
	{".slipway/backup/NNNN/", N_("What each run replaced, for undo. What holds secrets is "
				     "removed when these leave .env (secrets move).")},
	{".slipway/lock", N_("Held by the run that is under way.")},
	{".slipway/answers.yaml", N_("What .env and the override hold, as a file of answers for "
				     "another machine. Holds no secret.")},
	{".slipway/draft.yaml",
		N_("Answers of a setup before its end, written from answer to answer, for the next "
		   "one to begin with. Holds no secret.")},
	{".slipway/stack", N_("The stack definition that the project was set up from.")},
	{".slipway/state.json", N_("What each service was deployed from, as digests.")},
	{".slipway/engine",
		N_("The engine that the project is deployed on, which is used unless --engine says "
		   "otherwise; none after slipway down.")},
	{".slipway/salt", N_("Keeps those digests from being guessed.")},
	{".slipway/secrets.json", N_("When each secret was made or changed, not what it is.")},
	{".slipway/rotation.json", N_("The old and the new values of secrets, while they are "
				      "rotated; sealed where they do "
				      "not live in .env.")},
	{".slipway/store.json", N_("Where the secrets are, if not in .env: names, and the command "
				   "or the key file.")},
	{".slipway/secrets.sealed",
		N_("The secrets of the store \"encrypted\": AES-256-GCM, the key by scrypt.")},
	{".slipway/process.sock, .slipway/process.lock",
		N_("Of the supervisor that runs services without containers, while it does.")},
	{"slipway-plan.json", N_("A plan that the review saved, for a person to look at.")},
	{"slipway.yaml", N_("The project's own stack definition; slipway stack init writes one.")},
	{NULL, NULL},
};

static const struct help_row examples[] = {
	{"slipway", N_("Set up the project of this directory, and deploy it; later: look at it.")},
	{"slipway setup --batch --set WEB_PORT=8080 --yes", N_("Set it up from a script.")},
	{"slipway plan",
		N_("Show what deploying would change; exit status 2 when there is something.")},
	{"slipway up --yes", N_("Do it, and wait until every service is healthy.")},
	{"slipway why web", N_("Say why a service is not healthy.")},
	{"slipway secrets move --to encrypted",
		N_("Take the secrets out of .env, into a file that a passphrase opens.")},
	{"slipway secrets export shop.sealed",
		N_("All secrets in one encrypted file, for a backup or another machine.")},
	{"slipway undo", N_("Put back what the last run changed, byte for byte.")},
	{NULL, NULL},
};

static void adjustments(struct str *out)
{
	paragraph(
		out, _("A service can be adjusted without touching the compose files, on the page "
		       "Adjust of the setup, with --set override.SERVICE.NAME=VALUE, or in a "
		       "file of answers below override: "
		       "override: {web: {ports: [\"8080:80\"], limits: {memory: 512m}}}. An empty "
		       "value takes an adjustment away again. Slipway writes them to "
		       "compose.slipway.yaml, once docker compose has accepted it."));
	for (size_t i = 0; i < OVERRIDE_FEATURES; i++) {
		const struct override_feature *f = &override_features[i];

		str_add(out, ".TP\n\\fBoverride.\\fISERVICE\\fB.");
		roff(out, f->name);
		str_add(out, "\\fR=");
		roff(out, f->example);
		str_addc(out, '\n');
		roff(out, _(f->help));
		str_addc(out, '\n');
	}
}

void help_man(struct str *out)
{
	str_addf(out, ".TH SLIPWAY 1 \"\" \"slipway %s\" \"%s\"\n", PACKAGE_VERSION,
		_("User Commands"));
	section(out, _("NAME"));
	roff(out, _("slipway - guided setup, deployment and live watch of compose projects"));
	str_addc(out, '\n');
	section(out, _("SYNOPSIS"));
	str_addf(out, "\\fBslipway\\fR [\\fI%s\\fR...] [\\fI%s\\fR [\\fI%s\\fR...]]\n", _("OPTION"),
		_("COMMAND"), _("ARGUMENT"));
	section(out, _("DESCRIPTION"));
	paragraph(
		out, _("Slipway takes a self-hosted compose project from a directory of files to a "
		       "healthy, watched "
		       "deployment. It reads the compose files, the example file and .env, asks "
		       "what must be answered, makes "
		       "secrets, shows every change before anything is written, starts each "
		       "service when its own dependencies "
		       "are healthy, and shows the state, the health and the logs of what runs."));
	paragraph(out, _("Without a command it opens the guided setup where nothing is set up yet, "
			 "else the panel. "
			 "Options may stand anywhere on the line."));
	section(out, _("COMMANDS"));
	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden)
			command(out, *c, NULL);
	section(out, _("OPTIONS"));
	options(out, global_options);
	section(out, _("ADJUSTMENTS"));
	adjustments(out);
	section(out, _("EXIT STATUS"));
	for (const struct exit_row *row = exit_table; row->meaning; row++)
		str_addf(out, ".TP\n\\fB%d\\fR\n%s\n", row->status, _(row->meaning));
	section(out, _("ENVIRONMENT"));
	rows(out, help_environment);
	section(out, _("FILES"));
	rows(out, help_files);
	section(out, _("EXAMPLES"));
	rows(out, examples);
	section(out, _("SEE ALSO"));
	str_add(out, "\\fBdocker\\fR(1), \\fBdocker\\-compose\\fR(1)\n");
}
