/* Composing the texts of structured errors. */
#include "model/problem.h"

#include <stdarg.h>
#include <stdio.h>

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
    snprintf(p->zh, sizeof p->zh, value ? "%s：%s" : "%s%s", reason_zh(reason), value ? value : "");
    snprintf(p->en, sizeof p->en, value ? "%s: %s" : "%s%s", reason_en(reason), value ? value : "");
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
