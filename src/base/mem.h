/* SPDX-License-Identifier: MIT */
/*
 * Memory and clean-up.
 *
 * Running out of memory ends the program: allocators never return NULL. What can grow by input has
 * a ceiling of its own (see str.h), so that hostile input meets the ceiling first.
 *
 * Clean-up at the end of scope:
 *	autofree char *name = xstrdup("x");      freed when the block is left
 *	autoclose int fd = open(...);            closed unless negative
 *	AUTO(str) struct str s = STR_INIT(4096); see DEFINE_AUTO
 *	return take(name);                       hands the value out instead
 */
#ifndef SLIPWAY_BASE_MEM_H
#define SLIPWAY_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define ATTR_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define ATTR_MUST_USE __attribute__((warn_unused_result))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *p, size_t size) __attribute__((returns_nonnull));
/* Resizes an array of n elements; n * size is checked for overflow. */
void *xreallocarray(void *p, size_t n, size_t size) __attribute__((returns_nonnull));
/* NULL in, NULL out. */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
void *xmemdup(const void *p, size_t n);
char *xasprintf(const char *fmt, ...) ATTR_PRINTF(1, 2) __attribute__((returns_nonnull));
char *xvasprintf(const char *fmt, va_list ap) ATTR_PRINTF(1, 0) __attribute__((returns_nonnull));
/* Overwrites p[0..n) so that the compiler cannot leave it out; for secrets. NULL is accepted. */
void mem_wipe(void *p, size_t n);
/* Wipes a string and frees it. NULL is accepted. */
void secret_free(char *s);

/* Makes room for one more element in a vector kept as pointer, count, capacity. */
#define VEC_GROW(items, n, cap)                                                                    \
	do {                                                                                       \
		if ((n) == (cap)) {                                                                \
			(cap) = (cap) ? (cap) * 2 : 8;                                             \
			(items) = xreallocarray((items), (cap), sizeof(*(items)));                 \
		}                                                                                  \
	} while (0)

static inline void mem_free_cleanup(void *p)
{
	free(*(void **)p);
}

static inline void mem_close_cleanup(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void mem_secret_cleanup(char **s)
{
	secret_free(*s);
}

#define autofree __attribute__((cleanup(mem_free_cleanup)))
#define autosecret __attribute__((cleanup(mem_secret_cleanup)))
#define autoclose __attribute__((cleanup(mem_close_cleanup)))

/*
 * DEFINE_AUTO(noun): AUTO(noun) calls noun_done(&value) on an embedded struct noun.
 * DEFINE_AUTO_PTR(noun): AUTO_PTR(noun) calls noun_free(pointer) on a struct noun *.
 */
#define DEFINE_AUTO(noun)                                                                          \
	static inline void noun##_cleanup(struct noun *v)                                          \
	{                                                                                          \
		noun##_done(v);                                                                    \
	}
#define DEFINE_AUTO_PTR(noun)                                                                      \
	static inline void noun##_cleanup_ptr(struct noun **v)                                     \
	{                                                                                          \
		noun##_free(*v);                                                                   \
	}
#define AUTO(noun) __attribute__((cleanup(noun##_cleanup)))
#define AUTO_PTR(noun) __attribute__((cleanup(noun##_cleanup_ptr)))

/* Hands out a pointer (or a descriptor with take_fd) that a clean-up attribute would release. */
#define take(p)                                                                                    \
	__extension__({                                                                            \
		__typeof__(p) taken_ = (p);                                                        \
		(p) = NULL;                                                                        \
		taken_;                                                                            \
	})
#define take_fd(fd)                                                                                \
	__extension__({                                                                            \
		int taken_ = (fd);                                                                 \
		(fd) = -1;                                                                         \
		taken_;                                                                            \
	})

#endif
