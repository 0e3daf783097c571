/* Looking items up: the entries are an open hash table by code. A code's entries lie on one path of
 * it, the latest first, since most questions are about today. */
#include "policy/catalogue.h"

#include "base/check.h"
#include "policy/catalogue_key.h"
#include "policy/tables.h"

static enum catalogue_found find(const struct catalogue *catalogue, const struct catalogue_key *key,
                                 int32_t date, const struct catalogue_entry **entry)
{
    enum catalogue_found missing = CATALOGUE_UNKNOWN;
    for (uint32_t slot = catalogue_home(key, catalogue->slot_count);;) {
        const struct catalogue_entry *e = &catalogue->slots[slot];
        if (catalogue_key_matches(key, e->med_list_codg)) {
            if (date >= e->begndate && date <= e->enddate) {
                *entry = e;
                return CATALOGUE_FOUND;
            }
            missing = CATALOGUE_NOT_IN_FORCE;
        } else if (e->med_list_codg[0] == '\0') {
            *entry = NULL;
            return missing;
        }
        slot = catalogue_next(slot, catalogue->slot_count);
    }
}

enum catalogue_found catalogue_find(const struct catalogue *catalogue, const char *med_list_codg,
                                    int32_t date, const struct catalogue_entry **entry)
{
    struct catalogue_query query = {.med_list_codg = med_list_codg, .date = date};
    catalogue_find_all(catalogue, &query, 1);
    *entry = query.entry;
    return query.found;
}

/* False: no such code is in any catalogue. */
static bool ask(const struct catalogue *catalogue, const char *code, struct catalogue_key *key)
{
    if (catalogue->count == 0 || !catalogue_key(code, key))
        return false;
    const struct catalogue_entry *home =
        &catalogue->slots[catalogue_home(key, catalogue->slot_count)];
    __builtin_prefetch(home);
    __builtin_prefetch(home + 1); /* every sixth path goes on */
    return true;
}

void catalogue_find_all(const struct catalogue *catalogue, struct catalogue_query *queries,
                        uint32_t count)
{
    struct catalogue_key keys[CATALOGUE_QUERIES_MAX];
    CHECK(count <= CATALOGUE_QUERIES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        bool asked = ask(catalogue, queries[i].med_list_codg, &keys[i]);
        queries[i].found = asked ? CATALOGUE_FOUND : CATALOGUE_UNKNOWN;
        queries[i].entry = NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct catalogue_query *q = &queries[i];
        if (q->found != CATALOGUE_FOUND)
            continue;
        q->found = find(catalogue, &keys[i], q->date, &q->entry);
        if (q->entry && q->entry->caps_by_grade)
            __builtin_prefetch(q->entry->pric_uplmt_amt.by_grade);
    }
}

void catalogue_warm(const struct catalogue *catalogue, const char *med_list_codg)
{
    struct catalogue_key key;
    (void)ask(catalogue, med_list_codg, &key);
}

const struct catalogue_more *catalogue_more(const struct catalogue *catalogue,
                                            const struct catalogue_entry *entry)
{
    return &catalogue->more[entry->more];
}

uint32_t catalogue_count(const struct catalogue *catalogue)
{
    return catalogue->count;
}
