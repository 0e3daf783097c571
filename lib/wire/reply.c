/* struct reply -> packed Reply: what a terminal is answered, and what the ledger keeps. Pure. */
#include "wire/codec.h"

#include "wire/build.h"
#include "wire/write.h"

void write_problems(const struct problems *problems, uint32_t field, struct out *out)
{
    for (uint32_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->list[i];
        size_t mark = out_open(out, field);
        out_number(out, 1, problem->reason);
        out_some(out, 2, problem->field);
        out_some(out, 3, problem->feedetl_sn);
        out_text(out, 4, problem->zh);
        out_text(out, 5, problem->en);
        out_close(out, mark);
    }
}

static void write_refusal(const struct reply *reply, struct out *out)
{
    CHECK(reply->setl_id_count <= REPLY_SETL_IDS_MAX);
    if (reply->problems && reply->problems->count) {
        write_problems(reply->problems, 5, out);
        if (reply->problems->more > 0)
            out_number(out, 6, reply->problems->more);
    }
    out_some(out, 7, reply->setl_id);
    for (uint32_t i = 0; i < reply->setl_id_count; i++)
        out_text(out, 8, reply->setl_ids[i]);
}

/* Rare, and read by operators too: protobuf-c packs it. */
static enum err write_person(const struct reply *reply, struct out *out)
{
    struct pool pool = {.arena = out->arena};
    uint8_t *bytes;
    size_t size;
    Copay__Person *person = build_person(reply, &pool);
    if (!person)
        return ERR_NOMEM;
    enum err err = pool_pack(&person->base, 0, out->arena, &bytes, &size);
    if (err == ERR_OK)
        out_bytes(out, 11, (struct slice){bytes, size});
    return err;
}

/* Only the two amounts, in the fields that they have in a settlement. */
static void write_agreed(const struct claim *claim, struct out *out)
{
    size_t mark = out_open(out, 13);
    out_signed(out, 46, claim->agreed_acct_pay);
    out_signed(out, 48, claim->agreed_psn_cash_pay);
    out_close(out, mark);
}

static void write_found(const struct reply *reply, struct out *out)
{
    size_t mark = out_open(out, 14);
    out_text(out, 1, reply->found.infno);
    out_text(out, 2, reply->found.msgid);
    out_number(out, 3, reply->found.outcome);
    out_some(out, 4, reply->found.setl_id);
    out_some(out, 5, reply->found.void_setl_id);
    out_bytes(out, 6, reply->found.reply);
    out_close(out, mark);
}

enum err wire_write_reply(const struct reply *reply, struct arena *arena, struct slice *body)
{
    struct out out;
    out_begin(&out, arena, 0);
    out_text(&out, 1, reply->request->infno);
    out_text(&out, 2, reply->request->msgid);
    out_some(&out, 3, reply->inf_refmsgid);
    out_number(&out, 4, reply->outcome);
    write_refusal(reply, &out);
    if (reply->person && write_person(reply, &out) != ERR_OK)
        return ERR_NOMEM;
    if (reply->settlement) {
        size_t mark = out_open(&out, 12);
        write_settlement(reply, &out);
        out_close(&out, mark);
    }
    if (reply->agreed_given)
        write_agreed(&reply->request->claim, &out);
    if (reply->found.infno)
        write_found(reply, &out);
    uint8_t *bytes;
    size_t size;
    enum err err = out_end(&out, &bytes, &size);
    if (err == ERR_OK)
        *body = (struct slice){.data = bytes, .size = size};
    return err;
}
