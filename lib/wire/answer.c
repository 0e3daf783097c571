/* struct command_reply -> packed CommandReply: what an operator is answered; and one without its
 * words. Pure. */
#include "wire/codec.h"

#include <string.h>

#include "admin.pb-c.h"
#include "base/algorithm.h"
#include "wire/build.h"
#include "wire/filing.h"
#include "wire/pool.h"

static void build_rows(const struct command_reply *reply, struct pool *pool,
                       Copay__Admin__CommandReply *m)
{
    CHECK(reply->problem_count <= ROW_PROBLEMS_MAX);
    Copay__Admin__RowProblem *out =
        pool_list(pool, reply->problem_count, sizeof *out, (void ***)&m->errors);
    for (uint32_t i = 0; out && i < reply->problem_count; i++) {
        const struct row_problem *in = &reply->problems[i];
        copay__admin__row_problem__init(&out[i]);
        out[i].code = in->reason;
        out[i].file = (char *)in->file;
        out[i].has_row = in->row != 0;
        out[i].row = in->row;
        out[i].field = (char *)in->field;
        out[i].zh = (char *)in->zh;
        out[i].en = (char *)in->en;
        m->n_errors = i + 1;
    }
}

static Copay__Admin__StatusReply *build_status(const struct command_status *in, struct pool *pool)
{
    Copay__Admin__StatusReply *m = pool_take(pool, sizeof *m);
    if (!m)
        return NULL;
    copay__admin__status_reply__init(m);
    m->version = (char *)in->version;
    m->sequence = in->sequence;
    m->durable_sequence = in->durable_sequence;
    m->checkpoint_sequence = in->checkpoint_sequence;
    m->epoch = in->epoch;
    m->policy = (char *)in->policy;
    m->has_policy_objections = true;
    m->policy_objections = in->objections;
    m->overlay_bytes = in->overlay_bytes;
    m->map_used_bytes = in->map_used_bytes;
    m->map_bytes = in->map_bytes;
    m->clock_suspect = in->clock_suspect;
    m->connections = in->connections;
    m->answered = in->answered;
    m->retried = in->retried;
    m->has_signed_sequence = true;
    m->signed_sequence = in->signed_sequence;
    m->key = (char *)in->key;
    build_figures(&in->figures, pool, m);
    return m;
}

static void build_keys(const struct command_reply *reply, struct pool *pool,
                       Copay__Admin__CommandReply *m)
{
    Copay__Admin__Key *out = pool_list(pool, reply->signer_count, sizeof *out, (void ***)&m->key);
    for (uint32_t i = 0; out && i < reply->signer_count; i++) {
        const struct signer *in = &reply->signers[i];
        copay__admin__key__init(&out[i]);
        out[i].id = (ProtobufCBinaryData){SIGNER_ID, (uint8_t *)in->id};
        const char *name = key_algorithm_name((enum key_algorithm)in->algorithm);
        out[i].algorithm = (char *)(name ? name : "");
        out[i].spki = (ProtobufCBinaryData){in->spki_size, (uint8_t *)in->spki};
        out[i].sequence = in->sequence;
        out[i].by = (ProtobufCBinaryData){SIGNER_ID, (uint8_t *)in->by};
        out[i].signature = (ProtobufCBinaryData){SIGNER_SIGNATURE, (uint8_t *)in->signature};
        m->n_key = i + 1;
    }
}

static void build_packs(const struct pack_state *in, Copay__Admin__PackState *m)
{
    const struct proposal *p = &in->proposal;
    copay__admin__pack_state__init(m);
    m->has_active_digest = m->has_activated = in->has_active;
    m->active_digest = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)in->active.bytes};
    m->activated = in->activated;
    if (!in->has_proposal)
        return;
    m->has_proposed_digest = m->has_chunks = m->has_submitted = true;
    m->proposed_digest = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)p->digest.bytes};
    m->chunks = p->chunks;
    m->author = (char *)p->author;
    m->submitted = p->submitted;
    m->has_approved = p->approved != 0;
    m->approved = p->approved;
    m->approver = p->approved ? (char *)p->approver : NULL;
}

static enum err pack_person(const struct reply *reply, struct pool *pool,
                            Copay__Admin__CommandReply *m)
{
    Copay__Person *person = build_person(reply, pool);
    if (!person)
        return ERR_NOMEM;
    m->has_person = true;
    return pool_pack(&person->base, 0, pool->arena, &m->person.data, &m->person.len);
}

static enum err pack_filings(const struct reply *reply, struct pool *pool,
                             Copay__Admin__CommandReply *m)
{
    struct slice bytes[FILINGS_MAX];
    enum err err = filing_pack(reply, pool->arena, bytes);
    m->filing = pool_take(pool, FILINGS_MAX * sizeof m->filing[0]);
    if (err != ERR_OK || !m->filing)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < reply->filings.count; i++)
        m->filing[m->n_filing++] = (ProtobufCBinaryData){bytes[i].size, (uint8_t *)bytes[i].data};
    return ERR_OK;
}

enum err wire_write_command_reply(const struct command_reply *reply, struct arena *arena,
                                  struct slice *body)
{
    struct pool pool = {.arena = arena};
    Copay__Admin__CommandReply m = COPAY__ADMIN__COMMAND_REPLY__INIT;
    m.msgid = (char *)reply->msgid;
    m.outcome = reply->outcome;
    build_rows(reply, &pool, &m);
    m.has_errors_more = reply->more > 0;
    m.errors_more = reply->more;
    m.has_sequence = reply->sequence != 0;
    m.sequence = reply->sequence;
    m.has_row = reply->row_given;
    m.row = reply->row;
    if (reply->status)
        m.status = build_status(reply->status, &pool);
    build_keys(reply, &pool, &m);
    m.has_receipt = reply->receipt.size > 0;
    m.receipt = (ProtobufCBinaryData){reply->receipt.size, (uint8_t *)reply->receipt.data};
    Copay__Admin__StoreCopied copied = COPAY__ADMIN__STORE_COPIED__INIT;
    copied.bytes = reply->copied_bytes;
    m.store_copied = reply->copied_bytes ? &copied : NULL;
    Copay__Admin__PackState packs, province;
    if (reply->packs) {
        build_packs(&reply->packs[0], &packs);
        build_packs(&reply->packs[1], &province);
        packs.province = &province;
        m.pack_state = &packs;
    }
    if (reply->person && pack_person(reply->person, &pool, &m) != ERR_OK)
        return ERR_NOMEM;
    if (reply->filings && pack_filings(reply->filings, &pool, &m) != ERR_OK)
        return ERR_NOMEM;
    if (pool.exhausted)
        return ERR_NOMEM;
    uint8_t *bytes;
    size_t size;
    enum err err = pool_pack(&m.base, 0, arena, &bytes, &size);
    if (err == ERR_OK)
        *body = (struct slice){.data = bytes, .size = size};
    return err;
}

static bool clear_words(Copay__Admin__CommandReply *m)
{
    bool cleared = false;
    for (size_t i = 0; m->outcome == OUTCOME_REFUSED && i < m->n_errors; i++)
        if (m->errors[i]->code == REASON_PACK_INVALID) {
            m->errors[i]->zh = m->errors[i]->en = (char *)"";
            cleared = true;
        }
    return cleared;
}

enum err wire_command_reply_wordless(struct slice body, struct arena *arena, struct slice *out)
{
    ProtobufCMessage *message;
    uint8_t *bytes;
    size_t size;
    *out = body;
    enum err err = pool_unpack(body, &copay__admin__command_reply__descriptor, arena, &message);
    if (err == ERR_OK)
        err = pool_pack(message, 0, arena, &bytes, &size);
    if (err != ERR_OK)
        return err;
    /* Otherwise packing would make equal what is not, as a number that takes too many bytes. */
    if (size != body.size || memcmp(bytes, body.data, size) != 0)
        return ERR_OK;
    if (!clear_words((Copay__Admin__CommandReply *)message))
        return ERR_OK;
    err = pool_pack(message, 0, arena, &bytes, &size);
    if (err == ERR_OK)
        *out = (struct slice){.data = bytes, .size = size};
    return err;
}
