/* What is wrong with a text that people write (policy, configuration, case, table): all errors at
 * once, each with file, line, key, and what was found and expected in 中文 and English.
 *
 * An objection is a fault of a text that can be used all the same: whoever puts it forward is
 * refused as for any other, but a pack that was published before a release found it stays in force
 * (policy/pack.h). What is found from now on in texts that were accepted once must be one. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/check.h"

#define FAULT_TEXT 360 /* bytes of a fault's text in either language, with its end */

struct fault {
    char file[64];
    int line;      /* 1-based; 0 when the file as a whole is meant */
    char key[128]; /* path of the key, or the column */
    /* what was found and what was expected; cut at a character */
    char zh[FAULT_TEXT], en[FAULT_TEXT];
    bool objection;
};

#define FAULTS_MAX 200
struct faults {
    uint32_t count, more; /* of `list`; found beyond FAULTS_MAX */
    uint32_t objections;  /* among all of them */
    struct fault list[FAULTS_MAX];
};

/* All that were found, listed or not: what has grown when something new is wrong. */
static inline uint32_t faults_total(const struct faults *faults)
{
    return faults->count + faults->more;
}

/* Those that are no objections. */
static inline uint32_t faults_grave(const struct faults *faults)
{
    return faults_total(faults) - faults->objections;
}

static inline void faults_clear(struct faults *faults)
{
    faults->count = faults->more = faults->objections = 0;
}

/* Adds one; longer texts are cut at a character, and control characters are escaped (utf8_show()).
 * `key` may be NULL. */
void faults_put(struct faults *faults, const char *file, int line, const char *key, const char *zh,
                const char *en);
/* The same with formats. Both formats take the same arguments in the same order. */
void faults_add(struct faults *faults, const char *file, int line, const char *key, const char *zh,
                const char *en, ...) PRINTF_LIKE(5, 7) PRINTF_LIKE(6, 7);
void faults_vadd(struct faults *faults, const char *file, int line, const char *key, const char *zh,
                 const char *en, va_list args) PRINTF_LIKE(5, 0) PRINTF_LIKE(6, 0);

/* What was added since faults_total() was `before` is no more than an objection. */
void faults_object(struct faults *faults, uint32_t before);

/* By file and line; those of one line stay in the order they were found. */
void faults_sort(struct faults *faults);
/* Sorts and prints them as people and editors read them, "file:line: key: 中文 / English", and how
 * many more there were. */
void faults_report(struct faults *faults, FILE *out);

#endif
