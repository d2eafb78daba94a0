/* SPDX-License-Identifier: MIT */
/*
 * The shape of a compose file as tables: which keys there are, what each may hold when it is
 * written, and what it is in the finished model. compose_schema.c checks with them, compose_bind.c
 * prints.
 */
#ifndef SLIPWAY_CONFIG_COMPOSE_SCHEMA_H
#define SLIPWAY_CONFIG_COMPOSE_SCHEMA_H

#include "config/compose_val.h"

/* What a value is in the model. */
enum model_kind {
	MODEL_STR,      /* left out when empty */
	MODEL_BOOL,     /* left out when false */
	MODEL_BOOL_SET, /* printed whenever it is given */
	MODEL_INT,      /* left out when 0 */
	MODEL_INT_SET,
	MODEL_FLOAT, /* left out when 0; 32 bits */
	MODEL_BYTES, /* "64m" or a number: bytes as a string */
	MODEL_DURATION,
	MODEL_DURATION_SET,
	MODEL_STRINGS, /* list of strings; numbers become strings */
	MODEL_PAIRS,   /* environment, args: map; without '=' null */
	MODEL_LABELS,  /* map; without '=' "" */
	MODEL_OPTIONS, /* map of strings; null is "" */
	MODEL_HOSTS,   /* extra_hosts: sorted list of host=ip */
	MODEL_COMMAND, /* list of strings or null; never left out */
	MODEL_TEST,    /* health check */
	MODEL_COUNT,   /* of devices; "all" is -1 */
	MODEL_ULIMITS,
	MODEL_SSH,
	MODEL_ENV_FILES,
	MODEL_STRUCT,     /* left out when not given */
	MODEL_STRUCT_SET, /* printed as {} when not given */
	MODEL_LIST,       /* of structs */
	MODEL_MAP,        /* of structs or null */
	MODEL_HIDDEN,     /* checked, but not printed */
};

/* What may be written, as a set of enum val_kind. */
enum {
	MAY_NUMBER = VAL_INT | VAL_FLOAT,
	MAY_INT = 128,    /* a float without fraction passes too */
	MAY_X = 256,      /* keys that begin with "x-" */
	MAY_UNIQUE = 512, /* a list may not hold anything twice */
	MAY_ANY_KEY = 1024,
	MAY_STRING_OR_INT = VAL_STR | MAY_INT,
	MAY_STRING_OR_NUMBER = VAL_STR | VAL_INT | VAL_FLOAT,
	MAY_STRING_OR_BOOL = VAL_STR | VAL_BOOL,
};

struct schema_field;

struct schema_type {
	unsigned may; /* kinds and flags */
	enum model_kind model;
	const struct schema_field *fields; /* of a mapping; NULL: any keys */
	const struct schema_type
		*item;            /* of a list, and of a mapping with any keys; NULL: anything */
	const char *const *words; /* the only strings allowed; NULL: any */
	const char
		*key_chars; /* characters a key may have, besides letters and digits; NULL: any */
};

struct schema_field {
	const char *key;
	const struct schema_type *type;
	bool required;
	const char *print_as; /* NULL: key */
};

extern const struct schema_type schema_top, schema_service, schema_network, schema_volume,
	schema_secret, schema_config;
/* NULL when there is no such key. */
const struct schema_field *schema_find(const struct schema_type *map, const char *key);

#endif
