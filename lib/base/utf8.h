/* UTF-8 at the edges: what people send us is checked before anything else reads it. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True when the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) without
 * NUL. Otherwise *at, when not NULL, is the offset of the first bad byte. */
bool utf8_valid(const void *bytes, size_t size, size_t *at);

/* The largest n <= size that does not end inside a character, for cutting well-formed text. */
size_t utf8_whole(const char *text, size_t size);

/* True when nothing in the text acts on who reads it: no control character, not even a line's end,
 * which can erase a terminal's lines (and makes bad XML), and none that turns the order of reading
 * (bidirectional controls) or ends a line or paragraph (U+2028, U+2029). Otherwise *code is the
 * first that does, U+FFFD for malformed bytes. */
bool utf8_printable(const char *text, uint32_t *code);

/* The text with \u001b in place of such a character and \xff in place of a malformed byte, cut
 * where neither these nor a character ends up in halves; half a character at its end is left out.
 */
void utf8_show(const char *text, char *out, size_t capacity);

#endif
