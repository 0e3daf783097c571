/* struct reply_envelope -> a whole frame in one buffer, head included, so that the gate writes it
 * as it stands. Pure. */
#include "wire/codec.h"

#include "base/limits.h"
#include "wire/build.h"
#include "wire/frame.h"

static Copay__Tally *build_tally(const struct reply_tally *tally, struct pool *pool)
{
    Copay__Tally *m = pool_take(pool, sizeof *m);
    if (!m)
        return NULL;
    copay__tally__init(m);
    m->sequence = tally->sequence;
    m->business_date = tally->business_date;
    m->dev_no = (char *)tally->dev_no;
    m->insutype = (char *)tally->insutype;
    m->clr_type = (char *)tally->clr_type;
    m->setl_optins = (char *)tally->setl_optins;
    m->refd_setl_flag = tally->refd_setl_flag;
    m->setl_cnt = tally->setl_cnt;
    m->medfee_sumamt = tally->medfee_sumamt;
    m->fund_pay_sumamt = tally->fund_pay_sumamt;
    m->acct_pay = tally->acct_pay;
    m->psn_cash_pay = tally->psn_cash_pay;
    m->digest.data = (uint8_t *)tally->digest.bytes;
    m->digest.len = HASH_SIZE;
    return m;
}

static void build_labels(const struct reply_envelope *envelope, struct pool *pool,
                         Copay__ReplyEnvelope *m)
{
    uint32_t count = envelope->label_count;
    CHECK(count <= REPLY_LABELS_MAX);
    Copay__Clause *clauses = pool_list(pool, count, sizeof *clauses, (void ***)&m->clauses);
    Copay__Label *names = pool_list(pool, count, sizeof *names, (void ***)&m->names);
    if (!clauses || !names)
        return;
    for (uint32_t i = 0; i < count; i++) {
        const struct reply_label *in = &envelope->labels[i];
        if (in->provenance) {
            Copay__Clause *clause = &clauses[m->n_clauses++];
            copay__clause__init(clause);
            clause->id = (char *)in->id;
            clause->text = (char *)in->text;
            clause->provenance = (char *)in->provenance;
        } else {
            Copay__Label *label = &names[m->n_names++];
            copay__label__init(label);
            label->id = (char *)in->id;
            label->name = (char *)in->text;
        }
    }
}

enum err wire_write_envelope(const struct reply_envelope *envelope, struct arena *arena,
                             struct slice *frame)
{
    struct pool pool = {.arena = arena};
    Copay__ReplyEnvelope m = COPAY__REPLY_ENVELOPE__INIT;
    m.body.data = (uint8_t *)envelope->body.data;
    m.body.len = envelope->body.size;
    m.msgid = envelope->msgid && envelope->msgid[0] ? (char *)envelope->msgid : NULL;
    m.has_refmsg_time = m.has_respond_time = true;
    m.refmsg_time = envelope->refmsg_time;
    m.respond_time = envelope->respond_time;
    m.has_retry_after_ms = envelope->retry_after_ms != 0;
    m.retry_after_ms = envelope->retry_after_ms;
    m.has_repeated = m.repeated = envelope->repeated;
    if (envelope->tally)
        m.tally = build_tally(envelope->tally, &pool);
    if (envelope->warnings && envelope->warnings->count) {
        build_problems(envelope->warnings, &pool, &m.warnings);
        m.n_warnings = envelope->warnings->count;
    }
    if (envelope->label_count)
        build_labels(envelope, &pool, &m);
    if (pool.exhausted)
        return ERR_NOMEM;
    uint8_t *bytes;
    size_t size;
    enum err err = pool_pack(&m.base, FRAME_HEAD, arena, &bytes, &size);
    if (err != ERR_OK)
        return err;
    if (size - FRAME_HEAD > FRAME_MAX - 2) /* the length counts schema and version */
        return ERR_LIMIT;
    frame_head_write(bytes, envelope->schema, (uint32_t)(size - FRAME_HEAD));
    *frame = (struct slice){.data = bytes, .size = size};
    return ERR_OK;
}
