/* struct reply_envelope -> a whole frame in one buffer, head included, so that the gate writes it
 * as it stands. Pure. */
#include "wire/codec.h"

#include <string.h>

#include "base/limits.h"
#include "wire/frame.h"
#include "wire/write.h"

#define TALLY_MAX                                                                                  \
    (PUT_BYTES_MAX(0) + 8 * PUT_NUMBER_MAX +                                                       \
     PUT_BYTES_MAX(sizeof((struct reply_tally *)NULL)->dev_no) +                                   \
     PUT_BYTES_MAX(sizeof((struct reply_tally *)NULL)->insutype) +                                 \
     PUT_BYTES_MAX(sizeof((struct reply_tally *)NULL)->clr_type) +                                 \
     PUT_BYTES_MAX(sizeof((struct reply_tally *)NULL)->setl_optins) + PUT_BYTES_MAX(HASH_SIZE))
/* Everything but the body, the labels and warnings. */
#define REST_MAX (PUT_BYTES_MAX(0) + PUT_BYTES_MAX(ID_MSGID) + 4 * PUT_NUMBER_MAX + TALLY_MAX)

static void write_tally(const struct reply_tally *tally, struct out *out)
{
    uint8_t *p = out_room(out, TALLY_MAX);
    if (!p)
        return;
    uint8_t *mark = p = put_open(p, 7);
    p = put_number(p, 1, tally->sequence);
    p = put_number(p, 2, (uint64_t)tally->business_date);
    p = put_array(p, 3, tally->dev_no);
    p = put_array(p, 4, tally->insutype);
    p = put_array(p, 5, tally->clr_type);
    p = put_array(p, 6, tally->setl_optins);
    p = put_small(p, 7, tally->refd_setl_flag);
    p = put_number(p, 8, tally->setl_cnt);
    p = put_signed(p, 9, tally->medfee_sumamt);
    p = put_signed(p, 10, tally->fund_pay_sumamt);
    p = put_signed(p, 11, tally->acct_pay);
    p = put_signed(p, 12, tally->psn_cash_pay);
    p = put_bytes(p, 13, tally->digest.bytes, HASH_SIZE);
    out_to(out, put_close(mark, p));
}

static size_t labels_size(const struct reply_envelope *envelope)
{
    size_t size = 0;
    CHECK(envelope->label_count <= REPLY_LABELS_MAX);
    for (uint32_t i = 0; i < envelope->label_count; i++)
        size += envelope->labels[i].size;
    return size;
}

static void write_labels(const struct reply_envelope *envelope, size_t size, struct out *out)
{
    uint8_t *p = out_room(out, size);
    if (!p)
        return;
    for (uint32_t i = 0; i < envelope->label_count; i++) {
        memcpy(p, envelope->labels[i].data, envelope->labels[i].size);
        p += envelope->labels[i].size;
    }
    out_to(out, p);
}

enum err wire_write_envelope(const struct reply_envelope *envelope, struct arena *arena,
                             struct slice *frame)
{
    struct out out;
    size_t labels = labels_size(envelope);
    out_begin(&out, arena, FRAME_HEAD, envelope->body.size + labels + REST_MAX);
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
    if (labels > 0)
        write_labels(envelope, labels, &out);
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
