/* Length limits are limits.h's, in bytes. Pure; the gate's thread. */
#include "wire/bounds.h"

#include <string.h>

#include "base/date.h"
#include "base/id.h"

#define YEAR_FIRST 1800

const char *bounds_text(const struct bounds *b, const char *field, const char *text, size_t max)
{
    size_t length = text ? strlen(text) : 0;
    if (length <= max)
        return length ? text : "";
    problem_addf(b->problems, REASON_FIELD_TOO_LONG, field, b->label, "%zu > %zu", length, max);
    return "";
}

const char *bounds_required(const struct bounds *b, const char *field, const char *text, size_t max)
{
    if (!text || !text[0])
        problem_add(b->problems, REASON_FIELD_MISSING, field, b->label, NULL);
    return bounds_text(b, field, text, max);
}

const char *bounds_admdvs(const struct bounds *b, const char *field, const char *text)
{
    const char *value = bounds_required(b, field, text, ID_ADMDVS);
    if (!value[0] || id_is_admdvs(value))
        return value;
    problem_add(b->problems, REASON_FIELD_INVALID, field, b->label, value);
    return "";
}

int64_t bounds_time(const struct bounds *b, const char *field, int64_t time_ms)
{
    if (time_ms >= date_start_ms(date_of(YEAR_FIRST, 1, 1)) && time_ms < date_start_ms(DATE_MAX))
        return time_ms;
    problem_add(b->problems, REASON_FIELD_INVALID, field, b->label, NULL);
    return 0;
}

int32_t bounds_date(const struct bounds *b, const char *field, int32_t date)
{
    if (date >= date_of(YEAR_FIRST, 1, 1) && date <= DATE_MAX)
        return date;
    problem_add(b->problems, REASON_FIELD_INVALID, field, b->label, NULL);
    return 0;
}

struct hash bounds_hash(const struct bounds *b, const char *field, ProtobufCBinaryData bytes)
{
    struct hash hash = {0};
    if (bytes.len == HASH_SIZE)
        memcpy(hash.bytes, bytes.data, HASH_SIZE);
    else
        problem_addf(b->problems, REASON_FIELD_INVALID, field, b->label, "%zu bytes", bytes.len);
    return hash;
}
