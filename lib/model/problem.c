/* Composing the texts of structured errors. */
#include "model/problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

/* The reason's text, then the value; a text too long is cut at a character. */
static void compose(char *out, size_t capacity, const char *reason, const char *colon,
                    const char *value)
{
    int length = snprintf(out, capacity, "%s%s%s", reason, value ? colon : "", value ? value : "");
    if ((size_t)length >= capacity)
        out[utf8_whole(out, capacity - 1)] = '\0';
}

void problem_add(struct problems *problems, enum reason reason, const char *field,
                 const char *feedetl_sn, const char *value)
{
    if (problems->count == ERRORS_MAX) {
        problems->more++;
        return;
    }
    struct problem *p = &problems->list[problems->count++];
    p->reason = reason;
    snprintf(p->field, sizeof p->field, "%s", field ? field : "");
    snprintf(p->feedetl_sn, sizeof p->feedetl_sn, "%s", feedetl_sn ? feedetl_sn : "");
    compose(p->zh, sizeof p->zh, reason_zh(reason), "：", value);
    compose(p->en, sizeof p->en, reason_en(reason), ": ", value);
}

void problem_addf(struct problems *problems, enum reason reason, const char *field,
                  const char *feedetl_sn, const char *format, ...)
{
    char value[TEXT_ERROR_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(value, sizeof value, format, args);
    va_end(args);
    problem_add(problems, reason, field, feedetl_sn, value);
}
