/* A province's file on its way into a world's ledger, and packs held against it as the daemon does.
 */
#ifndef TEST_SETTLE_PROVINCE_H
#define TEST_SETTLE_PROVINCE_H

#include "fixture.h"

#define PROVINCE_AUTHOR "430000:enter:wang"

static inline enum settle_verdict chunk_bytes(struct world *w, const struct hash *digest,
                                              uint32_t number, struct slice bytes)
{
    Copay__Admin__Command command;
    Copay__Admin__PackChunk message = COPAY__ADMIN__PACK_CHUNK__INIT;
    world_command_init(w, &command);
    message.pack_digest = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)digest->bytes};
    message.number = number;
    message.bytes = (ProtobufCBinaryData){bytes.size, (uint8_t *)bytes.data};
    command.pack_chunk = &message;
    return world_command(w, &command);
}

static inline enum settle_verdict chunk(struct world *w, const struct hash *digest, uint32_t number,
                                        const char *bytes)
{
    return chunk_bytes(w, digest, number, (struct slice){(const uint8_t *)bytes, strlen(bytes)});
}

/* Bundles of a province's file; malloc'ed. */
static inline struct slice province_of(const char *locks, const char *freezes)
{
    char text[1000];
    struct slice bundle = {malloc(4096), 0};
    snprintf(text, sizeof text,
             "language: 1\nprovince: \"430000\"\nname: 测试省\n"
             "clauses: {P-1: {text: 统一规定, provenance: official}}\n"
             "locks: [%s]\nfreezes: [%s]\n",
             locks, freezes);
    world_bundle_add(&bundle, PROVINCE_FILE, text);
    return bundle;
}

/* The ratio of every row of the layer resident_outpatient. */
static inline struct slice province_locking(const char *ratio)
{
    char lock[300];
    snprintf(lock, sizeof lock,
             "{key: \"layers[layer=resident_outpatient].ratio.table[].ratio\", is: %s, "
             "from: 2024-01-01, clause: P-1}",
             ratio);
    return province_of(lock, "");
}

static inline struct slice province_frozen(const char *from, const char *to)
{
    char freeze[100];
    snprintf(freeze, sizeof freeze, "{from: %s, to: %s, clause: P-1}", from, to);
    return province_of("", freeze);
}

/* What the daemon's reader finds, with the province's file in force; NULL: nothing. Freed by the
 * caller. */
static inline struct faults *rehearsed(struct world *w, struct slice bundle)
{
    struct faults *faults = calloc(1, sizeof *faults);
    struct active_pack active;
    struct pack *pack = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum err err = ERR_OK;
    if (w->province) {
        err = settle_rehearse_province(bundle, REGION, NULL, faults);
    } else {
        err = state_active_bundle(w->state, PACK_PROVINCE, &active, &bytes, &size);
        assert_true(err == ERR_OK || err == ERR_NOTFOUND);
        err = settle_rehearse(bundle, (struct slice){bytes, size}, REGION, &pack, faults);
    }
    assert_int_equal(err, faults->count ? ERR_INVALID : ERR_OK);
    pack_free(pack);
    free(bytes);
    if (faults->count)
        return faults;
    free(faults);
    return NULL;
}

/* Uploads in two chunks, as the fixture does, and submits; frees the bundle. */
static inline struct hash submit_bundle(struct world *w, struct slice bundle)
{
    struct hash digest = hash_sha256(bundle.data, bundle.size);
    struct faults *faults = rehearsed(w, bundle);
    const size_t half = bundle.size / 2;
    chunk_bytes(w, &digest, 0, (struct slice){bundle.data, half});
    chunk_bytes(w, &digest, 1, (struct slice){bundle.data + half, bundle.size - half});
    world_submit(w, &digest, 2, faults);
    free(faults);
    free((void *)bundle.data);
    return digest;
}

/* The whole way into force. */
static inline struct hash province_publish(struct world *w, struct slice bundle)
{
    w->province = true;
    w->actor = PROVINCE_AUTHOR;
    struct hash digest = submit_bundle(w, bundle);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_approve(w, &digest, APPROVER);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_publish(w, &digest, 2, NULL);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    w->province = false;
    w->actor = NULL;
    return digest;
}

#endif
