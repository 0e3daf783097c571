/* UTF-8 at the edges: what people send us is checked before anything else reads it. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* True when the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) without
 * NUL. Otherwise *at, when not NULL, is the offset of the first bad byte. */
bool utf8_valid(const void *bytes, size_t size, size_t *at);

/* The largest n <= size that does not end inside a character, for cutting well-formed text. */
size_t utf8_whole(const char *text, size_t size);

#endif
