/* The copier thread.
 *
 * DESIGN. Its inbox brings the jobs of the command store copy, served one after the other and
 * answered from here. What is copied is what the last checkpoint wrote, so it is never ahead of the
 * durable ledger and the answer depends on nothing. A copy that finds no room, or a disk that
 * fails, is refused with the reason and leaves nothing behind; the daemon goes on. A copy that
 * nobody took away, of a backup that was cut short, goes at the start. */
#include "daemon/copier.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/answer.h"
#include "daemon/folder.h"
#include "daemon/pulse.h"

#define TICK_MS 1000

static void refuse(struct job *job, enum err err)
{
    struct problems *problems = arena_alloc(job->arena, sizeof *problems);
    if (!problems)
        return;
    problem_add(problems, REASON_STORE_UNCOPIED, COPIER_FOLDER, NULL, err_text(err));
    answer_refused(job, problems);
}

static void serve(struct region *region, struct job *job, const char *folder)
{
    int64_t began_ms = clock_mono_ms();
    uint64_t bytes;
    pulse_long();
    enum err err = store_copy(region->store, folder, &bytes);
    pulse_beat();
    log_event(err ? LOG_ERROR : LOG_INFO, "store_copy",
              "region=%s actor=%s bytes=%" PRIu64 " ms=%" PRId64 " error=\"%s\"", region->code,
              job->actor, bytes, clock_mono_ms() - began_ms, err_text(err));
    if (err) {
        refuse(job, err);
    } else {
        struct command_reply *reply = arena_alloc(job->arena, sizeof *reply);
        if (reply) {
            reply->msgid = job->command.msgid;
            reply->outcome = OUTCOME_DONE;
            reply->copied_bytes = bytes;
            answer_command(job, reply);
        }
    }
    replies_put_now(region->replies, job);
}

void copier_take(struct region *region, struct job *job)
{
    inbox_put(&region->inboxes[THREAD_COPIER], &job->parcel);
    region_wake(region, THREAD_COPIER);
}

void *copier_run(void *context)
{
    struct region *region = context;
    struct inbox *inbox = &region->inboxes[THREAD_COPIER];
    struct parcels jobs = {0};
    char folder[REGION_PATH_MAX + sizeof COPIER_FOLDER];
    CHECK(folder_path(region->dir, COPIER_FOLDER, folder, sizeof folder) == ERR_OK);
    enum err err = store_discard(folder);
    if (err)
        log_event(LOG_WARNING, "store_copy_left", "region=%s error=\"%s\"", region->code,
                  err_text(err));
    for (;;) {
        bool finishing = region_finishing(region, THREAD_COPIER);
        inbox_take(inbox, &jobs);
        struct job *job = (struct job *)parcels_take(&jobs);
        if (job)
            serve(region, job, folder);
        else if (finishing)
            return NULL;
        else
            inbox_wait(inbox, TICK_MS);
    }
}
