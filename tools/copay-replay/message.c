/* Packing by hand, by the field numbers of copay.proto; tests/tools/copay-replay unpacks what this
 * packs with protobuf-c. */
#include "message.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "model/record.h"
#include "wire/frame.h"

/* Room for the frame head and for tag and length of the envelope's body. */
#define ROOM 16
/* Everything of a frame that is no bill. */
#define HEAD_MAX 512
#define ATTEMPT_MAX 127 /* one byte of varint */

enum { VARINT = 0, BYTES = 2 };

struct packer {
    uint8_t *at;
};

static void put_varint(struct packer *p, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *p->at++ = (uint8_t)(value | 0x80);
    *p->at++ = (uint8_t)value;
}

static void put_tag(struct packer *p, uint32_t field, uint32_t wire)
{
    put_varint(p, (uint64_t)field << 3 | wire);
}

static void put_number(struct packer *p, uint32_t field, uint64_t value)
{
    put_tag(p, field, VARINT);
    put_varint(p, value);
}

static void put_bytes(struct packer *p, uint32_t field, const void *bytes, size_t size)
{
    put_tag(p, field, BYTES);
    put_varint(p, size);
    memcpy(p->at, bytes, size);
    p->at += size;
}

static void put_text(struct packer *p, uint32_t field, const char *text)
{
    put_bytes(p, field, text, strlen(text));
}

static size_t varint_length(uint64_t value)
{
    size_t size = 1;
    for (; value >= 0x80; value >>= 7)
        size++;
    return size;
}

static uint64_t zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

static struct packer begin(struct message *m, const char *infno, const char *msgid, size_t more)
{
    size_t need = ROOM + HEAD_MAX + more;
    if (m->capacity < need) {
        free(m->bytes);
        m->bytes = malloc(need);
        CHECK(m->bytes);
        m->capacity = need;
    }
    memcpy(m->infno, infno, sizeof m->infno);
    memcpy(m->msgid, msgid, sizeof m->msgid);
    m->attempt = 1;
    m->body_at = ROOM;
    return (struct packer){m->bytes + ROOM};
}

/* Request, up to its body. */
static void put_head(struct packer *p, const struct message *m, const struct terminal *t,
                     int64_t now_ms)
{
    put_text(p, 1, m->infno);
    put_text(p, 2, m->msgid);
    put_text(p, 3, t->fixmedins_code);
    put_text(p, 4, t->region);
    put_text(p, 5, t->region);
    put_text(p, 6, t->opter);
    put_text(p, 8, t->dev_no);
    put_number(p, 9, (uint64_t)now_ms);
}

/* The envelope around the body, and the frame's head before it. */
static void finish(struct message *m, struct packer p, const struct terminal *t, int64_t now_ms)
{
    m->body_size = (size_t)(p.at - m->bytes) - m->body_at;
    put_text(&p, 2, t->region);
    put_text(&p, 3, m->msgid);
    put_tag(&p, 4, VARINT);
    m->sent_time_at = (size_t)(p.at - m->bytes);
    put_varint(&p, (uint64_t)now_ms);
    put_tag(&p, 5, VARINT);
    m->attempt_at = (size_t)(p.at - m->bytes);
    put_varint(&p, 1);
    if (t->patience_ms)
        put_number(&p, 6, t->patience_ms);
    size_t before = 1 + varint_length(m->body_size);
    struct packer front = {m->bytes + m->body_at - before};
    uint8_t *envelope = front.at;
    put_tag(&front, 1, BYTES);
    put_varint(&front, m->body_size);
    frame_head_write(envelope - FRAME_HEAD, SCHEMA_TERMINAL, (uint32_t)(p.at - envelope));
    m->start = (size_t)(envelope - FRAME_HEAD - m->bytes);
    m->size = (size_t)(p.at - m->bytes) - m->start;
}

void message_settle(struct message *m, const struct terminal *t, const char *infno,
                    const char *msgid, const struct bill *bill, const char *psn_no,
                    const char *ticket, const struct agreed *agreed, int64_t now_ms)
{
    uint8_t figures[32];
    struct packer inner = {figures};
    if (agreed) {
        put_number(&inner, 1, zigzag(agreed->psn_cash_pay));
        put_number(&inner, 2, zigzag(agreed->acct_pay));
    }
    size_t inner_size = (size_t)(inner.at - figures);
    size_t more = agreed ? 2 + varint_length(inner_size) + inner_size : 0;
    struct packer p = begin(m, infno, msgid, bill->size);
    put_head(&p, m, t, now_ms);
    put_tag(&p, 12, BYTES);
    put_varint(&p, bill->size + more);
    memcpy(p.at, bill->bytes, bill->size);
    memcpy(p.at + bill->psn_no_at, psn_no, MEMBER_PSN_NO);
    memcpy(p.at + bill->ticket_at, ticket, TICKET);
    p.at += bill->size;
    if (agreed)
        put_bytes(&p, 17, figures, inner_size);
    finish(m, p, t, now_ms);
}

void message_void(struct message *m, const struct terminal *t, const char *infno, const char *msgid,
                  const char *setl_id, const char *psn_no, int64_t now_ms)
{
    struct packer p = begin(m, infno, msgid, 0);
    put_head(&p, m, t, now_ms);
    put_tag(&p, 13, BYTES);
    put_varint(&p, 4 + strlen(setl_id) + strlen(psn_no));
    put_text(&p, 1, setl_id);
    put_text(&p, 2, psn_no);
    finish(m, p, t, now_ms);
}

void message_person(struct message *m, const struct terminal *t, const char *msgid,
                    const char *psn_no, int64_t now_ms)
{
    struct packer p = begin(m, "1101", msgid, 0);
    put_head(&p, m, t, now_ms);
    put_tag(&p, 11, BYTES);
    put_varint(&p, 2 + strlen(psn_no));
    put_text(&p, 1, psn_no);
    finish(m, p, t, now_ms);
}

void message_query(struct message *m, const struct terminal *t, const char *msgid,
                   const char *asked_msgid, int64_t now_ms)
{
    struct packer p = begin(m, "5203", msgid, 0);
    put_head(&p, m, t, now_ms);
    put_tag(&p, 14, BYTES);
    put_varint(&p, 2 + strlen(asked_msgid));
    put_text(&p, 2, asked_msgid);
    finish(m, p, t, now_ms);
}

void message_body(struct message *m, const struct terminal *t, const char *infno, const char *msgid,
                  struct slice body, int64_t now_ms)
{
    struct packer p = begin(m, infno, msgid, body.size);
    memcpy(p.at, body.data, body.size);
    p.at += body.size;
    finish(m, p, t, now_ms);
}

void message_again(struct message *m, int64_t now_ms)
{
    if (m->attempt < ATTEMPT_MAX)
        m->attempt++;
    m->bytes[m->attempt_at] = (uint8_t)m->attempt;
    /* As many bytes as before: times of this century and the next take six. */
    struct packer p = {m->bytes + m->sent_time_at};
    put_varint(&p, (uint64_t)now_ms);
}

bool message_parts(struct slice frame, struct frame_parts *parts)
{
    struct slice infno, dev_no;
    *parts = (struct frame_parts){0};
    if (frame.size < FRAME_HEAD ||
        !answer_field((struct slice){frame.data + FRAME_HEAD, frame.size - FRAME_HEAD}, 1,
                      &parts->body) ||
        !answer_field(parts->body, 1, &infno) || !answer_field(parts->body, 8, &dev_no) ||
        infno.size >= sizeof parts->infno || dev_no.size >= sizeof parts->dev_no)
        return false;
    memcpy(parts->infno, infno.data, infno.size);
    memcpy(parts->dev_no, dev_no.data, dev_no.size);
    return true;
}

void message_free(struct message *m)
{
    free(m->bytes);
    *m = (struct message){0};
}
