/* One pooling region: its lock, ledger, store, state and pack, and the threads that serve it.
 *
 *   settler     owns store, state, settle and pack; makes records and replies
 *   journal     makes records durable; the ledger's writer, where the settler is not
 *   checkpoint  writes frozen overlays to LMDB and readies ledger segments
 *   signer      seals the ledger's newest header and publishes it
 *   reader      fetches records, so that the settler never waits for a disk
 *   compiler    compiles packs that come in and runs their cases, which may take long
 *   copier      copies LMDB for a backup, which may take long
 *
 * What more than one thread touches is atomic or stands in `barrier`. */
#ifndef DAEMON_REGION_H
#define DAEMON_REGION_H

#include <pthread.h>

#include "base/hash.h"
#include "daemon/batch.h"
#include "daemon/config.h"
#include "daemon/metrics.h"
#include "daemon/notice.h"
#include "daemon/replies.h"
#include "daemon/timekeeper.h"
#include "ledger/key.h"
#include "settle/settle.h"
#include "store/store.h"

#define REGION_PATH_MAX (CONFIG_PATH_MAX + 64)

/* In the order in which they end: each one's work comes from those before it. */
enum region_thread {
    THREAD_SETTLER,
    THREAD_READER,
    THREAD_JOURNAL,
    THREAD_CHECKPOINT,
    THREAD_SIGNER,
    THREAD_COMPILER, /* the last two, so that a long pack or copy keeps nobody from ending */
    THREAD_COPIER,
    THREADS
};

struct settler {
    struct parcels pending;          /* jobs not yet taken up */
    struct batch *building;          /* records applied and not yet handed over */
    struct batch *in_flight, *spare; /* the first is with the journal, only read here */
    uint32_t looking_up;             /* jobs with evidence that are not answered yet */
    struct hash old_pack_coming; /* digest of the pack whose words the reader was last asked for */
    bool full;                   /* the first job waits: `building` has no room for its record */
    struct timekeeper clock;
    struct settle_answer answer;
    struct arena *scratch; /* of the job under way: one, so that it stays in the cache */
    uint64_t answered;     /* least that a reply of this turn depends on; UINT64_MAX: none put */
};

struct region_signer {
    struct sign_key *key;    /* the thread's */
    _Atomic uint64_t sealed; /* the last sequence that a seal of this process covers */
    uint32_t groups;         /* the writer: made durable since the signer was last woken */
    /* Settler -> signer: key changes that were applied. */
    pthread_mutex_t lock;
    /* Headers before change_from are the present key's, 0: all; from `change` on the last one's. */
    uint64_t change_from, change;
    uint8_t change_id[KEY_ID]; /* the last one's key */
};

struct region {
    char code[ID_ADMDVS + 1];
    char dir[REGION_PATH_MAX];
    const struct config *config;
    int lock_fd;
    uint8_t salt_key[HASH_SIZE];
    bool salt_fresh; /* folder_salt_keep() is due */
    struct ledger *ledger;
    struct store *store;
    struct state *state;
    struct settle *settle;
    struct pack *pack; /* NULL before the first activation */
    struct barrier barrier;
    struct replies *replies;

    /* Settler -> checkpoint: the sequence that waits to be written; 0: none. */
    _Atomic uint64_t frozen;
    atomic_bool checkpointed; /* and back: it was written */
    /* Reader -> journal: it holds work for a sequence that is not durable yet. */
    atomic_bool reader_waits;
    /* Journal -> settler: the ledger has no room; new work is answered retry. */
    atomic_bool no_space;
    /* Gate -> settler: answer retry from now on. */
    atomic_bool stopping;
    /* Main: threads before this one, in the order of enum region_thread, finish and return. */
    _Atomic uint32_t finishing;

    struct region_metrics metrics;
    struct notice_board board;
    struct settler settler;
    struct region_signer signer;
    struct inbox inboxes[THREADS];
    pthread_t threads[THREADS];
    uint32_t running;
};

/* Opens and recovers, on the calling thread; what is wrong is logged, and nothing stays open. */
enum err region_open(const struct config *config, const struct config_region *which,
                     struct region **out) MUST_CHECK;
/* While it opens: makes one record durable by itself, and then the state. */
enum err region_record(struct region *region, const struct record *record) MUST_CHECK;
/* Starts the threads; answers go to `replies`. */
enum err region_start(struct region *region, struct replies *replies) MUST_CHECK;
/* Any thread: that thread should come to its end when nothing is left to do. */
bool region_finishing(const struct region *region, enum region_thread thread);
void region_wake(struct region *region, enum region_thread thread);
/* Any thread: takes a job for the settler. */
void region_submit(struct region *region, struct job *job);
/* Finishes what is queued, waits for durability, joins the threads. ERR_TIMEOUT when one is still
 * busy at until_mono_ms: the process must end without closing. */
enum err region_stop(struct region *region, int64_t until_mono_ms) MUST_CHECK;
/* Closes a region whose threads are not running; NULL is allowed. */
void region_close(struct region *region);

#endif
