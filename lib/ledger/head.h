/* A signed head as it is published: a small text that anybody can keep, and against which a ledger
 * can be held later: a ledger that ends before it was cut, one that has another group there was
 * rewritten. Lines of name, blank and value, in this order:
 *
 *     copayd-head 1
 *     region 431000
 *     group 1024
 *     sequence 40960
 *     epoch 3
 *     key 1a2b3c4d
 *     hash <64 hexadecimal digits: the header's hash>
 *     header <360: bytes 0..179 of the group's header>
 *     signature <128>
 *
 * Everything but the last two lines is there for people and must agree with them. Any thread. */
#ifndef LEDGER_HEAD_H
#define LEDGER_HEAD_H

#include "ledger/seal.h"

#define HEAD_TEXT_MAX 1024

struct signed_head {
    struct group group;
    struct hash hash;
    struct seal seal;
};

/* From a header of GROUP_HEAD bytes with a whole seal. ERR_INVALID: it has none. */
enum err head_take(const uint8_t *head, struct signed_head *out) MUST_CHECK;
/* The text, NUL behind it. */
char *head_format(const struct signed_head *head, char text[HEAD_TEXT_MAX]);
/* ERR_INVALID: not such a text, or its lines disagree. The signature is not checked:
 * seal_holds(&seal, key, group.head). */
enum err head_parse(struct slice text, struct signed_head *out) MUST_CHECK;

#endif
