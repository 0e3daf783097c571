/* Structured errors and warnings of one answer: code, field or line, 中文, English. */
#ifndef MODEL_PROBLEM_H
#define MODEL_PROBLEM_H

#include <stdint.h>

#include "base/check.h"
#include "base/limits.h"
#include "base/reason.h"

struct problem {
    enum reason reason;
    char field[64];                   /* national field name; empty when none is to blame */
    char feedetl_sn[TEXT_ID_MAX + 1]; /* the line; empty when the whole message is meant */
    char zh[TEXT_ERROR_MAX + 1];      /* the reason's text, then the particulars */
    char en[TEXT_ERROR_MAX + 1];
};

struct problems {
    uint32_t count; /* of `list` */
    uint32_t more;  /* found beyond ERRORS_MAX */
    struct problem list[ERRORS_MAX];
};

/* Empties it. Nothing but the counts says what is in the list, and the list is large. */
static inline void problems_clear(struct problems *problems)
{
    problems->count = problems->more = 0;
}

/* Adds one. `field` and `feedetl_sn` may be NULL. `value` is what was found or expected, shown
 * behind the reason's text in both languages ("…: value"); NULL for none. */
void problem_add(struct problems *problems, enum reason reason, const char *field,
                 const char *feedetl_sn, const char *value);
/* The same with a printf format for the value. */
void problem_addf(struct problems *problems, enum reason reason, const char *field,
                  const char *feedetl_sn, const char *format, ...) PRINTF_LIKE(5, 6);

/* The texts themselves, as problems carry them: the reason's, then ": value" where there is one;
 * cut at a character. */
void problem_zh(char out[TEXT_ERROR_MAX + 1], enum reason reason, const char *value);
void problem_en(char out[TEXT_ERROR_MAX + 1], enum reason reason, const char *value);

#endif
