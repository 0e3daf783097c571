/* Checking and cutting of UTF-8. Pure; no allocation. */
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

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

/* The code of the well-formed character of `size` bytes at p. */
static uint32_t code_of(const uint8_t *p, size_t size)
{
    static const uint8_t lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = p[0] & lead[size];
    for (size_t i = 1; i < size; i++)
        code = code << 6 | (p[i] & 0x3f);
    return code;
}

/* U+061C, U+200E and the rest are the characters with the Unicode property Bidi_Control, and the
 * two separators, which lie between them. */
static bool acts(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c || code == 0x200e ||
           code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

bool utf8_printable(const char *text, uint32_t *code)
{
    const uint8_t *p = (const uint8_t *)text;
    for (size_t left = strlen(text); left > 0;) {
        size_t step = character(p, left);
        uint32_t found = step ? code_of(p, step) : 0xfffd;
        if (step == 0 || acts(found)) {
            *code = found;
            return false;
        }
        p += step;
        left -= step;
    }
    return true;
}

void utf8_show(const char *text, char *out, size_t capacity)
{
    const uint8_t *p = (const uint8_t *)text;
    size_t used = 0;
    for (size_t left = utf8_whole(text, strlen(text)); left > 0;) {
        size_t step = character(p, left);
        char piece[8];
        if (step == 0)
            snprintf(piece, sizeof piece, "\\x%02x", *p);
        else if (acts(code_of(p, step)))
            snprintf(piece, sizeof piece, "\\u%04x", code_of(p, step) & 0xffff);
        else
            snprintf(piece, sizeof piece, "%.*s", (int)step, (const char *)p);
        size_t size = strlen(piece);
        if (size >= capacity - used)
            break;
        memcpy(out + used, piece, size);
        used += size;
        p += step ? step : 1;
        left -= step ? step : 1;
    }
    out[used] = '\0';
}
