/* What tests of texts share: a collector, and looking for one fault in it. */
#ifndef TESTS_BASE_FAULTS_H
#define TESTS_BASE_FAULTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fault.h"

static inline struct faults *faults_new(void)
{
    struct faults *faults = calloc(1, sizeof *faults);
    assert_non_null(faults);
    return faults;
}

static inline struct slice text_of(const char *text)
{
    return (struct slice){(const uint8_t *)text, strlen(text)};
}

static inline void faults_print(const struct faults *faults)
{
    for (uint32_t i = 0; i < faults->count; i++)
        print_message("  %s:%d %s: %s | %s\n", faults->list[i].file, faults->list[i].line,
                      faults->list[i].key, faults->list[i].zh, faults->list[i].en);
}

/* Some fault is on that line, at that key, and says `en`. */
static inline void assert_fault(const struct faults *faults, int line, const char *key,
                                const char *en)
{
    for (uint32_t i = 0; i < faults->count; i++) {
        const struct fault *f = &faults->list[i];
        if (f->line == line && strcmp(f->key, key) == 0 && strstr(f->en, en)) {
            assert_true(f->zh[0] != '\0');
            return;
        }
    }
    faults_print(faults);
    fail_msg("no fault on line %d at \"%s\" that says \"%s\"", line, key, en);
}

/* Some fault is on some line of that file, at that key, and says `en`. */
static inline void assert_fault_in(const struct faults *faults, const char *file, const char *key,
                                   const char *en)
{
    for (uint32_t i = 0; i < faults->count; i++) {
        const struct fault *f = &faults->list[i];
        if (f->line > 0 && strcmp(f->file, file) == 0 && strcmp(f->key, key) == 0 &&
            strstr(f->en, en))
            return;
    }
    faults_print(faults);
    fail_msg("no fault in %s at \"%s\" that says \"%s\"", file, key, en);
}

#endif
