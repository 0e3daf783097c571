/* Evidence grows over the rounds of a message: settle asks again for packs that stand in the
 * records of the round before. */
#include "daemon/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "settle/compile.h"

void evidence_free(struct evidence *evidence)
{
    if (!evidence)
        return;
    for (uint32_t i = 0; i < evidence->count; i++)
        free((void *)evidence->records[i].data);
    for (uint32_t i = 0; i < evidence->bundle_count; i++)
        free((void *)evidence->bundles[i].data);
    for (uint32_t i = 0; i < evidence->pack_count; i++)
        pack_free(evidence->packs[i]);
    free(evidence);
}

static bool has_pack(const struct evidence *evidence, const struct hash *digest)
{
    for (uint32_t i = 0; i < evidence->pack_count; i++) {
        struct hash have = pack_digest(evidence->packs[i]);
        if (memcmp(have.bytes, digest->bytes, HASH_SIZE) == 0)
            return true;
    }
    return false;
}

static bool has_record(const struct evidence *evidence, uint64_t sequence)
{
    for (uint32_t i = 0; i < evidence->count; i++) {
        if (evidence->sequences[i] == sequence)
            return true;
    }
    return false;
}

enum err evidence_begin(struct evidence *evidence, const struct settle_needs *needs,
                        struct state *state)
{
    evidence->needs = *needs;
    if (++evidence->rounds > EVIDENCE_ROUNDS_MAX)
        return ERR_LIMIT;
    for (uint32_t i = 0; i < needs->pack_count; i++) {
        uint8_t *bytes;
        size_t size;
        uint32_t missing;
        if (has_pack(evidence, &needs->packs[i]))
            continue;
        enum err err = state_pack_bundle(state, &needs->packs[i], 0, &bytes, &size, &missing);
        if (err)
            return err;
        evidence->bundles[evidence->bundle_count++] = (struct slice){bytes, size};
    }
    return ERR_OK;
}

static enum err fetch_records(struct evidence *evidence, struct ledger *ledger)
{
    for (uint32_t i = 0; i < evidence->needs.count; i++) {
        uint64_t sequence = evidence->needs.sequences[i];
        uint8_t *bytes;
        size_t size;
        if (has_record(evidence, sequence))
            continue;
        if (evidence->count == EVIDENCE_RECORDS_MAX)
            return ERR_LIMIT;
        enum err err = ledger_fetch(ledger, sequence, &bytes, &size);
        if (err)
            return err;
        evidence->records[evidence->count] = (struct slice){bytes, size};
        evidence->sequences[evidence->count++] = sequence;
    }
    return ERR_OK;
}

static enum err compile_bundles(struct evidence *evidence, const char *region)
{
    enum err err = ERR_OK;
    struct faults *faults = calloc(1, sizeof *faults);
    if (!faults)
        return ERR_NOMEM;
    while (evidence->bundle_count > 0 && !err) {
        struct slice bundle = evidence->bundles[evidence->bundle_count - 1];
        if (evidence->pack_count == EVIDENCE_PACKS_MAX) {
            err = ERR_LIMIT;
            break;
        }
        err = settle_compile(bundle, region, &evidence->packs[evidence->pack_count], faults);
        if (!err)
            evidence->pack_count++;
        free((void *)bundle.data);
        evidence->bundle_count--;
    }
    free(faults);
    return err;
}

enum err evidence_gather(struct evidence *evidence, struct ledger *ledger, const char *region)
{
    enum err err = fetch_records(evidence, ledger);
    return err ? err : compile_bundles(evidence, region);
}

struct settle_evidence evidence_view(const struct evidence *evidence)
{
    return (struct settle_evidence){
        .count = evidence->count,
        .sequences = evidence->sequences,
        .records = evidence->records,
        .pack_count = evidence->pack_count,
        .packs = (const struct pack *const *)evidence->packs,
    };
}
