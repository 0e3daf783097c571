/* The typed reads. Every value is copied out of the store and read whole: a value that does not
 * parse to its last byte is damage, never a shorter truth. */
#include "state/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "state/inner.h"

enum err state_fetch(struct state *state, const struct key *key, void *out, size_t capacity,
                     size_t *size)
{
    if (key->size == 0)
        return ERR_NOTFOUND;
    enum err err = store_get(state->store, key_slice(key), out, capacity, size);
    return err == ERR_LIMIT ? ERR_CORRUPT : err;
}

/* Fetches a small value into *bytes and a reader over it. */
static enum err open_value(struct state *state, struct key key, uint8_t bytes[VALUE_SMALL_MAX],
                           struct reader *r)
{
    size_t size = 0;
    enum err err = state_fetch(state, &key, bytes, VALUE_SMALL_MAX, &size);
    *r = reader_on(bytes, err == ERR_OK ? size : 0);
    return err;
}

static enum err close_value(const struct reader *r)
{
    return reader_done(r) ? ERR_OK : ERR_CORRUPT;
}

enum err state_read_id(struct state *state, struct key key, char *out, size_t capacity)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct reader r;
    out[0] = '\0';
    enum err err = open_value(state, key, bytes, &r);
    if (err != ERR_OK)
        return err;
    read_packed(&r, out, capacity);
    return close_value(&r);
}

enum err state_mirror(struct state *state)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct reader r;
    enum err err = open_value(state, key_single("moment"), bytes, &r);
    if (err == ERR_OK) {
        moment_read(&r, &state->moment);
        err = close_value(&r);
    }
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    err = state_read_id(state, key_single("region"), state->region, sizeof state->region);
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    err = open_value(state, key_active_pack(PACK_REGION), bytes, &r);
    state->pack_active = err == ERR_OK;
    if (err == ERR_OK) {
        active_pack_read(&r, &state->pack);
        err = close_value(&r);
    }
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err state_new(struct store *store, struct state **out)
{
    struct state *state = calloc(1, sizeof *state);
    if (!state)
        return ERR_NOMEM;
    state->store = store;
    enum err err = state_mirror(state);
    /* Each record leaves its moment, and a checkpoint holds whole groups. */
    if (err == ERR_OK && store_sequence(store) > state->moment.sequence)
        err = ERR_CORRUPT;
    /* In one that was cut short the moment may be that of its end, which the fold has yet to come
     * to. */
    if (err == ERR_OK && store_reach(store) > store_sequence(store))
        state->moment = (struct moment){.sequence = store_sequence(store)};
    if (err != ERR_OK) {
        free(state);
        return err;
    }
    *out = state;
    return ERR_OK;
}

void state_free(struct state *state)
{
    free(state);
}

uint64_t state_sequence(const struct state *state)
{
    return state->moment.sequence;
}

int64_t state_time(const struct state *state)
{
    return state->moment.time_ms;
}

const char *state_region(const struct state *state)
{
    return state->region;
}

static enum err read_message(struct state *state, struct key key, struct message_entry *out)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct reader r;
    enum err err = open_value(state, key, bytes, &r);
    if (err != ERR_OK)
        return err;
    message_read(&r, out);
    return close_value(&r);
}

enum err state_message(struct state *state, const char *msgid, struct message_entry *out)
{
    return read_message(state, key_message(msgid), out);
}

enum err state_operator_message(struct state *state, const char *actor, const char *msgid,
                                struct message_entry *out)
{
    return read_message(state, key_operator(actor, msgid), out);
}

enum err state_person(struct state *state, const char *psn_no, struct person *out)
{
    uint8_t bytes[VALUE_INLINE_MAX];
    struct key key = key_person(psn_no, PERSON_FACTS);
    size_t size = 0;
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err;
    struct reader r = reader_on(bytes, size);
    person_read(&r, out);
    return reader_done(&r) && strcmp(out->psn_no, psn_no) == 0 ? ERR_OK : ERR_CORRUPT;
}

static void warm(const struct state *state, const struct key *key)
{
    if (key->size > 0)
        store_warm(state->store, key_slice(key));
}

void state_warm_person(const struct state *state, const char *psn_no)
{
    struct key key = key_person(psn_no, PERSON_FACTS);
    uint16_t year = (uint16_t)date_year(date_of_time(state->moment.time_ms));
    warm(state, &key);
    key = key_person(psn_no, PERSON_ACCOUNT);
    warm(state, &key);
    key = key_person_year(psn_no, year);
    warm(state, &key);
}

enum err state_certificate(struct state *state, const char *psn_cert_type, const char *certno,
                           char psn_no[TEXT_ID_MAX + 1])
{
    return state_read_id(state, key_certificate(psn_cert_type, certno), psn_no, TEXT_ID_MAX + 1);
}

enum err state_person_year(struct state *state, const char *psn_no, uint16_t year,
                           struct person_year *out)
{
    uint8_t bytes[VALUE_INLINE_MAX];
    struct key key = key_person_year(psn_no, year);
    size_t size = 0;
    out->setl_id[0] = '\0';
    out->accums.count = 0;
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    struct reader r = reader_on(bytes, size);
    person_year_read(&r, out);
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

enum err state_balance(struct state *state, const char *psn_no, int64_t *balance)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct reader r;
    *balance = 0;
    enum err err = open_value(state, key_person(psn_no, PERSON_ACCOUNT), bytes, &r);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    *balance = account_read(&r);
    return close_value(&r);
}

enum err state_has_account(struct state *state, const char *psn_no, bool *has)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct reader r;
    enum err err = open_value(state, key_person(psn_no, PERSON_ACCOUNT), bytes, &r);
    *has = err == ERR_OK;
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err state_settlement(struct state *state, const char *setl_id, struct settlement *out)
{
    uint8_t bytes[SETTLEMENT_BYTES_MAX];
    struct key key = key_settlement(setl_id);
    size_t size = 0;
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err;
    struct reader r = reader_on(bytes, size);
    settlement_read(&r, setl_id, out);
    return close_value(&r);
}

enum err state_visit(struct state *state, const char *fixmedins_code, const char *ipt_otp_no,
                     const char *chrg_bchno, char setl_id[ID_SETL + 1])
{
    return state_read_id(state, key_visit(fixmedins_code, ipt_otp_no, chrg_bchno), setl_id,
                         ID_SETL + 1);
}

enum err state_tally(struct state *state, const struct reply_tally *which, const char *fixmedins,
                     struct reply_tally *out)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct reader r;
    struct reply_tally tally = {.refd_setl_flag = which->refd_setl_flag};
    memcpy(tally.dev_no, which->dev_no, sizeof tally.dev_no);
    memcpy(tally.insutype, which->insutype, sizeof tally.insutype);
    memcpy(tally.clr_type, which->clr_type, sizeof tally.clr_type);
    memcpy(tally.setl_optins, which->setl_optins, sizeof tally.setl_optins);
    enum err err = open_value(state, key_tally(fixmedins, which), bytes, &r);
    if (err == ERR_OK) {
        tally_read(&r, &tally);
        err = close_value(&r);
    }
    *out = tally;
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err state_book(struct state *state, uint8_t owner_kind, const char *owner,
                    const char *fund_pay_type, uint16_t year, struct book *out)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct reader r;
    *out = (struct book){0};
    enum err err = open_value(state, key_book(owner_kind, owner, fund_pay_type, year), bytes, &r);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    book_read(&r, out);
    return close_value(&r);
}

enum err state_import_row(struct state *state, const struct hash *file_digest, uint32_t *row)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct reader r;
    *row = 0;
    enum err err = open_value(state, key_import(file_digest), bytes, &r);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    *row = read_u32(&r);
    return close_value(&r);
}
