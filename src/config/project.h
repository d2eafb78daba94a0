/* SPDX-License-Identifier: MIT */
/*
 * struct project: a directory on a host with its compose files, definition and settings, read
 * together. Reading changes nothing.
 */
#ifndef SLIPWAY_CONFIG_PROJECT_H
#define SLIPWAY_CONFIG_PROJECT_H

#include "config/compose.h"
#include "config/env_file.h"
#include "config/secret_store.h"
#include "config/setting.h"
#include "config/stack.h"

/* A file as it is going to be. */
struct project_text {
	const char *name; /* relative to the project */
	const char *text;
	size_t n;
};

struct project_options {
	const char *dir;
	const char *stack;        /* --stack NAME, or STACK_NONE; NULL: .slipway/stack, slipway.yaml, or
				     adopted */
	bool recognise;           /* where none is named, look for the definition that knows it */
	const struct strv *files; /* as compose_options */
	const struct strv *profiles;
	const struct strv *env_files;
	const char *name;
	bool tolerant; /* as compose_options, both */
	/* What is read instead of what is there; copied. With these, dir is the project's own. */
	const struct project_text *texts;
	size_t n_texts;
	bool lenient;  /* of opening only: project_resolve() fails for what is refused */
	bool records;  /* where dir cannot be read as a project but has been worked on (.slipway): one
			  without services and settings, enough for what only the records tell */
	const struct secret_vault *vault; /* opens the store of its secrets; NULL: it stays closed */
};

#define PROJECT_DEFINITION "slipway.yaml" /* in a project: its own definition */
#define STACK_NONE "none" /* a project without a definition, whatever would recognise it */

struct project {
	struct host *host;       /* borrowed */
	struct host *stage;      /* the host with the texts it was opened with; NULL: there were none */
	char *dir;               /* absolute, on the host */
	struct compose *compose; /* never NULL: for an empty directory with a stack, read from the
				    files the stack would write */
	struct stack *stack;     /* NULL: adopted. Its settings have moved into `settings` */
	struct settings settings;
	struct settings declared_files; /* what the definition says of secrets' files that nobody
					   has asked for yet (secret_files_join()) */
	char *recognised;  /* name of the definition that was found by itself; NULL */
	char *drafted;     /* name of the stack that nothing but a draft tells of; NULL */
	bool fresh;        /* the compose files are not there yet (they come from the stack) */
	char *dotenv_text; /* .env as it is, with the secrets of the store; NULL: there is none */
	size_t dotenv_len;
	struct secret_store store; /* where the secrets are that are not in .env */
	struct secret_bag secrets; /* what it holds; stand-ins while it is closed */
	bool sealed; /* it is closed: the project can be looked at, nothing can be made of it */
	struct strv feature_files; /* of the files that features name, those there are */
	bool lacks_gpu;            /* and some feature needs one */
	/* What it was opened with, for project_resolve(). */
	struct strv files, profiles, env_files;
	char *name;
};

/* ERR_NOT_FOUND: neither compose file nor stack, with the hint what to do. */
int project_open(struct host *h, const struct project_options *options, struct project **ret,
	struct error *err);
void project_free(struct project *p);
DEFINE_AUTO_PTR(project)

/* The definition whose services the project has, of several the one that names most; NULL: none, or
 * somebody has said which it is. *ret_name is its name; the caller frees both. */
struct stack *project_known(const struct project *p, char **ret_name);

/* ERR_DENIED when the store is closed, with what opens it; for whoever would make something of it. */
int project_unsealed(const struct project *p, struct error *err);

/* The text .env will have with the present answers: the present one losslessly edited, or one made
 * from the example file or the settings. Caller frees with secret_free. */
int project_dotenv(const struct project *p, char **ret, size_t *ret_len, struct error *err);
/* The setting that a name means: of one that the stack has renamed what it is called now. */
const char *project_name_now(const struct project *p, const char *name);
/* The name under which .env still has the value of a setting that the stack has renamed; NULL. */
const char *project_name_before(const struct project *p, const struct setting *s);
/* The .env that a new project of this stack begins with, whatever was answered here: the example file
 * with the definition's defaults, placeholders as they are, what must be answered empty. */
int project_pristine(const struct project *p, struct env_file **ret, struct error *err);
/* ERR_INPUT for the first value in force that breaks its rule, with .env:line:column as detail:
 * what was answered, or what is where nothing was answered. Not where none of several settings has
 * a value (RULE_ONE_OF): that is an answer that is missing. */
int project_check(const struct project *p, struct error *err);
/* ERR_INPUT, with the place, where docker compose would refuse a line of .env as it is with the present
 * answers (${NAME:?}); 0 for everything else. */
int project_check_dotenv(const struct project *p, struct error *err);
/* The compose model with the present answers in force (not tolerant unless asked). */
int project_resolve(
	const struct project *p, bool tolerant, struct compose **ret, struct error *err);
/* The same with another .env (NULL: of the present answers), and with this text as the override
 * file (NULL: as it is). */
int project_resolve_as(const struct project *p, bool tolerant, const char *dotenv, size_t n,
	const char *override, struct compose **ret, struct error *err);
/* The project as it is, but for what the override file says. */
int project_base(const struct project *p, bool tolerant, struct compose **ret, struct error *err);

#endif
