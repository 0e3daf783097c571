/* struct reply_envelope -> a whole frame in one buffer, head included, so that the gate writes it
 * as it stands. Pure. */
#include "wire/codec.h"

#include "base/limits.h"
#include "wire/frame.h"
#include "wire/write.h"

static void write_tally(const struct reply_tally *tally, struct out *out)
{
    size_t mark = out_open(out, 7);
    out_number(out, 1, tally->sequence);
    out_number(out, 2, (uint64_t)tally->business_date);
    out_text(out, 3, tally->dev_no);
    out_text(out, 4, tally->insutype);
    out_text(out, 5, tally->clr_type);
    out_text(out, 6, tally->setl_optins);
    out_number(out, 7, tally->refd_setl_flag);
    out_number(out, 8, tally->setl_cnt);
    out_signed(out, 9, tally->medfee_sumamt);
    out_signed(out, 10, tally->fund_pay_sumamt);
    out_signed(out, 11, tally->acct_pay);
    out_signed(out, 12, tally->psn_cash_pay);
    out_bytes(out, 13, (struct slice){tally->digest.bytes, HASH_SIZE});
    out_close(out, mark);
}

/* Clauses have a provenance, names have not. */
static void write_labels(const struct reply_envelope *envelope, struct out *out)
{
    CHECK(envelope->label_count <= REPLY_LABELS_MAX);
    for (uint32_t i = 0; i < envelope->label_count; i++) {
        const struct reply_label *label = &envelope->labels[i];
        size_t mark = out_open(out, label->provenance ? 9 : 10);
        out_text(out, 1, label->id);
        out_text(out, 2, label->text);
        out_text(out, 3, label->provenance);
        out_close(out, mark);
    }
}

enum err wire_write_envelope(const struct reply_envelope *envelope, struct arena *arena,
                             struct slice *frame)
{
    struct out out;
    out_begin(&out, arena, FRAME_HEAD);
    out_bytes(&out, 1, envelope->body);
    out_some(&out, 2, envelope->msgid);
    out_number(&out, 3, (uint64_t)envelope->refmsg_time);
    out_number(&out, 4, (uint64_t)envelope->respond_time);
    if (envelope->retry_after_ms != 0)
        out_number(&out, 5, envelope->retry_after_ms);
    if (envelope->repeated)
        out_number(&out, 6, true);
    if (envelope->tally)
        write_tally(envelope->tally, &out);
    if (envelope->warnings)
        write_problems(envelope->warnings, 8, &out);
    write_labels(envelope, &out);
    uint8_t *bytes;
    size_t size;
    enum err err = out_end(&out, &bytes, &size);
    if (err != ERR_OK)
        return err;
    if (size - FRAME_HEAD > FRAME_MAX - 2) /* the length counts schema and version */
        return ERR_LIMIT;
    frame_head_write(bytes, envelope->schema, (uint32_t)(size - FRAME_HEAD));
    *frame = (struct slice){.data = bytes, .size = size};
    return ERR_OK;
}
