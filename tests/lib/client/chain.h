/* A daemon's channel and a terminal's copy of it, for the tests of the running tally. */
#ifndef TESTS_CLIENT_CHAIN_H
#define TESTS_CLIENT_CHAIN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "client/chain.h"
#include "client/copay.h"

/* The channel as the daemon has it. */
struct daemon_channel {
    struct chain_point point;
};

/* One more settlement of 100.00 in it, as the terminal is answered it the first time. */
static inline struct chain_link settle_one(struct daemon_channel *d, uint64_t sequence)
{
    struct chain_link link = {
        .sequence = sequence, .amounts = {10000, 7000, 100, 2900}, .stamped = true};
    uint8_t bytes[128];
    struct writer w = writer_on(bytes, sizeof bytes);
    snprintf(link.msgid, sizeof link.msgid, "H4310029900120260310090000%04u",
             (unsigned)sequence % 10000);
    snprintf(link.setl_id, sizeof link.setl_id, "43100020260310%016u", (unsigned)sequence);
    write_bytes(&w, link.msgid, 30);
    write_bytes(&w, link.setl_id, 30);
    for (int i = 0; i < COPAY_TALLY_SUMS; i++) {
        d->point.sums[i] += link.amounts[i];
        write_i64(&w, d->point.sums[i]);
    }
    d->point.digest = hash_sha256_pair(d->point.digest.bytes, HASH_SIZE, bytes, w.used);
    d->point.sequence = sequence;
    d->point.count++;
    link.tally = d->point;
    return link;
}

#endif
