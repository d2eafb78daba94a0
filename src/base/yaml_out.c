/* SPDX-License-Identifier: MIT */
#include "base/yaml.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/yaml_scalar.h"

#include <string.h>
#include <yaml.h>

enum { MAX_NESTING = 64 };

struct yaml_out {
	yaml_emitter_t emitter;
	struct str text;
	bool is_map[MAX_NESTING];
	int depth;
	bool failed, begun;
};

static int write_bytes(void *arg, unsigned char *bytes, size_t n)
{
	struct yaml_out *out = arg;

	str_addn(&out->text, bytes, n);
	return !str_full(&out->text);
}

static void emit(struct yaml_out *out, yaml_event_t *event, int made)
{
	if (!made || !yaml_emitter_emit(&out->emitter, event))
		out->failed = true;
}

struct yaml_out *yaml_out_new(void)
{
	struct yaml_out *out = xcalloc(1, sizeof(*out));
	yaml_event_t event;

	str_init(&out->text, STR_FILE);
	if (!yaml_emitter_initialize(&out->emitter)) {
		out->failed = true;
		return out;
	}
	yaml_emitter_set_output(&out->emitter, write_bytes, out);
	yaml_emitter_set_unicode(&out->emitter, 1);
	yaml_emitter_set_width(&out->emitter, -1);
	emit(out, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	return out;
}

void yaml_out_free(struct yaml_out *out)
{
	if (!out)
		return;
	yaml_emitter_delete(&out->emitter);
	str_done(&out->text);
	free(out);
}

/* Opens the document with its first value. */
static bool ready(struct yaml_out *out)
{
	yaml_event_t event;

	if (!out->failed && !out->begun) {
		out->begun = true;
		emit(out, &event,
			yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	}
	return !out->failed;
}

static void push(struct yaml_out *out, bool is_map)
{
	if (out->depth == MAX_NESTING)
		out->failed = true;
	else
		out->is_map[out->depth++] = is_map;
}

void yaml_out_map(struct yaml_out *out, const char *tag)
{
	yaml_event_t event;

	if (!ready(out))
		return;
	emit(out, &event,
		yaml_mapping_start_event_initialize(
			&event, NULL, (const yaml_char_t *)tag, !tag, YAML_BLOCK_MAPPING_STYLE));
	push(out, true);
}

void yaml_out_seq(struct yaml_out *out, const char *tag)
{
	yaml_event_t event;

	if (!ready(out))
		return;
	emit(out, &event,
		yaml_sequence_start_event_initialize(
			&event, NULL, (const yaml_char_t *)tag, !tag, YAML_BLOCK_SEQUENCE_STYLE));
	push(out, false);
}

void yaml_out_end(struct yaml_out *out)
{
	yaml_event_t event;

	if (out->failed || out->depth == 0) {
		out->failed = true;
		return;
	}
	if (out->is_map[--out->depth])
		emit(out, &event, yaml_mapping_end_event_initialize(&event));
	else
		emit(out, &event, yaml_sequence_end_event_initialize(&event));
}

static void scalar(
	struct yaml_out *out, const char *tag, const char *text, yaml_scalar_style_t style)
{
	yaml_event_t event;

	if (!ready(out))
		return;
	emit(out, &event,
		yaml_scalar_event_initialize(&event, NULL, (const yaml_char_t *)tag,
			(const yaml_char_t *)text, (int)strlen(text), !tag, !tag, style));
}

/* Words that other YAML readers (version 1.1) take for booleans; we quote them for their sake. */
static bool looks_boolean(const char *text)
{
	static const char *const words[] = {"y", "yes", "n", "no", "on", "off"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcasecmp(text, words[i]))
			return true;
	return false;
}

/* Digits and colons are base-60 numbers to those readers ("22:22"). */
static bool looks_sexagesimal(const char *text)
{
	return strchr(text, ':') && strspn(text, "0123456789:.+-_") == strlen(text);
}

void yaml_out_str(struct yaml_out *out, const char *text)
{
	yaml_scalar_style_t style = YAML_PLAIN_SCALAR_STYLE;

	if (strpbrk(text, "\n\r\t"))
		style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	else if (yaml_scalar_type(text) != YAML_STRING || looks_boolean(text) ||
		 looks_sexagesimal(text) || !strcmp(text, "<<") || !strcmp(text, "="))
		style = YAML_SINGLE_QUOTED_SCALAR_STYLE;
	scalar(out, NULL, text, style);
}

void yaml_out_plain(struct yaml_out *out, const char *tag, const char *text)
{
	scalar(out, tag, text, YAML_PLAIN_SCALAR_STYLE);
}

void yaml_out_key(struct yaml_out *out, const char *key)
{
	yaml_out_str(out, key);
}

int yaml_out_finish(struct yaml_out *out, char **ret, struct error *err)
{
	yaml_event_t event;

	if (ready(out) && out->depth == 0) {
		emit(out, &event, yaml_document_end_event_initialize(&event, 1));
		emit(out, &event, yaml_stream_end_event_initialize(&event));
		if (!out->failed)
			yaml_emitter_flush(&out->emitter);
	}
	if (out->failed || out->depth)
		return error_set(err, ERR_FAILED, _("cannot write YAML: %s"),
			out->emitter.problem ? out->emitter.problem : _("unbalanced document"));
	*ret = str_take(&out->text);
	return 0;
}
