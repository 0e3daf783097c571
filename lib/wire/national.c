/* proto/transactions.def, looked through only for what is refused. */
#include "wire/national.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define NUMBER_SIZE 4

/* A row's numbers, and the transaction that does it here; NULL: none. */
static const struct row {
    char first[NUMBER_SIZE + 1], last[NUMBER_SIZE + 1];
    const char *zh, *by;
} rows[] = {
#define SERVED(number, zh, suites) {number, number, zh, number},
#define ELSEWHERE(number, zh, other) {number, number, zh, other},
#define DECLINED(first, last, zh) {first, last, zh, NULL},
#include "transactions.def"
#undef SERVED
#undef ELSEWHERE
#undef DECLINED
};

/* Four digits, perhaps an A. */
static bool is_number(const char *infno)
{
    return strspn(infno, "0123456789") == NUMBER_SIZE &&
           (infno[NUMBER_SIZE] == '\0' || strcmp(infno + NUMBER_SIZE, "A") == 0);
}

static const struct row *row_of(const char *infno)
{
    for (size_t i = 0; is_number(infno) && i < ARRAY_LEN(rows); i++)
        if (strncmp(infno, rows[i].first, NUMBER_SIZE) >= 0 &&
            strncmp(infno, rows[i].last, NUMBER_SIZE) <= 0)
            return &rows[i];
    return NULL;
}

void national_refuse(const char *infno, struct problems *problems)
{
    const struct row *row = row_of(infno);
    if (!row)
        problem_add(problems, REASON_INFNO_UNKNOWN, "infno", NULL, infno);
    else if (row->by)
        problem_addf(problems, REASON_INFNO_ELSEWHERE, "infno", NULL, "%s %s -> %s", infno, row->zh,
                     row->by);
    else
        problem_addf(problems, REASON_INFNO_DECLINED, "infno", NULL, "%s %s", infno, row->zh);
}
