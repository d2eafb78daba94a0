/* SPDX-License-Identifier: MIT */
#include "engine/logs.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>
#include <sys/mman.h>

enum {
	DEFAULT_BYTES = 32 * 1024 * 1024,
	MIN_BYTES = 64 * 1024,
	MAX_BYTES = 1024 * 1024 * 1024,
	BYTES_PER_LINE = 64, /* room of the index: one line for so many bytes of text */
	MAX_LINE = 64 * 1024,
	MAX_MOVES = 127,
	MAX_SOURCES = 65535,
	LEVELS = LOG_ERROR + 1,
};

/*
 * One line. Positions count bytes ever written, modulo 2^32; the ring's size is a power of two, so
 * a position maps to a place by masking. `guard` is the smallest position of this line and all that
 * follow it: late lines make the order of texts differ from the order of lines, and whoever evicts
 * by guard never leaves a line behind whose text is gone.
 */
struct record {
	int64_t time_ns;
	uint32_t pos;
	uint32_t guard;
	uint32_t len;
	uint16_t source;
	uint8_t kind;       /* level << 4 | stream */
	uint8_t moves : 7;  /* times it made room for a late line */
	uint8_t adrift : 1; /* too late for its place: its time says nothing about its neighbours */
};

struct source {
	char *name;
	uint64_t counts[LEVELS];
	/* Where the last logs_first_error() may go on: no line before `from` answers for `since`.
	 */
	int64_t since;
	uint64_t from;
};

struct logs {
	char *ring;
	uint32_t mask;
	uint32_t write; /* position of the next text */
	struct record *index;
	uint64_t index_mask;
	uint64_t first, end;
	uint64_t total;
	struct source *sources;
	size_t n_sources, cap_sources;
	struct str safe;
};

static size_t power_of_two_within(size_t n)
{
	size_t p = MIN_BYTES;

	while (p <= n / 2 && p < MAX_BYTES)
		p *= 2;
	return p;
}

/* Pages come from the kernel when they are first written: memory grows as the ring fills. */
static void *reserve(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

struct logs *logs_new(size_t max_bytes)
{
	struct logs *logs = xcalloc(1, sizeof(*logs));
	size_t size = power_of_two_within(max_bytes ? max_bytes : DEFAULT_BYTES);
	size_t lines = size / BYTES_PER_LINE;

	logs->ring = reserve(size);
	logs->mask = (uint32_t)(size - 1);
	logs->index = reserve(lines * sizeof(*logs->index));
	logs->index_mask = lines - 1;
	str_init(&logs->safe, (size_t)MAX_LINE * 4);
	return logs;
}

void logs_free(struct logs *logs)
{
	if (!logs)
		return;
	munmap(logs->ring, (size_t)logs->mask + 1);
	munmap(logs->index, (logs->index_mask + 1) * sizeof(*logs->index));
	for (size_t i = 0; i < logs->n_sources; i++)
		free(logs->sources[i].name);
	free(logs->sources);
	str_done(&logs->safe);
	free(logs);
}

int logs_source(struct logs *logs, const char *name)
{
	struct source *s;

	for (size_t i = 0; i < logs->n_sources; i++)
		if (str_eq(logs->sources[i].name, name))
			return (int)i;
	if (logs->n_sources == MAX_SOURCES)
		return MAX_SOURCES - 1;
	VEC_GROW(logs->sources, logs->n_sources, logs->cap_sources);
	s = &logs->sources[logs->n_sources];
	*s = (struct source){.name = xstrdup(name ? name : "")};
	return (int)logs->n_sources++;
}

const char *logs_source_name(const struct logs *logs, int source)
{
	return source >= 0 && (size_t)source < logs->n_sources ? logs->sources[source].name : "";
}

size_t logs_sources(const struct logs *logs)
{
	return logs->n_sources;
}

static struct record *record_at(const struct logs *logs, uint64_t seq)
{
	return &logs->index[seq & logs->index_mask];
}

static void evict_first(struct logs *logs)
{
	const struct record *r = record_at(logs, logs->first++);

	logs->sources[r->source].counts[r->kind >> 4]--;
}

/* Where n bytes may be written in one piece, with everything evicted that lies there. */
static uint32_t make_room(struct logs *logs, uint32_t n)
{
	uint32_t size = logs->mask + 1;
	uint32_t offset = logs->write & logs->mask;

	if (offset + n > size)
		logs->write += size - offset;
	while (logs->first < logs->end &&
		logs->write + n - record_at(logs, logs->first)->guard > size)
		evict_first(logs);
	if (logs->end - logs->first > logs->index_mask)
		evict_first(logs);
	return logs->write;
}

/* Where a line of that time belongs among the last ones; the end when it is too late for its place,
 * and *ret_adrift tells so. */
static uint64_t find_place(const struct logs *logs, int64_t time_ns, bool *ret_adrift)
{
	uint64_t place = logs->end;
	uint64_t at = logs->end;

	for (; at > logs->first && logs->end - at < LOGS_REORDER; at--) {
		const struct record *r = record_at(logs, at - 1);

		if (r->adrift)
			continue;
		if (r->time_ns <= time_ns)
			return place;
		if (r->moves == MAX_MOVES)
			break;
		place = at - 1;
	}
	*ret_adrift = at > logs->first;
	return *ret_adrift ? logs->end : place;
}

/* Opens a gap in the index; at the end that is nothing. */
static void open_gap(struct logs *logs, uint64_t at)
{
	for (uint64_t i = logs->end++; i > at; i--) {
		struct record *r = record_at(logs, i);

		*r = *record_at(logs, i - 1);
		if (r->moves < MAX_MOVES)
			r->moves++;
	}
}

/* True when every byte is printable ASCII: such a line needs no rewriting. */
static bool plain_ascii(const char *text, size_t len)
{
	const uint64_t ones = 0x0101010101010101u;
	const uint64_t high = ones << 7;
	uint64_t bad = 0;
	size_t i = 0;

	for (; i + 8 <= len; i += 8) {
		uint64_t w, del;

		memcpy(&w, text + i, 8);
		del = w ^ (ones * 0x7f);
		bad |= w | ((w - ones * 0x20) & ~w) | ((del - ones) & ~del);
	}
	for (; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] > 0x7e)
			return false;
	return !(bad & high);
}

/* Lowers the place where the search for a source's first error goes on. */
static void note_insert(struct logs *logs, uint64_t at)
{
	for (size_t i = 0; i < logs->n_sources; i++)
		if (logs->sources[i].from > at)
			logs->sources[i].from = at;
}

void logs_append(
	struct logs *logs, int source, int stream, int64_t time_ns, const char *text, size_t len)
{
	enum log_level level;
	struct record *r;
	bool adrift = false;
	uint64_t at;
	uint32_t pos;

	if (source < 0 || (size_t)source >= logs->n_sources)
		return;
	if (len > MAX_LINE)
		len = MAX_LINE;
	if (!plain_ascii(text, len)) {
		str_clear(&logs->safe);
		text_safe(&logs->safe, text, len, false);
		text = str_text(&logs->safe);
		len = logs->safe.len;
	}
	/* A quarter of the ring at most, so that a line never evicts itself. */
	if (len > (logs->mask + 1) / 4)
		len = (logs->mask + 1) / 4;
	level = log_level_guess(text, len);
	pos = make_room(logs, (uint32_t)len);
	memcpy(logs->ring + (pos & logs->mask), text, len);
	logs->write += (uint32_t)len;
	at = find_place(logs, time_ns, &adrift);
	open_gap(logs, at);
	r = record_at(logs, at);
	*r = (struct record){
		.time_ns = time_ns,
		.pos = pos,
		.guard = at + 1 == logs->end ? pos : record_at(logs, at + 1)->guard,
		.len = (uint32_t)len,
		.source = (uint16_t)source,
		.kind = (uint8_t)((unsigned)level << 4 | ((unsigned)stream & 15)),
		.adrift = adrift,
	};
	if (at + 1 != logs->end)
		note_insert(logs, at);
	logs->sources[source].counts[level]++;
	logs->total++;
}

uint64_t logs_first(const struct logs *logs)
{
	return logs->first;
}

uint64_t logs_end(const struct logs *logs)
{
	return logs->end;
}

uint64_t logs_total(const struct logs *logs)
{
	return logs->total;
}

uint64_t logs_count(const struct logs *logs, int source, enum log_level level)
{
	uint64_t sum = 0;

	if ((unsigned)level >= LEVELS)
		return 0;
	if (source >= 0)
		return (size_t)source < logs->n_sources ? logs->sources[source].counts[level] : 0;
	for (size_t i = 0; i < logs->n_sources; i++)
		sum += logs->sources[i].counts[level];
	return sum;
}

bool logs_get(const struct logs *logs, uint64_t seq, struct log_line *ret)
{
	const struct record *r;

	if (seq < logs->first || seq >= logs->end)
		return false;
	r = record_at(logs, seq);
	*ret = (struct log_line){
		.seq = seq,
		.time_ns = r->time_ns,
		.source = r->source,
		.level = r->kind >> 4,
		.stream = r->kind & 15,
		.text = logs->ring + (r->pos & logs->mask),
		.len = r->len,
	};
	return true;
}

bool logs_next(const struct logs *logs, const struct log_filter *f, uint64_t *seq, int step,
	size_t budget, struct log_line *ret)
{
	uint64_t s = *seq;

	if (s < logs->first && step > 0)
		s = logs->first;
	if (s >= logs->end && step < 0 && logs->end > logs->first)
		s = logs->end - 1;
	for (size_t looked = 0; logs_get(logs, s, ret); looked++) {
		/* The first line is looked at whenever it is reached, so that "at first" means
		 * "seen". */
		bool last = step < 0 && s == logs->first;

		if (looked >= budget && !last)
			break;
		if (log_filter_match(f, ret)) {
			*seq = s;
			return true;
		}
		if (last)
			break;
		s = step < 0 ? s - 1 : s + 1;
	}
	*seq = s;
	return false;
}

bool logs_first_error(const struct logs *logs, int source, int64_t since_ns, struct log_line *ret)
{
	struct source *s;
	uint64_t seq;

	if (source < 0 || (size_t)source >= logs->n_sources)
		return false;
	s = &logs->sources[source];
	if (!s->counts[LOG_ERROR])
		return false;
	seq = s->since == since_ns && s->from > logs->first ? s->from : logs->first;
	for (; seq < logs->end; seq++) {
		const struct record *r = record_at(logs, seq);

		if (r->source == source && r->kind >> 4 == LOG_ERROR && r->time_ns >= since_ns)
			break;
	}
	s->since = since_ns;
	s->from = seq;
	return logs_get(logs, seq, ret);
}
