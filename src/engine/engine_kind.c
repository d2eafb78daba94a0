/* SPDX-License-Identifier: MIT */
#include "engine/compose_engine.h"
#include "engine/engine.h"
#include "engine/process_engine.h"

static const struct engine_kind kinds[] = {
	{&compose_engine_ops, compose_engine_open, compose_engine_suits},
	{&process_engine_ops, process_engine_open, process_engine_suits},
};

const struct engine_kind *engine_kinds(size_t *n)
{
	*n = ARRAY_SIZE(kinds);
	return kinds;
}

const struct engine_kind *engine_kind_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_eq(kinds[i].ops->name, name))
			return &kinds[i];
	return NULL;
}
