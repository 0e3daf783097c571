/* Checking and cutting of UTF-8. Pure; no allocation. */
#include "base/utf8.h"

#include <stdint.h>

/* Length of the well-formed character at p, 0 when there is none. */
static size_t character(const uint8_t *p, size_t left)
{
    uint8_t c = p[0];
    if (c < 0x80)
        return c != 0;
    size_t size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    if (c < 0xc2 || c > 0xf4 || left < size)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) || (c == 0xf0 && p[1] < 0x90) ||
        (c == 0xf4 && p[1] > 0x8f))
        return 0;
    return size;
}

bool utf8_valid(const void *bytes, size_t size, size_t *at)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < size;) {
        size_t step = character(p + i, size - i);
        if (step == 0) {
            if (at)
                *at = i;
            return false;
        }
        i += step;
    }
    return true;
}

size_t utf8_whole(const char *text, size_t size)
{
    const uint8_t *p = (const uint8_t *)text;
    size_t start = size;
    while (start > 0 && size - start < 4 && (p[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0 || p[start - 1] < 0xc0)
        return size;
    uint8_t lead = p[start - 1];
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    return start - 1 + length <= size ? size : start - 1;
}
