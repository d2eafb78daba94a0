/* SPDX-License-Identifier: MIT */
#include "engine/docker_socket.h"

#include "base/digest.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

enum { DEFAULT_PORT = 2375, CONFIG_MAX = 1024 * 1024 };

static const char default_socket[] = "/var/run/docker.sock";

void docker_socket_done(struct docker_socket *s)
{
	free(s->url);
	free(s->unix_socket);
	free(s->tcp_host);
	free(s->origin);
}

/* --- addresses */

static int parse_tcp(const char *rest, struct docker_socket *s, struct error *err)
{
	size_t n = strcspn(rest, "/");
	autofree char *address = xstrndup(rest, n);
	char *colon = strrchr(address, ':');
	int64_t port = DEFAULT_PORT;

	/* [::1] has colons of its own. */
	if (colon && !strchr(colon, ']')) {
		if (text_to_int(colon + 1, 1, 65535, &port, NULL) < 0)
			return error_set(
				err, ERR_INPUT, _("%s is no port of the Docker Engine"), colon + 1);
		*colon = '\0';
	}
	if (address[0] == '[' && address[strlen(address) - 1] == ']') {
		address[strlen(address) - 1] = '\0';
		s->tcp_host = xstrdup(address + 1);
	} else {
		s->tcp_host = xstrdup(*address ? address : "127.0.0.1");
	}
	s->tcp_port = (int)port;
	return 0;
}

int docker_socket_parse(const char *url, struct docker_socket *ret, struct error *err)
{
	struct docker_socket s = {.url = xstrdup(url)};
	autofree char *shown = text_safe_dup(url);
	int code;

	if (str_starts(url, "unix://")) {
		s.unix_socket = xstrdup(url + strlen("unix://"));
	} else if (url[0] == '/') {
		s.unix_socket = xstrdup(url);
		free(s.url);
		s.url = xasprintf("unix://%s", url);
	} else if (str_starts(url, "tcp://") || str_starts(url, "http://")) {
		code = parse_tcp(strstr(url, "://") + 3, &s, err);
		if (code < 0) {
			docker_socket_done(&s);
			return code;
		}
	} else if (str_starts(url, "ssh://")) {
		docker_socket_done(&s);
		error_set(err, ERR_INPUT,
			_("%s cannot be used as the address of the Docker Engine"), shown);
		error_hint(err, _("Give it a socket (unix://PATH) or tcp://HOST:PORT; SSH is not "
				  "spoken here."));
		return ERR_INPUT;
	} else {
		docker_socket_done(&s);
		error_set(err, ERR_INPUT, _("%s is no address of a Docker Engine"), shown);
		error_hint(err, _("Use unix:///path/of/the/socket or tcp://host:port."));
		return ERR_INPUT;
	}
	*ret = s;
	return 0;
}

/* --- where to look */

struct search {
	struct host *host;
	struct strv environ;
	char *home, *runtime; /* NULL: not known */
	struct strv looked;
};

static const char *get_env(const struct search *s, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < s->environ.n; i++)
		if (!strncmp(s->environ.items[i], name, n) && s->environ.items[i][n] == '=')
			return s->environ.items[i][n + 1] ? s->environ.items[i] + n + 1 : NULL;
	return NULL;
}

static int search_init(struct search *s, struct host *h, struct error *err)
{
	AUTO(host_facts) struct host_facts facts = {0};
	int code;

	*s = (struct search){.host = h, .environ = STRV_INIT, .looked = STRV_INIT};
	code = host_environ(h, &s->environ, err);
	if (code < 0)
		return code;
	if (host_facts(h, &facts, NULL) == 0 && !str_empty(facts.home))
		s->home = xstrdup(facts.home);
	if (get_env(s, "HOME")) {
		free(s->home);
		s->home = xstrdup(get_env(s, "HOME"));
	}
	if (get_env(s, "XDG_RUNTIME_DIR"))
		s->runtime = xstrdup(get_env(s, "XDG_RUNTIME_DIR"));
	else if (facts.uid)
		s->runtime = xasprintf("/run/user/%u", facts.uid);
	return 0;
}

static void search_done(struct search *s)
{
	strv_done(&s->environ);
	strv_done(&s->looked);
	free(s->home);
	free(s->runtime);
}

static char *config_dir(const struct search *s)
{
	if (get_env(s, "DOCKER_CONFIG"))
		return xstrdup(get_env(s, "DOCKER_CONFIG"));
	return s->home ? host_path(s->home, ".docker") : NULL;
}

static struct json_object *read_json(struct host *h, const char *path)
{
	AUTO(str) struct str text = STR_INIT(CONFIG_MAX);
	struct json_object *o = NULL;

	if (host_read(h, path, CONFIG_MAX, &text, NULL) < 0)
		return NULL;
	json_parse(str_text(&text), text.len, &o, NULL);
	return o;
}

/* The context that is in force; NULL: the default one. Caller frees. */
static char *current_context(const struct search *s)
{
	autofree char *dir = config_dir(s);
	autofree char *path = dir ? host_path(dir, "config.json") : NULL;
	autojson struct json_object *config = NULL;
	const char *name = get_env(s, "DOCKER_CONTEXT");

	if (!name && path) {
		config = read_json(s->host, path);
		name = json_str(config, "currentContext", NULL);
	}
	return str_empty(name) || str_eq(name, "default") ? NULL : xstrdup(name);
}

static int from_context(
	const struct search *s, const char *name, struct docker_socket *ret, struct error *err)
{
	char digest[DIGEST_HEX];
	autofree char *dir = config_dir(s);
	autofree char *path = NULL;
	autofree char *shown = text_safe_dup(name);
	autojson struct json_object *meta = NULL;
	const char *host;
	int code;

	digest_sha256(name, strlen(name), digest);
	path = xasprintf("%s/contexts/meta/%s/meta.json", dir ? dir : "", digest);
	meta = read_json(s->host, path);
	host = json_str(meta, "Endpoints.docker.Host", NULL);
	if (str_empty(host)) {
		error_set(err, ERR_INPUT, _("the Docker context %s does not exist"), shown);
		error_detail(err, "%s", path);
		error_hint(err, _("Choose another one with: docker context use default"));
		return ERR_INPUT;
	}
	code = docker_socket_parse(host, ret, err);
	if (code < 0)
		return error_prefix(err, _("Docker context %s"), shown);
	ret->origin = xasprintf(_("context %s"), shown);
	return 0;
}

static bool is_socket(struct host *h, const char *path)
{
	struct host_stat st;
	autofree char *target = NULL;

	if (host_stat(h, path, &st, NULL) < 0)
		return false;
	if (st.type == HOST_LINK &&
		(host_realpath(h, path, &target, NULL) < 0 || host_stat(h, target, &st, NULL) < 0))
		return false;
	return st.type == HOST_SOCKET;
}

/* Takes path (which it frees) when a socket is there. */
static bool try_path(
	struct search *s, char *path, const char *origin, bool rootless, struct docker_socket *ret)
{
	autofree char *p = path;

	if (!p)
		return false;
	strv_push(&s->looked, p);
	if (!is_socket(s->host, p))
		return false;
	ret->url = xasprintf("unix://%s", p);
	ret->unix_socket = take(p);
	ret->origin = xstrdup(origin);
	ret->rootless = rootless;
	return true;
}

static int from_places(struct search *s, struct docker_socket *ret, struct error *err)
{
	autofree char *looked = NULL;

	if (try_path(s, xstrdup(default_socket), _("default socket"), false, ret) ||
		try_path(s, s->runtime ? host_path(s->runtime, "docker.sock") : NULL,
			_("rootless Docker"), true, ret) ||
		try_path(s, s->home ? host_path(s->home, ".docker/run/docker.sock") : NULL,
			_("rootless Docker"), true, ret) ||
		try_path(s, s->home ? host_path(s->home, ".docker/desktop/docker.sock") : NULL,
			_("Docker Desktop"), false, ret) ||
		try_path(s, s->runtime ? host_path(s->runtime, "podman/podman.sock") : NULL,
			_("rootless Podman"), true, ret) ||
		try_path(s, xstrdup("/run/podman/podman.sock"), _("Podman"), false, ret))
		return 0;
	looked = strv_join(&s->looked, ", ");
	error_set(err, ERR_UNREACHABLE, _("no Docker Engine was found on %s"), s->host->label);
	error_detail(err, _("looked at %s"), looked);
	error_hint(err, _("Start it (sudo systemctl start docker), install it (Debian: docker.io, "
			  "docker-compose), or say where it is with DOCKER_HOST."));
	return ERR_UNREACHABLE;
}

static int refuse_tls(const struct search *s, const struct docker_socket *found, struct error *err)
{
	if (!found->tcp_host || !get_env(s, "DOCKER_TLS_VERIFY"))
		return 0;
	error_set(err, ERR_INPUT, _("%s wants TLS, which is not spoken here"), found->url);
	error_hint(err, _("Reach the machine over SSH with --host, and unset DOCKER_TLS_VERIFY."));
	return ERR_INPUT;
}

static int find(struct search *s, struct docker_socket *ret, struct error *err)
{
	const char *url = get_env(s, "DOCKER_HOST");
	autofree char *context = NULL;
	int code;

	if (url) {
		code = docker_socket_parse(url, ret, err);
		if (code < 0)
			return error_prefix(err, "DOCKER_HOST");
		ret->origin = xstrdup("DOCKER_HOST");
		return refuse_tls(s, ret, err);
	}
	context = current_context(s);
	if (context)
		return from_context(s, context, ret, err);
	return from_places(s, ret, err);
}

int docker_socket_find(struct host *h, struct docker_socket *ret, struct error *err)
{
	struct docker_socket found = {0};
	struct search s;
	int code = search_init(&s, h, err);

	if (code == 0)
		code = find(&s, &found, err);
	search_done(&s);
	if (code < 0) {
		docker_socket_done(&found);
		return code;
	}
	*ret = found;
	return 0;
}

/* --- failures */

int docker_socket_explain(const struct docker_socket *s, const struct error *cause,
	const char *user, struct error *err)
{
	AUTO(error) struct error said = ERROR_INIT;

	switch (cause->code) {
	case ERR_DENIED:
		error_set(&said, ERR_DENIED, _("no permission to use the Docker Engine at %s"),
			s->url);
		error_hint(&said,
			_("Add yourself to its group and log in again: sudo usermod -aG docker %s. "
			  "Or use "
			  "rootless Docker."),
			str_empty(user) ? "$USER" : user);
		break;
	case ERR_NOT_FOUND:
		error_set(&said, ERR_UNREACHABLE, _("there is no Docker Engine at %s (from %s)"),
			s->url, s->origin);
		error_hint(&said, _("Start it (sudo systemctl start docker), or correct %s."),
			s->origin);
		break;
	case ERR_UNREACHABLE:
	case ERR_TIMEOUT:
		error_set(&said, ERR_UNREACHABLE, _("the Docker Engine at %s does not answer"),
			s->url);
		error_hint(&said, _("Start it: sudo systemctl start docker"));
		break;
	default:
		error_set(&said, cause->code, _("cannot talk to the Docker Engine at %s"), s->url);
		break;
	}
	if (cause->message)
		error_detail(&said, "%s", cause->message);
	return error_move(err, &said);
}

int docker_socket_broke(const struct docker_socket *s, const struct error *cause, struct error *err)
{
	AUTO(error) struct error said = ERROR_INIT;

	switch (cause->code) {
	case ERR_CANCELLED:
		return error_copy(err, cause);
	case ERR_TIMEOUT:
		error_set(&said, ERR_UNREACHABLE,
			_("the Docker Engine at %s gives no answer in time"), s->url);
		break;
	case ERR_INPUT:
	case ERR_LIMIT:
		error_set(&said, ERR_UNREACHABLE,
			_("the Docker Engine at %s does not answer as it should"), s->url);
		break;
	default:
		error_set(&said, ERR_UNREACHABLE,
			_("the Docker Engine at %s went away before it had answered"), s->url);
		break;
	}
	error_hint(&said, _("See whether it runs (sudo systemctl status docker), and try again."));
	if (cause->message)
		error_detail(&said, "%s", cause->message);
	return error_move(err, &said);
}
