/* struct reply -> packed Reply: what a terminal is answered, and what the ledger keeps. Pure. */
#include "wire/codec.h"

#include <string.h>

#include "wire/build.h"
#include "wire/detail.h"
#include "wire/statement.h"
#include "wire/write.h"

/* What a reply mostly takes, and what each line adds. */
#define REPLY_SIZE 2048
#define LINE_SIZE 64

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
    uint8_t *p = out_room(out, PUT_BYTES_MAX(2 * PUT_NUMBER_MAX));
    if (!p)
        return;
    uint8_t *mark = p = put_open(p, 13);
    p = put_signed(p, 46, claim->agreed_acct_pay);
    p = put_signed(p, 48, claim->agreed_psn_cash_pay);
    out_to(out, put_close(mark, p));
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

static void write_reversed(const struct reply *reply, struct out *out)
{
    size_t mark = out_open(out, 20);
    out_text(out, 1, reply->reversed.omsgid);
    out_text(out, 2, reply->reversed.oinfno);
    out_number(out, 3, reply->reversed.fate);
    out_some(out, 4, reply->reversed.setl_id);
    out_some(out, 5, reply->reversed.void_setl_id);
    out_close(out, mark);
}

static void write_encounter(const struct reply *reply, struct out *out)
{
    const struct encounter *e = reply->encounter.of;
    const struct encounter_bill *bill = reply->encounter.bill;
    size_t mark = out_open(out, 22);
    out_text(out, 1, e->mdtrt_id);
    out_text(out, 2, encounter_stage_name(e->stage));
    out_number(out, 3, e->settled);
    if (bill) {
        out_text(out, 4, reply->encounter.chrg_bchno);
        out_number(out, 5, bill->line_count);
        out_signed(out, 6, bill->medfee_sumamt);
    }
    out_close(out, mark);
}

static void write_head(const struct reply *reply, struct out *out)
{
    const char *msgid = reply->request->msgid ? reply->request->msgid : "";
    size_t size = strlen(msgid);
    uint8_t *p = out_room(out, PUT_ARRAY_MAX(reply->request->infno) + PUT_BYTES_MAX(size) +
                                   PUT_ARRAY_MAX(reply->inf_refmsgid) + PUT_NUMBER_MAX);
    if (!p)
        return;
    p = put_array(p, 1, reply->request->infno);
    p = put_bytes(p, 2, msgid, size);
    if (reply->inf_refmsgid[0])
        p = put_array(p, 3, reply->inf_refmsgid);
    out_to(out, put_small(p, 4, reply->outcome));
}

/* About. */
static size_t reply_size(const struct reply *reply)
{
    const size_t lines = reply->result ? reply->result->line_count : reply->results.count;
    return REPLY_SIZE + LINE_SIZE * lines;
}

enum err wire_write_reply(const struct reply *reply, struct arena *arena, struct slice *body)
{
    struct out out;
    out_begin(&out, arena, 0, reply_size(reply));
    write_head(reply, &out);
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
    if (reply->reversed.omsgid)
        write_reversed(reply, &out);
    out_some(&out, 21, reply->mdtrt_id);
    if (reply->encounter.of)
        write_encounter(reply, &out);
    write_results(reply, &out);
    write_filings(reply, &out);
    write_entitlements(reply, &out);
    if (reply->statement)
        statement_write(reply->statement, &out);
    if (reply->detail)
        detail_write(reply->detail, &out);
    write_counter(reply, &out);
    uint8_t *bytes;
    size_t size;
    enum err err = out_end(&out, &bytes, &size);
    if (err == ERR_OK)
        *body = (struct slice){.data = bytes, .size = size};
    return err;
}
