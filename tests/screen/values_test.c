/* SPDX-License-Identifier: MIT */
/* The program itself tries what a setting says, by the wizard's key and by check: with servers that
 * answer, refuse, and are not there. */
#include "unit.h"

#include "screen.h"
#include "tiny_server.h"

#include <stdio.h>
#include <string.h>

#define PASSWORD "hunter2-of-redis"

static void serve_http(void *arg, int fd, int nth)
{
	char head[4096];

	(void)arg;
	(void)nth;
	while (tiny_read_head(fd, head, sizeof(head)))
		tiny_send(fd, str_starts(head, "GET /broken")
				      ? "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
				      : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

/* A line without its end; false at the end of the stream. */
static bool read_line(int fd, char *line, size_t size)
{
	size_t n = 0;
	char c;

	while (tiny_read_n(fd, &c, 1)) {
		if (c == '\n') {
			line[n && line[n - 1] == '\r' ? n - 1 : n] = '\0';
			return true;
		}
		if (n + 1 < size)
			line[n++] = c;
	}
	return false;
}

/* Redis with a password: AUTH and PING in arrays of bulk strings. */
static void serve_redis(void *arg, int fd, int nth)
{
	char line[256], word[256] = "", last[256] = "";
	bool in = false;
	int left = 0;

	(void)arg;
	(void)nth;
	while (read_line(fd, line, sizeof(line))) {
		if (*line == '*') {
			left = (int)strtol(line + 1, NULL, 10);
			*word = '\0';
			continue;
		}
		if (*line == '$')
			continue;
		snprintf(last, sizeof(last), "%s", line);
		if (!*word)
			snprintf(word, sizeof(word), "%s", line);
		if (--left > 0)
			continue;
		if (strcasecmp(word, "AUTH") == 0) {
			in = strcmp(last, PASSWORD) == 0;
			tiny_send(fd,
				in ? "+OK\r\n" : "-WRONGPASS invalid username-password pair\r\n");
		} else if (strcasecmp(word, "PING") == 0) {
			tiny_send(fd, in ? "+PONG\r\n" : "-NOAUTH Authentication required.\r\n");
		} else {
			tiny_send(fd, "-ERR unknown command\r\n");
		}
	}
}

struct servers {
	struct tiny_server *http, *redis, *mail;
	int none, none_fd; /* a port nobody listens on */
};

static void serve_mail(void *arg, int fd, int nth)
{
	char rest[8];

	(void)arg;
	(void)nth;
	tiny_send(fd, "220 mail.local ESMTP\r\n");
	tiny_read_n(fd, rest, 6);
}

static int group_setup(void **state)
{
	struct servers *s = xcalloc(1, sizeof(*s));

	s->http = tiny_server_new(NULL, serve_http, NULL);
	s->redis = tiny_server_new(NULL, serve_redis, NULL);
	s->mail = tiny_server_new(NULL, serve_mail, NULL);
	s->none = tiny_refusing_port(&s->none_fd);
	*state = s;
	return 0;
}

static int group_teardown(void **state)
{
	struct servers *s = *state;

	tiny_server_free(s->http);
	tiny_server_free(s->redis);
	tiny_server_free(s->mail);
	close(s->none_fd);
	free(s);
	return 0;
}

static struct tty *start_shell(const struct servers *s)
{
	struct tty *t = tty_shell("unix:///nowhere/docker.sock", 30, 120);
	autofree char *env_text = NULL;

	tty_put_file(t, "compose.yaml",
		"services:\n  web:\n    image: nginx\n    environment:\n"
		"      - API_URL=${API_URL}\n      - REDIS_URL=${REDIS_URL}\n"
		"      - GONE_URL=${GONE_URL}\n      - SMTP_HOST=${SMTP_HOST}\n"
		"      - SMTP_PORT=${SMTP_PORT}\n");
	env_text = xasprintf("API_URL=http://127.0.0.1:%d/health\n"
			     "REDIS_URL=redis://:" PASSWORD "@127.0.0.1:%d/0\n"
			     "GONE_URL=http://127.0.0.1:%d/\n"
			     "SMTP_HOST=127.0.0.1\nSMTP_PORT=%d\n",
		tiny_server_port(s->http), tiny_server_port(s->redis), s->none,
		tiny_server_port(s->mail));
	tty_put_file(t, ".env", env_text);
	return t;
}

/* Goes to a setting by the search, and tries it. */
static void try(struct tty *t, const char *name)
{
	autofree char *keys = xasprintf("/%s", name), *here = xasprintf("▸ %s", name);

	tty_send(t, keys);
	expect_text(t, here);
	tty_send(t, "\r");
	expect_no_text(t, "Search all settings");
	expect_text(t, here);
	tty_send(t, "t");
}

static void test_the_key_tries_a_value(void **state)
{
	const struct servers *s = *state;
	struct tty *t = start_shell(s);
	autofree char *wrong = NULL, *broken = NULL;

	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ ");
	expect_no_text(t, "checking ports");
	try(t, "API_URL");
	expect_beside(t, "▸ API_URL", "works:");
	try(t, "REDIS_URL");
	expect_beside(t, "▸ REDIS_URL", "works:");
	try(t, "SMTP_HOST");
	expect_beside(t, "▸ SMTP_HOST", "works:");
	try(t, "GONE_URL");
	expect_beside(t, "▸ GONE_URL", "does not work:");
	/* A new answer is tried, before anything is written. */
	try(t, "REDIS_URL");
	expect_beside(t, "▸ REDIS_URL", "works:");
	wrong = xasprintf("redis://:wrong@127.0.0.1:%d/0\r", tiny_server_port(s->redis));
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, wrong);
	expect_no_text(t, "Enter take it");
	try(t, "REDIS_URL");
	expect_beside(t, "▸ REDIS_URL", "does not work:");
	/* The answer stays: a test advises. */
	expect_text(t, "1 setting changed");
	try(t, "API_URL");
	expect_beside(t, "▸ API_URL", "works:");
	broken = xasprintf("http://127.0.0.1:%d/broken\r", tiny_server_port(s->http));
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, broken);
	expect_no_text(t, "Enter take it");
	try(t, "API_URL");
	expect_beside(t, "▸ API_URL", "does not work:");
	assert_null(strstr(tty_output(t)->data, PASSWORD));
	tty_free(t);
}

/* A row a value, from what .env holds; none stands in the way. */
static void test_check_tries_what_is_there(void **state)
{
	struct tty *t = start_shell(*state);

	tty_send(t, "\"$SLIPWAY\" check; echo status=$?\r");
	expect_text(t, "status=");
	expect_beside(t, "[ok] value", "API_URL: 200");
	expect_beside(t, "[ok] value", "REDIS_URL: ");
	expect_beside(t, "[ok] value", "SMTP_HOST: ");
	expect_beside(t, "[??] value", "GONE_URL: ");
	assert_null(strstr(tty_output(t)->data, PASSWORD));
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_key_tries_a_value),
		cmocka_unit_test(test_check_tries_what_is_there),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
