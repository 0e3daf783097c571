/* The signer thread.
 *
 * DESIGN. No parcels. Every 100 ms, and when the journal has made 64 groups durable since, it asks
 * whether anything is durable that no seal covers, and seals the newest header then; so an idle
 * ledger's last head is always sealed. Nobody waits for it but receipts, which the reader keeps
 * until the sealed sequence has reached them. A seal that cannot be made or written is complained
 * about and tried again; the ledger is whole without it.
 *
 * A key change takes effect in the group that holds its record: the settler says so before the
 * record can be durable (signer_follow()), and a header at or behind it is sealed with no other
 * key. The newest header lies between two changes that came in one breath: then the next is waited
 * for.
 *
 * The sealed head is published when the last time is ledger.publish_seconds ago and there is a new
 * one, and at the end. */
#include "daemon/signer.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/keyring.h"
#include "daemon/publish.h"
#include "ledger/seal.h"

#define TICK_MS 100
#define COMPLAIN_EVERY_MS 60000

/* What only this thread knows. */
struct signing {
    struct region *region;
    struct publish publish;
    int64_t complained_ms; /* monotonic; 0: not since the last success */
    bool started;
};

static void complain(struct signing *signing, const char *step, enum err err)
{
    int64_t now_ms = clock_mono_ms();
    if (signing->complained_ms && now_ms - signing->complained_ms < COMPLAIN_EVERY_MS)
        return;
    signing->complained_ms = now_ms;
    log_event(LOG_ERROR, "signing_failed", "region=%s step=%s error=\"%s\" text=\"trying again\"",
              signing->region->code, step, err_text(err));
}

void signer_follow(struct region *region, const struct record *record)
{
    struct region_signer *own = &region->signer;
    struct signer signer;
    CHECK(state_signer(region->state, &signer) == ERR_OK && signer.sequence == record->sequence);
    pthread_mutex_lock(&own->lock);
    if (own->change_from == 0)
        own->change_from = record->sequence;
    own->change = record->sequence;
    for (size_t i = 0; i < KEY_ID; i++)
        own->change_id[i] = signer.id[i];
    pthread_mutex_unlock(&own->lock);
}

/* Makes region->signer.key the one in force at `sequence`. ERR_AGAIN: that one is gone already, its
 * follower not in force yet. */
static enum err follow(struct region *region, uint64_t sequence)
{
    struct region_signer *own = &region->signer;
    uint8_t id[KEY_ID];
    char text[KEY_ID_TEXT];
    pthread_mutex_lock(&own->lock);
    uint64_t from = own->change_from, change = own->change;
    for (size_t i = 0; i < KEY_ID; i++)
        id[i] = own->change_id[i];
    pthread_mutex_unlock(&own->lock);
    if (from == 0 || sequence < from)
        return ERR_OK;
    if (sequence < change)
        return ERR_AGAIN;
    struct sign_key *key;
    enum err err = keyring_load(region, id, &key);
    if (err)
        return err;
    err = keyring_adopt(region, id);
    if (err) {
        sign_key_free(key);
        return err;
    }
    sign_key_free(own->key);
    own->key = key;
    pthread_mutex_lock(&own->lock);
    /* Whatever came meanwhile, the next one from here on counts. */
    own->change_from = own->change == change ? 0 : change + 1;
    pthread_mutex_unlock(&own->lock);
    log_event(LOG_INFO, "signing_key_changed", "region=%s key=%s sequence=%" PRIu64, region->code,
              key_id_format(id, text), change);
    return ERR_OK;
}

static enum err seal(struct signing *signing, struct ledger_head *head)
{
    struct region *region = signing->region;
    struct seal made;
    enum err err = seal_make(region->signer.key, head->bytes, &made);
    if (err) {
        complain(signing, "sign", err);
        return err;
    }
    seal_store(&made, head->bytes + GROUP_HASHED);
    err = ledger_seal(region->ledger, head, head->bytes + GROUP_HASHED);
    if (err)
        complain(signing, "write", err);
    return err;
}

static void sealed(struct signing *signing, const struct ledger_head *head)
{
    struct region *region = signing->region;
    struct signed_head text;
    signing->complained_ms = 0;
    atomic_store(&region->signer.sealed, head->end.sequence);
    region_wake(region, THREAD_READER);
    if (head_take(head->bytes, &text) == ERR_OK)
        publish_offer(&signing->publish, &text);
}

static void look(struct signing *signing)
{
    struct region *region = signing->region;
    struct ledger_head head;
    struct seal present;
    if (atomic_load(&region->barrier.durable) <= atomic_load(&region->signer.sealed))
        return;
    enum err err = ledger_newest(region->ledger, &head);
    if (err) {
        complain(signing, "read", err);
        return;
    }
    err = follow(region, head.end.sequence);
    if (err == ERR_AGAIN)
        return;
    if (err) {
        complain(signing, "key", err);
        return;
    }
    /* After a restart the newest header may have its seal already. */
    bool first = !signing->started;
    signing->started = true;
    if (first && seal_read(head.bytes, &present) == SEAL_WHOLE &&
        seal_holds(&present, sign_key_public(region->signer.key), head.bytes))
        sealed(signing, &head);
    else if (seal(signing, &head) == ERR_OK)
        sealed(signing, &head);
}

void *signer_run(void *context)
{
    struct region *region = context;
    struct signing signing = {.region = region};
    struct inbox *inbox = &region->inboxes[THREAD_SIGNER];
    struct parcels none = {0};
    publish_begin(&signing.publish, region->config, region->code);
    for (;;) {
        inbox_wait(inbox, TICK_MS);
        inbox_take(inbox, &none);
        CHECK(!none.first);
        /* Asked before looking: what the journal made durable before it ended is sealed. */
        bool finishing = region_finishing(region, THREAD_SIGNER);
        look(&signing);
        publish_turn(&signing.publish, clock_mono_ms(), finishing);
        if (finishing)
            return NULL;
    }
}
