/* Composing the texts of structured errors. */
#include "model/problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

static void compose(char out[TEXT_ERROR_MAX + 1], const char *reason, const char *colon,
                    const char *value)
{
    int length =
        snprintf(out, TEXT_ERROR_MAX + 1, "%s%s%s", reason, value ? colon : "", value ? value : "");
    if (length > TEXT_ERROR_MAX)
        out[utf8_whole(out, TEXT_ERROR_MAX)] = '\0';
}

void problem_zh(char out[TEXT_ERROR_MAX + 1], enum reason reason, const char *value)
{
    compose(out, reason_zh(reason), "：", value);
}

void problem_en(char out[TEXT_ERROR_MAX + 1], enum reason reason, const char *value)
{
    compose(out, reason_en(reason), ": ", value);
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
    problem_zh(p->zh, reason, value);
    problem_en(p->en, reason, value);
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
