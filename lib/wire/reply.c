/* struct reply -> packed Reply: what a terminal is answered, and what the ledger keeps. Pure. */
#include "wire/codec.h"

#include "wire/build.h"

void build_problems(const struct problems *problems, struct pool *pool, Copay__Problem ***list)
{
    Copay__Problem *out = pool_list(pool, problems->count, sizeof *out, (void ***)list);
    for (uint32_t i = 0; out && i < problems->count; i++) {
        const struct problem *in = &problems->list[i];
        copay__problem__init(&out[i]);
        out[i].code = in->reason;
        out[i].field = in->field[0] ? (char *)in->field : NULL;
        out[i].feedetl_sn = in->feedetl_sn[0] ? (char *)in->feedetl_sn : NULL;
        out[i].zh = (char *)in->zh;
        out[i].en = (char *)in->en;
    }
}

static Copay__Settlement *build_agreed(const struct claim *claim, struct pool *pool)
{
    Copay__Settlement *m = pool_take(pool, sizeof *m);
    if (!m)
        return NULL;
    copay__settlement__init(m);
    m->has_psn_cash_pay = m->has_acct_pay = true;
    m->psn_cash_pay = claim->agreed_psn_cash_pay;
    m->acct_pay = claim->agreed_acct_pay;
    return m;
}

static Copay__Found *build_found(const struct reply *reply, struct pool *pool)
{
    Copay__Found *m = pool_take(pool, sizeof *m);
    if (!m)
        return NULL;
    copay__found__init(m);
    m->infno = (char *)reply->found.infno;
    m->msgid = (char *)reply->found.msgid;
    m->outcome = (Copay__Outcome)reply->found.outcome;
    if (reply->found.setl_id && reply->found.setl_id[0])
        m->setl_id = (char *)reply->found.setl_id;
    if (reply->found.void_setl_id && reply->found.void_setl_id[0])
        m->void_setl_id = (char *)reply->found.void_setl_id;
    m->reply.data = (uint8_t *)reply->found.reply.data;
    m->reply.len = reply->found.reply.size;
    return m;
}

static void build_refusal(const struct reply *reply, struct pool *pool, Copay__Reply *m)
{
    if (reply->problems && reply->problems->count) {
        build_problems(reply->problems, pool, &m->errors);
        m->n_errors = reply->problems->count;
        m->has_errors_more = reply->problems->more > 0;
        m->errors_more = reply->problems->more;
    }
    if (reply->setl_id && reply->setl_id[0])
        m->setl_id = (char *)reply->setl_id;
    m->setl_ids = (char **)reply->setl_ids;
    m->n_setl_ids = reply->setl_id_count;
}

enum err wire_write_reply(const struct reply *reply, struct arena *arena, struct slice *body)
{
    struct pool pool = {.arena = arena};
    Copay__Reply m = COPAY__REPLY__INIT;
    CHECK(reply->setl_id_count <= REPLY_SETL_IDS_MAX);
    m.infno = (char *)reply->request->infno;
    m.msgid = (char *)reply->request->msgid;
    m.inf_refmsgid = reply->inf_refmsgid[0] ? (char *)reply->inf_refmsgid : NULL;
    m.outcome = (Copay__Outcome)reply->outcome;
    build_refusal(reply, &pool, &m);
    if (reply->person)
        m.person = build_person(reply, &pool);
    if (reply->settlement)
        m.settlement = build_settlement(reply, &pool);
    if (reply->agreed_given)
        m.agreed = build_agreed(&reply->request->claim, &pool);
    if (reply->found.infno)
        m.found = build_found(reply, &pool);
    if (pool.exhausted)
        return ERR_NOMEM;
    uint8_t *bytes;
    size_t size;
    enum err err = pool_pack(&m.base, 0, arena, &bytes, &size);
    if (err == ERR_OK)
        *body = (struct slice){.data = bytes, .size = size};
    return err;
}
