/* Accumulators as a short sorted array: looked up by bisection, changed in place, stored whole.
 * Plain functions on the caller's memory; any thread. */
#include "model/accum.h"

#include <string.h>

#include "base/date.h"
#include "base/money.h"

#define ACCUMS_SCHEMA 2
/* Schema, count. */
#define ACCUMS_HEAD 2
/* Year, insutype, kind, the scope's length byte, the longest value inside FEN_MAX. */
#define ACCUM_FIXED (2 + 2 + 1 + 1 + 8)

_Static_assert(2 * FEN_MAX < INT64_C(1) << 56, "such a value takes at most eight varint bytes");
_Static_assert(ACCUMS_MAX <= UINT8_MAX, "the count is one byte");

static int compare_key(const struct accum *a, uint16_t year, uint16_t insutype, uint8_t kind,
                       const char *scope)
{
    if (a->year != year)
        return a->year < year ? -1 : 1;
    if (a->insutype != insutype)
        return a->insutype < insutype ? -1 : 1;
    if (a->kind != kind)
        return a->kind < kind ? -1 : 1;
    return strcmp(a->scope, scope);
}

int accum_compare(const struct accum *a, const struct accum *b)
{
    return compare_key(a, b->year, b->insutype, b->kind, b->scope);
}

bool accums_same(const struct accum *a, uint32_t a_count, const struct accum *b, uint32_t b_count)
{
    if (a_count != b_count)
        return false;
    for (uint32_t i = 0; i < a_count; i++)
        if (accum_compare(&a[i], &b[i]) != 0 || a[i].value != b[i].value)
            return false;
    return true;
}

/* The first entry not below the key; *found tells whether it is the key itself. */
static uint32_t position(const struct accums *accums, uint16_t year, uint16_t insutype,
                         uint8_t kind, const char *scope, bool *found)
{
    uint32_t low = 0, high = accums->count;
    *found = false;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare_key(&accums->list[middle], year, insutype, kind, scope);
        if (order == 0)
            *found = true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t accum_get(const struct accums *accums, uint16_t year, uint16_t insutype,
                  enum accum_kind kind, const char *scope)
{
    bool found;
    uint32_t at = position(accums, year, insutype, (uint8_t)kind, scope, &found);
    return found ? accums->list[at].value : 0;
}

static size_t stored_size(const struct accums *accums)
{
    size_t size = ACCUMS_HEAD;
    for (uint32_t i = 0; i < accums->count; i++)
        size += ACCUM_FIXED + strlen(accums->list[i].scope);
    return size;
}

enum err accum_add(struct accums *accums, const struct accum *delta)
{
    bool found;
    uint32_t at = position(accums, delta->year, delta->insutype, delta->kind, delta->scope, &found);
    struct accum *entry = &accums->list[at];
    if (found) {
        if (!money_add(&entry->value, delta->value))
            return ERR_LIMIT;
        if (entry->value == 0) {
            accums->count--;
            memmove(entry, entry + 1, (accums->count - at) * sizeof *entry);
        }
        return ERR_OK;
    }
    if (delta->value == 0)
        return ERR_OK;
    if (delta->value > FEN_MAX || delta->value < -FEN_MAX || accums->count == ACCUMS_MAX ||
        stored_size(accums) + ACCUM_FIXED + strlen(delta->scope) > ACCUMS_STORED_MAX)
        return ERR_LIMIT;
    memmove(entry + 1, entry, (accums->count - at) * sizeof *entry);
    *entry = *delta;
    accums->count++;
    return ERR_OK;
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* The first day on which the sum of a day or month may be forgotten; DATE_MAX for all others. */
static int32_t forget_from(const char *scope)
{
    const char *span = strchr(scope, '@');
    size_t digits = span ? strspn(span + 1, "0123456789") : 0;
    if (digits != 4 && digits != 6)
        return DATE_MAX;
    int year = 2000 + two_digits(span + 1), month = two_digits(span + 3);
    if (digits == 6)
        return date_of(year, month, two_digits(span + 5)) + ACCUM_DAYS_KEPT + 1;
    return date_of(month < 12 ? year : year + 1, month % 12 + 1, 1) + ACCUM_MONTHS_KEPT;
}

void accums_forget(struct accums *accums, int32_t date)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < accums->count; i++)
        if (date < forget_from(accums->list[i].scope)) {
            if (kept < i)
                accums->list[kept] = accums->list[i];
            kept++;
        }
    accums->count = kept;
}

void accum_write(struct writer *w, const struct accum *accum)
{
    write_u16(w, accum->year);
    write_u16(w, accum->insutype);
    write_u8(w, accum->kind);
    write_text(w, accum->scope);
    write_signed(w, accum->value);
}

void accum_read(struct reader *r, struct accum *accum)
{
    accum->year = read_u16(r);
    accum->insutype = read_u16(r);
    accum->kind = read_u8(r);
    read_text(r, accum->scope, sizeof accum->scope);
    accum->value = read_signed(r);
}

void accums_write(struct writer *w, const struct accums *accums)
{
    write_u8(w, ACCUMS_SCHEMA);
    write_u8(w, (uint8_t)accums->count);
    for (uint32_t i = 0; i < accums->count; i++)
        accum_write(w, &accums->list[i]);
}

void accums_read(struct reader *r, struct accums *accums)
{
    accums->count = 0;
    if (read_u8(r) != ACCUMS_SCHEMA)
        r->failed = true;
    uint32_t count = read_u8(r);
    if (count > ACCUMS_MAX)
        r->failed = true;
    for (uint32_t i = 0; !r->failed && i < count; i++) {
        accum_read(r, &accums->list[i]);
        /* Out of order, bisection would miss entries: damage, not a list. */
        if (i > 0 && accum_compare(&accums->list[i - 1], &accums->list[i]) >= 0)
            r->failed = true;
        if (!r->failed)
            accums->count++;
    }
}
