/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "engine_stage.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

char *engine_stage_output(const struct engine_stage *s, const char *command, int *ret_status)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	char chunk[4096];
	int ends[2];
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 1);
		close(ends[0]);
		for (size_t i = 0; i < s->env.n; i++)
			putenv(s->env.items[i]);
		/* What is printed is read by the test, whatever language its user speaks. */
		setenv("LC_ALL", "C.UTF-8", 1);
		unsetenv("LANGUAGE");
		execlp("bash", "bash", "-c", command, NULL);
		_exit(127);
	}
	close(ends[1]);
	while ((n = read(ends[0], chunk, sizeof(chunk))) > 0)
		str_addn(&out, chunk, (size_t)n);
	close(ends[0]);
	assert_int_equal(waitpid(pid, ret_status, 0), pid);
	*ret_status = WIFEXITED(*ret_status) ? WEXITSTATUS(*ret_status) : -1;
	return xstrdup(str_text(&out));
}

int engine_stage_run(const struct engine_stage *s, const char *args)
{
	autofree char *command = xasprintf(
		"exec '%s' -C '%s' %s </dev/null >/dev/null 2>&1", s->slipway, s->dir, args);
	autofree char *out = NULL;
	int status;

	out = engine_stage_output(s, command, &status);
	return status;
}

void engine_stage_need(const struct engine_stage *s)
{
	if (!s->why_not)
		return;
	print_message("skipped: no Engine: %s\n", s->why_not);
	skip();
}

static void find_engine(struct engine_stage *s)
{
	autofree char *out = NULL;
	AUTO(strv) struct strv lines = STRV_INIT;
	int status;

	out = engine_stage_output(s,
		"[ -z \"$SLIPWAY_TEST_NO_ENGINE\" ] || { echo \"$SLIPWAY_TEST_NO_ENGINE\"; exit 3; "
		"}\n"
		"e=${srcdir:-..}/tests/lib/engine\n"
		"\"$e\" start 2>&1 && \"$e\" images >/dev/null 2>&1 || exit\n"
		"eval \"$(\"$e\" env)\"; echo; echo \"DOCKER_HOST=$DOCKER_HOST\"\n"
		"echo \"DOCKER_CONFIG=$DOCKER_CONFIG\"; echo \"PATH=$PATH\"",
		&status);
	strv_split(&lines, out, '\n');
	if (status != 0) {
		s->why_not = xstrdup(lines.n ? lines.items[0] : "it does not start");
		return;
	}
	for (size_t i = 0; i < lines.n; i++)
		if (strncmp(lines.items[i], "DOCKER_", 7) == 0 ||
			strncmp(lines.items[i], "PATH=", 5) == 0)
			strv_push(&s->env, lines.items[i]);
}

int engine_stage_begin(void **state, const char *services, int status)
{
	char dir[] = "/tmp/slipway-stage-XXXXXX";
	struct engine_stage *s = xcalloc(1, sizeof(*s));
	autofree char *path = NULL;
	FILE *f;

	if (!mkdtemp(dir))
		return -1;
	s->dir = xstrdup(dir);
	s->slipway = tty_program("slipway");
	*state = s;
	find_engine(s);
	if (s->why_not)
		return 0;
	path = xasprintf("%s/compose.yaml", dir);
	f = fopen(path, "w");
	if (!f)
		return -1;
	fprintf(f, "name: slipway-stage-%ld\n%s", (long)getpid(), services);
	fclose(f);
	return engine_stage_run(s, "up --yes --plain") == status ? 0 : -1;
}

int engine_stage_end(void **state)
{
	struct engine_stage *s = *state;

	if (!s)
		return 0;
	if (!s->why_not)
		engine_stage_run(s, "down --yes --volumes");
	tty_remove_tree(s->dir);
	strv_done(&s->env);
	free(s->dir);
	free(s->slipway);
	free(s->why_not);
	free(s);
	return 0;
}

struct tty *engine_stage_open(const struct engine_stage *s, int rows, int cols, const char *command)
{
	const char *argv[] = {s->slipway, "-C", s->dir, command, NULL};
	struct tty_spec spec = {
		.rows = rows, .cols = cols, .argv = argv, .env = (const char *const *)s->env.items};

	return tty_start(&spec);
}
