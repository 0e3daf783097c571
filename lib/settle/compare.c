/* Words for differences. A figure is shown with both values; of a person's effect only the kind. */
#include "settle/compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "state/effect_walk.h"

static bool says(char *what, size_t size, const char *name, int64_t stored, int64_t made)
{
    if (stored == made)
        return false;
    snprintf(what, size, "%s: stored %" PRId64 ", made %" PRId64, name, stored, made);
    return true;
}

static bool says_bytes(char *what, size_t size, const char *name, const uint8_t *stored,
                       const uint8_t *made, size_t length)
{
    if (memcmp(stored, made, length) == 0)
        return false;
    snprintf(what, size, "%s differs", name);
    return true;
}

static bool says_text(char *what, size_t size, const char *name, const char *stored,
                      const char *made)
{
    if (strcmp(stored, made) == 0)
        return false;
    snprintf(what, size, "%s: stored \"%s\", made \"%s\"", name, stored, made);
    return true;
}

/* Before engine 3 a void bore the pack of its own day. */
static bool void_of_old(const struct record *record)
{
    return record->kind == RECORD_VOID && record->engine < 3;
}

bool compare_heads(const struct record *stored, const struct record *made, char *what, size_t size)
{
    return says(what, size, "kind", stored->kind, made->kind) ||
           says(what, size, "outcome", stored->outcome, made->outcome) ||
           says(what, size, "schema", stored->schema, made->schema) ||
           (!void_of_old(stored) && says_bytes(what, size, "policy digest", stored->policy.bytes,
                                               made->policy.bytes, HASH_SIZE)) ||
           says_bytes(what, size, "request hash", stored->request_hash.bytes,
                      made->request_hash.bytes, HASH_SHORT_SIZE) ||
           says_text(what, size, "actor", stored->actor, made->actor) ||
           says_text(what, size, "approver", stored->approver, made->approver) ||
           says_text(what, size, "msgid", stored->msgid, made->msgid);
}

static bool compare_totals(const struct totals *a, const struct totals *b, char *what, size_t size)
{
    for (size_t i = 0; i < FUND_FIELDS; i++)
        if (says(what, size, fund_field_names[i], a->fund[i], b->fund[i]))
            return true;
#define DIFFERS(field) says(what, size, #field, a->field, b->field)
    return DIFFERS(medfee_sumamt) || DIFFERS(fulamt_ownpay_amt) || DIFFERS(overlmt_selfpay) ||
           DIFFERS(preselfpay_amt) || DIFFERS(inscp_scp_amt) || DIFFERS(act_pay_dedc) ||
           DIFFERS(fund_pay_sumamt) || DIFFERS(psn_part_amt) || DIFFERS(hosp_part_amt) ||
           DIFFERS(acct_pay) || DIFFERS(acct_mulaid_pay) || DIFFERS(psn_cash_pay) ||
           DIFFERS(psn_selfpay_amt) || DIFFERS(psn_ownpay_amt) || DIFFERS(transfer_selfpay) ||
           DIFFERS(balc);
#undef DIFFERS
}

static bool compare_rows(const struct settlement *a, const struct settlement *b, char *what,
                         size_t size)
{
    char name[64];
    if (says(what, size, "rows", a->row_count, b->row_count))
        return true;
    for (uint32_t i = 0; i < a->row_count; i++) {
        const struct settlement_row *x = &a->rows[i], *y = &b->rows[i];
        snprintf(name, sizeof name, "row %" PRIu32 " (%s)", i + 1, x->layer);
        if (says(what, size, name, x->amount, y->amount) ||
            says(what, size, name, x->base, y->base) ||
            says(what, size, name, x->ratio, y->ratio) ||
            says(what, size, name, x->field, y->field) ||
            says(what, size, name, x->owner_kind, y->owner_kind) ||
            says_text(what, size, name, x->layer, y->layer) ||
            says_text(what, size, name, x->fund_pay_type, y->fund_pay_type) ||
            says_text(what, size, name, x->owner, y->owner))
            return true;
    }
    return false;
}

static bool compare_deltas(const struct settlement *a, const struct settlement *b, char *what,
                           size_t size)
{
    char name[64];
    if (says(what, size, "accumulators moved", a->delta_count, b->delta_count))
        return true;
    for (uint32_t i = 0; i < a->delta_count; i++) {
        snprintf(name, sizeof name, "accumulator %s", a->deltas[i].scope);
        if (accum_compare(&a->deltas[i], &b->deltas[i]) != 0) {
            snprintf(what, size, "%s: another one was made", name);
            return true;
        }
        if (says(what, size, name, a->deltas[i].value, b->deltas[i].value))
            return true;
    }
    return false;
}

bool compare_settlements(const struct settlement *stored, const struct settlement *made, char *what,
                         size_t size)
{
    return compare_totals(&stored->totals, &made->totals, what, size) ||
           compare_rows(stored, made, what, size) || compare_deltas(stored, made, what, size) ||
           says(what, size, "balance before", stored->balance_before, made->balance_before) ||
           says(what, size, "benefit year", stored->year, made->year) ||
           says(what, size, "insutype", stored->insutype, made->insutype);
}

static const char *person_effect(struct slice key)
{
    const uint8_t *mark = memchr(key.data, 0x1f, key.size);
    if (!mark || mark + 1 >= key.data + key.size)
        return "a person";
    switch (mark[1]) {
    case PERSON_FACTS:
        return "a person's facts";
    case PERSON_ACCOUNT:
        return "a personal account";
    case PERSON_YEAR:
        return "a person's benefit year";
    default:
        return "a person";
    }
}

static const char *effect_name(struct slice key)
{
    switch (key.size ? key.data[0] : 0) {
    case KEY_MESSAGE:
        return "a reversal's tombstone";
    case KEY_PERSON:
        return person_effect(key);
    case KEY_CERTIFICATE:
        return "an identity number";
    case KEY_SETTLEMENT:
        return "a settlement";
    case KEY_VISIT:
        return "a visit";
    case KEY_TALLY:
        return "a running tally";
    case KEY_BOOK:
        return "a fund's book";
    case KEY_CHUNK:
        return "a pack's chunk";
    case KEY_SINGLE:
        return "a value of the region";
    case KEY_IMPORT:
        return "an import's progress";
    default:
        return "an unknown key";
    }
}

static bool same_slice(struct slice a, struct slice b)
{
    return a.size == b.size && !a.data == !b.data &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool compare_effects(const struct record *stored, const struct record *made, char *what,
                     size_t size)
{
    struct effect_walk a, b;
    if (effect_walk_begin(&a, stored) != ERR_OK || effect_walk_begin(&b, made) != ERR_OK) {
        snprintf(what, size, "effects: they do not parse");
        return true;
    }
    for (;;) {
        struct slice a_key, a_value, b_key, b_value;
        bool more = effect_walk_next(&a, &a_key, &a_value);
        if (more != effect_walk_next(&b, &b_key, &b_value)) {
            snprintf(what, size, "effects: %s is %s", effect_name(more ? a_key : b_key),
                     more ? "stored but not made" : "made but not stored");
            return true;
        }
        if (!more)
            return false;
        if (same_slice(a_key, b_key) && same_slice(a_value, b_value))
            continue;
        snprintf(what, size, "effects: %s differs", effect_name(a_key));
        return true;
    }
}

bool compare_bytes(struct slice stored, struct slice made, char *what, size_t size)
{
    size_t at = 0;
    while (at < stored.size && at < made.size && stored.data[at] == made.data[at])
        at++;
    if (at == stored.size && at == made.size)
        return false;
    snprintf(what, size, "reply differs from byte %zu on: stored %zu bytes, made %zu", at,
             stored.size, made.size);
    return true;
}

bool compare_find_settlement(const struct record *record, const char *setl_id,
                             struct settlement *settlement)
{
    struct key wanted = key_settlement(setl_id);
    struct slice key, value;
    struct effect_walk walk;
    if (effect_walk_begin(&walk, record) != ERR_OK)
        return false;
    while (effect_walk_next(&walk, &key, &value)) {
        if (!same_slice(key, key_slice(&wanted)) || !value.data)
            continue;
        struct reader v = reader_on(value.data, value.size);
        settlement_read(&v, setl_id, settlement);
        return reader_done(&v);
    }
    return false;
}
