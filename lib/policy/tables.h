/* The tables of a pack while it is compiled, and their compiled forms. Internal to lib/policy. */
#ifndef POLICY_TABLES_H
#define POLICY_TABLES_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "base/money.h"
#include "base/table.h"
#include "policy/catalogue.h"
#include "policy/policy.h"

#define CATALOGUE_ROWS_MAX 500000 /* a province's drugs, services and materials, with history */
#define CATALOGUE_VERSIONS_MAX 64 /* rows of one code, which lie on one path of the table */
#define CATALOGUE_PRICE_MAX (INT64_C(999999999) * PRIC_ONE)
#define CATALOGUE_DEDC_MAX (INT64_C(999999999) * 100) /* fen */
#define INSTITUTIONS_MAX 100000

#define POLICY_FILE "policy.yaml"
#define CATALOGUE_FILE "catalogue.csv"
#define INSTITUTIONS_FILE "institutions.csv"

struct catalogue {
    uint32_t count;                                 /* entries */
    uint32_t slot_count;                            /* several times as many */
    const struct catalogue_entry *slots;            /* without a code: free */
    const struct catalogue_more *more;              /* by entry->more */
    bool has_item_dedc, has_pay_standard, by_class; /* some entry states it */
};

struct institutions {
    uint32_t count;
    const struct institution *list; /* by code */
};

/* Faults say what is wrong; the return value is ERR_NOMEM or ERR_OK. */
enum err catalogue_compile(struct slice text, const struct policy *policy, struct arena *arena,
                           struct faults *faults, struct catalogue *out) MUST_CHECK;
enum err institutions_compile(struct slice text, const struct policy *policy, struct arena *arena,
                              struct faults *faults, struct institutions *out) MUST_CHECK;

/* A cell's names joined by ';', as a mask; `find` gives a name's index, below 32, or less than 0:
 * there is none, a fault. */
uint32_t names_mask(const struct policy *policy, const struct table_row *row, size_t column,
                    int (*find)(const struct policy *policy, const char *name));

/* A file's bytes inside a bundle. False: the bundle is torn or has no such file. */
bool bundle_file(struct slice bundle, const char *name, struct slice *out);

#endif
