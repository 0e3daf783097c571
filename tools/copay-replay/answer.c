/* A walk along the encoding. Unknown fields are stepped over, as protobuf asks. */
#include "answer.h"

#include "base/hash.h"

struct walk {
    const uint8_t *at, *end;
    uint32_t field;
    uint64_t value;     /* of a varint */
    struct slice bytes; /* of a length-delimited field */
    bool broken;
};

static struct walk walk_on(struct slice bytes)
{
    return (struct walk){.at = bytes.data, .end = bytes.data + bytes.size};
}

static uint64_t take_varint(struct walk *w)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && w->at < w->end; shift += 7) {
        uint8_t byte = *w->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    w->broken = true;
    return 0;
}

static bool walk_next(struct walk *w)
{
    if (w->broken || w->at >= w->end)
        return false;
    uint64_t tag = take_varint(w), size = 0;
    w->field = (uint32_t)(tag >> 3);
    w->value = 0;
    w->bytes = (struct slice){0};
    switch (tag & 7) {
    case 0:
        w->value = take_varint(w);
        return !w->broken;
    case 1:
        size = 8;
        break;
    case 2:
        size = take_varint(w);
        break;
    case 5:
        size = 4;
        break;
    default:
        w->broken = true;
    }
    if (w->broken || size > (uint64_t)(w->end - w->at))
        return !(w->broken = true);
    w->bytes = (struct slice){w->at, (size_t)size};
    w->at += size;
    return true;
}

static int64_t signed_of(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static bool read_problem(struct slice bytes, struct answer *a)
{
    struct walk w = walk_on(bytes);
    while (walk_next(&w))
        if (w.field == 1 && a->reason == 0)
            a->reason = (uint32_t)w.value;
    return !w.broken;
}

static bool read_settlement(struct slice bytes, struct answer *a)
{
    struct walk w = walk_on(bytes);
    while (walk_next(&w)) {
        switch (w.field) {
        case 1:
            a->setl_id = w.bytes;
            break;
        case 5:
            a->insutype = w.bytes;
            break;
        case 16:
            a->refunded = w.value;
            break;
        case 19:
            a->clr_type = w.bytes;
            break;
        case 20:
            a->setl_optins = w.bytes;
            break;
        case 30:
            a->medfee_sumamt = signed_of(w.value);
            break;
        case 44:
            a->fund_pay_sumamt = signed_of(w.value);
            break;
        case 46:
            a->acct_pay = signed_of(w.value);
            break;
        case 48:
            a->psn_cash_pay = signed_of(w.value);
            break;
        default:
            break;
        }
    }
    return !w.broken;
}

static bool read_found(struct slice bytes, struct answer *a)
{
    struct walk w = walk_on(bytes);
    while (walk_next(&w))
        if (w.field == 6)
            a->found_reply = w.bytes;
    return !w.broken;
}

bool answer_read_body(struct slice body, struct answer *a)
{
    struct walk w = walk_on(body);
    bool whole = true;
    while (whole && walk_next(&w)) {
        if (w.field == 2)
            a->msgid = w.bytes;
        else if (w.field == 4)
            a->outcome = (uint32_t)w.value;
        else if (w.field == 5)
            whole = read_problem(w.bytes, a);
        else if (w.field == 7 && !a->setl_id.size)
            a->setl_id = w.bytes;
        else if (w.field == 12)
            whole = read_settlement(w.bytes, a);
        else if (w.field == 14)
            whole = read_found(w.bytes, a);
    }
    return whole && !w.broken && a->outcome != 0;
}

bool answer_read(struct slice envelope, struct answer *a)
{
    struct walk w = walk_on(envelope);
    *a = (struct answer){0};
    while (walk_next(&w)) {
        if (w.field == 1)
            a->body = w.bytes;
        else if (w.field == 5)
            a->retry_after_ms = (uint32_t)w.value;
        else if (w.field == 6)
            a->repeated = w.value;
        else if (w.field == 7)
            a->tally = w.bytes;
    }
    return !w.broken && a->body.data && answer_read_body(a->body, a);
}

bool answer_read_tally(struct slice bytes, struct tally_answer *t)
{
    struct walk w = walk_on(bytes);
    *t = (struct tally_answer){0};
    while (walk_next(&w)) {
        switch (w.field) {
        case 8:
            t->setl_cnt = w.value;
            break;
        case 9:
            t->medfee_sumamt = signed_of(w.value);
            break;
        case 10:
            t->fund_pay_sumamt = signed_of(w.value);
            break;
        case 11:
            t->acct_pay = signed_of(w.value);
            break;
        case 12:
            t->psn_cash_pay = signed_of(w.value);
            break;
        case 13:
            t->digest = w.bytes.size == HASH_SIZE ? w.bytes.data : NULL;
            break;
        default:
            break;
        }
    }
    return !w.broken && t->digest;
}

bool answer_field(struct slice bytes, uint32_t field, struct slice *out)
{
    struct walk w = walk_on(bytes);
    bool found = false;
    while (walk_next(&w))
        if (w.field == field && w.bytes.data && !found) {
            *out = w.bytes;
            found = true;
        }
    return found && !w.broken;
}
