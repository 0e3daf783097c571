/* One message on its way: its frame, written by hand because every field's place and length is
 * known and a client must cost little. A repeat is the same body in a new envelope. */
#ifndef REPLAY_MESSAGE_H
#define REPLAY_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/id.h"
#include "bill.h"

struct message {
    char infno[5];
    char msgid[ID_MSGID + 1];
    uint32_t attempt;
    uint8_t *bytes; /* the frame begins at `start` */
    size_t capacity, start, size;
    size_t body_at, body_size, sent_time_at, attempt_at;
};

/* What every message of a terminal says of itself. */
struct terminal {
    char fixmedins_code[ID_FIXMEDINS + 1];
    char region[ID_ADMDVS + 1];
    char opter[8], dev_no[24];
    uint32_t patience_ms; /* 0: none stated */
};

/* The agreed figures; NULL: none. */
struct agreed {
    int64_t psn_cash_pay, acct_pay;
};

/* Each sets message->msgid from `msgid` and makes the first attempt's frame. */
void message_settle(struct message *message, const struct terminal *terminal, const char *infno,
                    const char *msgid, const struct bill *bill, const char *psn_no,
                    const char *ticket, const struct agreed *agreed, int64_t now_ms);
void message_void(struct message *message, const struct terminal *terminal, const char *infno,
                  const char *msgid, const char *setl_id, const char *psn_no, int64_t now_ms);
void message_person(struct message *message, const struct terminal *terminal, const char *msgid,
                    const char *psn_no, int64_t now_ms);
/* 5203 by msgid. */
void message_query(struct message *message, const struct terminal *terminal, const char *msgid,
                   const char *asked_msgid, int64_t now_ms);
/* A body as it was sent before, under its own msgid. */
void message_body(struct message *message, const struct terminal *terminal, const char *infno,
                  const char *msgid, struct slice body, int64_t now_ms);

/* A frame taken apart again; borrows from it. */
struct frame_parts {
    struct slice body;
    char infno[5];
    char dev_no[24];
};
/* False: not such a frame. */
bool message_parts(struct slice frame, struct frame_parts *parts);

/* The next attempt: the same body, another sent_time and attempt. */
void message_again(struct message *message, int64_t now_ms);
void message_free(struct message *message);

#endif
