/* The signatures of a ledger, checked while it is walked from its first group: each against the key
 * in force, each key against the one before, a published head against the chain. */
#ifndef COPAYCTL_SIGNATURES_H
#define COPAYCTL_SIGNATURES_H

#include "ledger/head.h"
#include "ledger/ledger.h"

struct signatures {
    const char *region;
    const struct verify_key *expected; /* the first key; NULL: it is believed */
    const struct signed_head *head;    /* must lie in the ledger; NULL */

    bool keyed; /* a key is in force */
    struct verify_key key;
    uint64_t key_sequence, keys;
    uint64_t groups, sealed, torn;
    uint64_t last_sealed, last_sealed_sequence;
    uint64_t differences;
    bool head_found;
};

/* Walking: every record, then its group. What is wrong is printed and counted. */
void signatures_record(struct signatures *seals, uint64_t sequence, struct slice record);
void signatures_group(struct signatures *seals, const struct group *group);
/* After the last group: judges the head and prints what was found. */
void signatures_end(struct signatures *seals, const struct ledger_end *end);

#endif
