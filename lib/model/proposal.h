/* A pack on its way into force: submitted by one person, approved by another, then published
 * (design decisions 11 and 12). A region has one at a time of each scope. */
#ifndef MODEL_PROPOSAL_H
#define MODEL_PROPOSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "model/record.h"

/* Whose it is: the region's rules, or what its province binds them to (policy/province.h). */
enum pack_scope { PACK_REGION, PACK_PROVINCE };
#define PACK_SCOPES 2

struct proposal {
    struct hash digest;
    uint32_t chunks;
    uint64_t submitted, approved; /* sequences of these records; approved 0: not yet */
    char author[ACTOR_MAX + 1], approver[ACTOR_MAX + 1]; /* "<county>:<duty>:<name>"; "" */
};

/* True when both name one person, whatever the duty each acted in. */
bool proposal_same_person(const char *actor, const char *other);

/* Layout of the stored value, version 1. Latches. */
#define PROPOSAL_BYTES_MAX (1 + HASH_SIZE + 4 + 2 * 10 + 2 * (ACTOR_MAX + 2))
void proposal_write(struct writer *w, const struct proposal *proposal);
void proposal_read(struct reader *r, struct proposal *proposal);

#endif
