/* SPDX-License-Identifier: MIT */
/* Short forms: "127.0.0.1:8080:80/udp", "./data:/data:ro", and commands in one string. */
#include "config/compose_load.h"

#include "base/i18n.h"
#include "config/rune.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

/* ---- ports ---- */

struct range {
	unsigned first, last;
};

struct port_spec {
	char *ip, *host, *target, *protocol;
};

static void port_spec_done(struct port_spec *p)
{
	free(p->ip);
	free(p->host);
	free(p->target);
	free(p->protocol);
}

DEFINE_AUTO(port_spec)

static bool read_port(const char *s, size_t n, unsigned *ret)
{
	unsigned v = 0;

	if (!n || n > 10)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)s[i]))
			return false;
		v = v * 10 + (unsigned)(s[i] - '0');
		if (v > 65535)
			return false;
	}
	*ret = v;
	return true;
}

static bool read_range(const char *s, struct range *ret)
{
	const size_t n = strcspn(s, "-");
	const char *second = s + n + 1;

	if (!read_port(s, n, &ret->first))
		return false;
	ret->last = ret->first;
	if (!s[n])
		return true;
	return read_port(second, strcspn(second, "-"), &ret->last) && ret->last >= ret->first;
}

/* [[ip:][host]:]target[/protocol] */
static void split_port(const char *text, struct port_spec *p)
{
	const char *last = strrchr(text, ':'), *slash;

	p->target = xstrdup(last ? last + 1 : text);
	p->host = xstrdup("");
	if (last) {
		const char *from = last;

		while (from > text && from[-1] != ':')
			from--;
		free(p->host);
		p->host = xstrndup(from, (size_t)(last - from));
		p->ip = xstrndup(text, from > text ? (size_t)(from - 1 - text) : 0);
	} else {
		p->ip = xstrdup("");
	}
	slash = strchr(p->target, '/');
	p->protocol = xstrdup(slash && slash[1] && slash[1] != '/' ? slash + 1 : "tcp");
	if (slash)
		p->target[slash - p->target] = '\0';
	p->protocol[strcspn(p->protocol, "/")] = '\0';
	for (char *c = p->protocol; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

/* Takes the brackets off an IPv6 address; false when it is no address. */
static bool check_ip(char *ip)
{
	unsigned char bytes[16];
	const size_t n = strlen(ip);

	if (!n)
		return true;
	if (ip[0] == '[' && ip[n - 1] == ']') {
		memmove(ip, ip + 1, n - 2);
		ip[n - 2] = '\0';
	} else if (strchr(ip, ':')) {
		return false;
	}
	return inet_pton(AF_INET, ip, bytes) == 1 || inet_pton(AF_INET6, ip, bytes) == 1;
}

static struct val *port_entry(struct load *l, const struct val *v, const struct port_spec *p,
	unsigned target, const char *published)
{
	struct val *map = val_new(&l->tree, VAL_MAP, &v->mark);

	val_set(map, "mode", val_str(&l->tree, &v->mark, "ingress"));
	if (*p->ip)
		val_set(map, "host_ip", val_str(&l->tree, &v->mark, p->ip));
	val_set(map, "target", val_int(&l->tree, &v->mark, target));
	if (published)
		val_set(map, "published", val_str(&l->tree, &v->mark, published));
	val_set(map, "protocol", val_str(&l->tree, &v->mark, p->protocol));
	return map;
}

static int by_target_text(const void *a, const void *b)
{
	char x[8], y[8];

	snprintf(x, sizeof(x), "%u/", *(const unsigned *)a);
	snprintf(y, sizeof(y), "%u/", *(const unsigned *)b);
	return strcmp(x, y);
}

static int add_ports(struct load *l, const struct val *v, const struct port_spec *p,
	struct range target, struct range host, struct val *out)
{
	enum { VALUES_OF_A_PORT = 6 };
	const unsigned n = target.last - target.first + 1;
	autofree unsigned *targets = xcalloc(n, sizeof(*targets));
	const int rc = load_room(l, v, (size_t)n * VALUES_OF_A_PORT);

	if (rc)
		return rc;

	for (unsigned i = 0; i < n; i++)
		targets[i] = target.first + i;
	/* The reference implementation sorts the ports of a range as texts. */
	qsort(targets, n, sizeof(*targets), by_target_text);
	for (unsigned i = 0; i < n; i++) {
		const unsigned offset = targets[i] - target.first;
		autofree char *published = NULL;

		if (*p->host && n == 1 && host.last != host.first)
			published = xasprintf("%u-%u", host.first, host.last);
		else if (*p->host)
			published = xasprintf("%u", host.first + offset);
		val_push(&l->tree, out, port_entry(l, v, p, targets[i], published));
	}
	return 0;
}

int load_parse_ports(struct load *l, const struct val *v, struct val *out_seq)
{
	AUTO(port_spec) struct port_spec p = {0};
	const char *text = val_print(&l->tree, v);
	struct range target, host = {0, 0};

	split_port(text, &p);
	if (!check_ip(p.ip))
		return load_bad(l, v, _("\"%s\" is no port: \"%s\" is no IP address"), text, p.ip);
	if (!*p.target)
		return load_bad(
			l, v, _("\"%s\" is no port: the port of the container is missing"), text);
	if (!read_range(p.target, &target))
		return load_bad(l, v,
			_("\"%s\" is no port: expected a number from 0 to 65535, not \"%s\""), text,
			p.target);
	if (*p.host && !read_range(p.host, &host))
		return load_bad(l, v,
			_("\"%s\" is no port: expected a number from 0 to 65535, not \"%s\""), text,
			p.host);
	if (*p.host && target.last != target.first &&
		target.last - target.first != host.last - host.first)
		return load_bad(l, v, _("\"%s\" is no port: the ranges differ in length"), text);
	if (strcmp(p.protocol, "tcp") && strcmp(p.protocol, "udp") && strcmp(p.protocol, "sctp"))
		return load_bad(l, v, _("\"%s\" is no port: expected tcp, udp or sctp, not \"%s\""),
			text, p.protocol);
	return add_ports(l, v, &p, target, host, out_seq);
}

/* ---- volumes ---- */

struct volume {
	const char *source, *target; /* NULL: not given */
	bool read_only, nocopy;
	const char *propagation, *selinux;
};

static const char *const propagations[] = {
	"rprivate", "private", "rshared", "shared", "rslave", "slave"};

static void volume_option(struct load *l, struct volume *vol, const char *s, size_t n)
{
	const char *option = arena_strndup(&l->tree.arena, s, n);

	if (!strcmp(option, "ro"))
		vol->read_only = true;
	else if (!strcmp(option, "rw"))
		vol->read_only = false;
	else if (!strcmp(option, "nocopy"))
		vol->nocopy = true;
	else if (!strcmp(option, "z") || !strcmp(option, "Z"))
		vol->selinux = option;
	for (size_t i = 0; i < ARRAY_SIZE(propagations); i++)
		if (!strcmp(option, propagations[i]))
			vol->propagation = option;
}

/* NULL, or what is wrong. */
static const char *volume_part(
	struct load *l, struct volume *vol, const char *s, size_t n, bool last)
{
	if (!n)
		return _("there is nothing between two colons");
	if (!vol->source && last) {
		vol->target = arena_strndup(&l->tree.arena, s, n);
	} else if (!vol->source) {
		vol->source = arena_strndup(&l->tree.arena, s, n);
	} else if (!vol->target) {
		vol->target = arena_strndup(&l->tree.arena, s, n);
	} else if (!last) {
		return _("there are too many colons");
	} else {
		while (n) {
			size_t k = 0;

			while (k < n && s[k] != ',')
				k++;
			volume_option(l, vol, s, k);
			k += k < n;
			s += k;
			n -= k;
		}
	}
	return NULL;
}

static bool is_letter_then_colon(const char *part, const char *p)
{
	uint32_t c;

	return *p == ':' && p > part && part + rune_decode(part, p, &c) == p && rune_is_word(c) &&
	       !(c >= '0' && c <= '9');
}

static const char *split_volume(struct load *l, const char *text, struct volume *vol)
{
	const char *part = text;

	if (strlen(text) <= 2) {
		vol->target = text;
		return *text ? NULL : _("it is empty");
	}
	for (const char *p = text;; p++) {
		const char *wrong;

		/* "C:\data": the colon of a drive separates nothing. */
		if (is_letter_then_colon(part, p) || (*p && *p != ':'))
			continue;
		wrong = volume_part(l, vol, part, (size_t)(p - part), !*p);
		if (wrong || !*p)
			return wrong;
		part = p + 1;
	}
}

const char *load_volume_target(struct load *l, const char *text)
{
	struct volume vol = {0};

	return split_volume(l, text, &vol) ? NULL : vol.target;
}

static bool is_file_path(const char *source)
{
	uint32_t c;
	size_t n;

	if (!source || !*source)
		return false;
	if (strchr("./~", *source) || !strncmp(source, "\\\\", 2))
		return true;
	n = rune_decode(source, source + strlen(source), &c);
	return source[n] == ':' && rune_is_word(c) && !(c >= '0' && c <= '9');
}

static struct val *bind_options(
	struct load *l, const struct val *v, const struct volume *vol, bool is_bind)
{
	struct val *bind = val_new(&l->tree, VAL_MAP, &v->mark);

	if (vol->selinux)
		val_set(bind, "selinux", val_str(&l->tree, &v->mark, vol->selinux));
	if (vol->propagation)
		val_set(bind, "propagation", val_str(&l->tree, &v->mark, vol->propagation));
	if (is_bind)
		val_set(bind, "create_host_path", val_bool(&l->tree, &v->mark, true));
	return bind;
}

int load_parse_volume(struct load *l, const struct val *v, struct val **ret)
{
	struct volume vol = {0};
	const char *wrong = split_volume(l, v->text, &vol);
	const bool is_bind = is_file_path(vol.source), tiny = strlen(v->text) <= 2;
	struct val *map = val_new(&l->tree, VAL_MAP, &v->mark), *sub;

	*ret = NULL;
	if (wrong)
		return load_bad(l, v, _("\"%s\" is no volume: %s"), v->text, wrong);
	val_set(map, "type", val_str(&l->tree, &v->mark, is_bind ? "bind" : "volume"));
	if (vol.source) {
		struct val *source = val_str(&l->tree, &v->mark, vol.source);

		source->uses = v->uses;
		val_set(map, "source", source);
	}
	val_set(map, "target", val_str(&l->tree, &v->mark, load_clean(l, vol.target)));
	if (vol.read_only)
		val_set(map, "read_only", val_bool(&l->tree, &v->mark, true));
	if (is_bind || vol.selinux || vol.propagation)
		val_set(map, "bind", bind_options(l, v, &vol, is_bind));
	if ((!is_bind && !tiny) || vol.nocopy) {
		sub = val_new(&l->tree, VAL_MAP, &v->mark);
		if (vol.nocopy)
			val_set(sub, "nocopy", val_bool(&l->tree, &v->mark, true));
		val_set(map, "volume", sub);
	}
	*ret = map;
	return 0;
}

/* ---- commands ---- */

struct words {
	struct load *l;
	const struct val *v;
	struct val *out;
	struct str word;
	bool begun, escaped, single_quoted, double_quoted, back_quoted, dollar;
};

static bool in_quotes(const struct words *w)
{
	return w->single_quoted || w->double_quoted || w->back_quoted || w->dollar;
}

static void end_word(struct words *w)
{
	if (w->begun)
		val_push(
			&w->l->tree, w->out, val_str(&w->l->tree, &w->v->mark, str_text(&w->word)));
	str_clear(&w->word);
	w->begun = false;
}

enum { WORD_KEEP, WORD_SKIP, WORD_STOP, WORD_BAD };

/* What a character outside of escapes means. */
static int special(struct words *w, char c)
{
	switch (c) {
	case '`':
		if (!w->single_quoted && !w->double_quoted && !w->dollar)
			w->back_quoted = !w->back_quoted;
		return WORD_KEEP;
	case ')':
		if (!w->single_quoted && !w->double_quoted && !w->back_quoted)
			w->dollar = !w->dollar;
		return WORD_KEEP;
	case '(':
		if (w->single_quoted || w->double_quoted || w->back_quoted)
			return WORD_KEEP;
		if (w->dollar || !str_ends(str_text(&w->word), "$"))
			return WORD_BAD;
		w->dollar = true;
		str_addc(&w->word, '(');
		return WORD_SKIP;
	case '"':
		if (w->single_quoted || w->dollar)
			return WORD_KEEP;
		w->begun = w->begun || w->double_quoted;
		w->double_quoted = !w->double_quoted;
		return WORD_SKIP;
	case '\'':
		if (w->double_quoted || w->dollar)
			return WORD_KEEP;
		w->begun = w->begun || w->single_quoted;
		w->single_quoted = !w->single_quoted;
		return WORD_SKIP;
	default:
		return strchr(";&|<>", c) && !in_quotes(w) ? WORD_STOP : WORD_KEEP;
	}
}

static int add_char(struct words *w, char c)
{
	int what;

	if (w->escaped) {
		w->escaped = false;
		str_addc(&w->word, c);
		w->begun = true;
		return WORD_SKIP;
	}
	if (c == '\\' && !w->single_quoted) {
		w->escaped = true;
		return WORD_SKIP;
	}
	if (strchr(" \t\r\n", c) && !in_quotes(w)) {
		end_word(w);
		return WORD_SKIP;
	}
	if (c == '\\' || strchr(" \t\r\n", c)) {
		str_addc(&w->word, c);
		return WORD_SKIP;
	}
	what = special(w, c);
	if (what == WORD_KEEP) {
		str_addc(&w->word, c);
		w->begun = true;
	}
	return what;
}

int load_split_command(struct load *l, const struct val *v, struct val **ret)
{
	struct words w = {.l = l, .v = v, .word = STR_INIT(STR_FILE)};
	int what = WORD_SKIP;

	w.out = val_new(&l->tree, VAL_SEQ, &v->mark);
	for (const char *p = v->text; *p && what != WORD_STOP && what != WORD_BAD; p++) {
		what = add_char(&w, *p);
		/* "2>file": the digit belongs to the redirection. */
		if (what == WORD_STOP && *p == '>' && isdigit((unsigned char)*str_text(&w.word)))
			w.begun = false;
	}
	if (what != WORD_BAD && !w.escaped && !in_quotes(&w))
		end_word(&w);
	else
		what = WORD_BAD;
	str_done(&w.word);
	*ret = w.out;
	return what == WORD_BAD
		       ? load_bad(l, v,
				 _("\"%s\" is no command: its quotes or brackets do not match"),
				 v->text)
		       : 0;
}
