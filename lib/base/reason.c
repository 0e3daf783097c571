/* The table behind the reason codes. */
#include "base/reason.h"

#include <stddef.h>

#include "base/check.h"

static const struct row {
    enum reason reason;
    enum reason_class class;
    const char *name, *zh, *en;
} rows[] = {
#define REASON(number, name, class, zh, en) {number, REASON_CLASS_##class, #name, zh, en},
#include "reasons.def"
#undef REASON
};

static const struct row *row_of(enum reason reason)
{
    static const struct row unknown = {REASON_NONE, REASON_CLASS_STATE, "UNKNOWN", "未知原因",
                                       "unknown reason"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].reason == reason)
            return &rows[i];
    return &unknown;
}

enum reason_class reason_class(enum reason reason)
{
    return row_of(reason)->class;
}

const char *reason_name(enum reason reason)
{
    return row_of(reason)->name;
}

const char *reason_zh(enum reason reason)
{
    return row_of(reason)->zh;
}

const char *reason_en(enum reason reason)
{
    return row_of(reason)->en;
}
