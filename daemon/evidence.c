/* Evidence grows over the rounds of a message: settle asks again for packs that stand in the
 * records of the round before. */
#include "daemon/evidence.h"

#include <stdlib.h>

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
    free((void *)evidence->old_bundle.data);
    pack_free(evidence->old_pack);
    free(evidence);
}

static bool has_pack(const struct evidence *evidence, const struct hash *digest)
{
    for (uint32_t i = 0; i < evidence->pack_count; i++) {
        struct hash have = pack_digest(evidence->packs[i]);
        if (hash_equal(&have, digest))
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

/* Texts are a courtesy: where the pack's chunks are gone, none are brought. */
static enum err begin_old_pack(struct evidence *evidence, struct state *state, struct hash *coming)
{
    const struct hash *digest = &evidence->needs.old_pack;
    uint8_t *bytes;
    size_t size;
    uint32_t missing;
    if (!evidence->old_pack_waited && hash_equal(coming, digest)) {
        evidence->old_pack_waited = true;
        return ERR_OK;
    }
    enum err err = state_pack_bundle(state, digest, 0, &bytes, &size, &missing);
    if (err == ERR_OK)
        evidence->old_bundle = (struct slice){bytes, size};
    else if (err != ERR_NOTFOUND && err != ERR_CORRUPT && err != ERR_LIMIT)
        return err;
    evidence->old_pack_brought = true;
    *coming = *digest;
    return ERR_OK;
}

enum err evidence_begin(struct evidence *evidence, const struct settle_needs *needs,
                        struct state *state, struct hash *coming)
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
    return needs->wants_old_pack ? begin_old_pack(evidence, state, coming) : ERR_OK;
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
        err = settle_compile_published(bundle, region, &evidence->packs[evidence->pack_count],
                                       faults);
        if (!err)
            evidence->pack_count++;
        free((void *)bundle.data);
        evidence->bundle_count--;
    }
    free(faults);
    return err;
}

/* A pack that this engine cannot read any more has no words either. */
static enum err compile_old_pack(struct evidence *evidence)
{
    struct slice *bundle = &evidence->old_bundle;
    if (!bundle->data)
        return ERR_OK;
    struct faults *faults = calloc(1, sizeof *faults);
    enum err err =
        faults ? pack_compile_published(*bundle, false, &evidence->old_pack, faults) : ERR_NOMEM;
    free(faults);
    free((void *)bundle->data);
    *bundle = (struct slice){0};
    return err == ERR_INVALID ? ERR_OK : err;
}

enum err evidence_gather(struct evidence *evidence, struct ledger *ledger, const char *region)
{
    enum err err = fetch_records(evidence, ledger);
    if (!err)
        err = compile_bundles(evidence, region);
    return err ? err : compile_old_pack(evidence);
}

void evidence_old_pack(struct evidence *evidence, struct settle *settle, struct hash *coming)
{
    if (!evidence->old_pack_brought)
        return;
    evidence->old_pack_brought = false;
    *coming = (struct hash){0};
    if (evidence->failed)
        return;
    settle_put_old_pack(settle, &evidence->needs.old_pack, evidence->old_pack);
    evidence->old_pack = NULL;
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
