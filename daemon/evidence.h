/* What settle asked for beyond the state: records and packs of earlier times. Belongs to a job;
 * filled by the settler (bundles) and the reader (records, compiled packs). */
#ifndef DAEMON_EVIDENCE_H
#define DAEMON_EVIDENCE_H

#include "ledger/ledger.h"
#include "settle/stored_labels.h"

/* What one message may ask for over all its rounds. */
#define EVIDENCE_RECORDS_MAX (8 * SETTLE_NEEDS_MAX)
#define EVIDENCE_PACKS_MAX (2 * SETTLE_PACKS_MAX)
#define EVIDENCE_ROUNDS_MAX 8

struct evidence {
    uint32_t rounds;
    struct settle_needs needs; /* of this round */
    uint32_t count, bundle_count, pack_count;
    uint64_t sequences[EVIDENCE_RECORDS_MAX];
    struct slice records[EVIDENCE_RECORDS_MAX]; /* malloc'ed */
    struct slice bundles[SETTLE_PACKS_MAX];     /* malloc'ed, not yet compiled */
    struct pack *packs[EVIDENCE_PACKS_MAX];

    bool old_pack_brought, old_pack_waited; /* of this round; in an earlier one */
    struct slice old_bundle;                /* malloc'ed, not yet compiled; empty: none to be had */
    struct pack *old_pack;                  /* NULL: they cannot be had */
    enum err failed;                        /* the reader's; ERR_OK */
};

void evidence_free(struct evidence *evidence);

/* Settler: starts a round and takes the bundles that it needs out of the state. `coming` is the
 * region's, zeros at first: the pack whose words were last sent for. Who wants the same waits for
 * them behind that job, once, so that a queue of repeats does not hold as many bundles. ERR_LIMIT
 * over the bounds above; ERR_NOTFOUND, ERR_CORRUPT, ERR_IO, ERR_NOMEM. */
enum err evidence_begin(struct evidence *evidence, const struct settle_needs *needs,
                        struct state *state, struct hash *coming) MUST_CHECK;
/* Reader: fetches the records and compiles the bundles of this round. */
enum err evidence_gather(struct evidence *evidence, struct ledger *ledger,
                         const char *region) MUST_CHECK;
/* Settler, when the job is back: hands the old pack over. */
void evidence_old_pack(struct evidence *evidence, struct settle *settle, struct hash *coming);
/* As settle takes it; borrowed while the evidence lives. */
struct settle_evidence evidence_view(const struct evidence *evidence);

#endif
