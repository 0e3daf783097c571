/* Jobs' memory. Made and freed by the gate; between that, whoever holds the job. */
#include "daemon/job.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct job *job_new(void)
{
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    job->parcel.kind = PARCEL_JOB;
    job->arena = arena_new(REQUEST_ARENA_MAX);
    if (!job->arena) {
        free(job);
        return NULL;
    }
    return job;
}

static void drop_owned(struct job *job)
{
    evidence_free(job->evidence);
    free((void *)job->record.data);
    free(job->bundle);
    free(job->locks);
    free(job->faults);
    free(job->signer);
    pack_free(job->pack);
}

void job_free(struct job *job)
{
    if (!job)
        return;
    drop_owned(job);
    arena_free(job->arena);
    free(job);
}

void job_reset(struct job *job)
{
    struct arena *arena = job->arena;
    drop_owned(job);
    arena_reset(arena);
    memset(job, 0, sizeof *job);
    job->parcel.kind = PARCEL_JOB;
    job->arena = arena;
}

const char *job_msgid(const struct job *job)
{
    const char *msgid = job->schema == SCHEMA_OPERATOR ? job->command.msgid : job->request.msgid;
    return msgid ? msgid : "";
}

const char *job_infno(const struct job *job)
{
    return job->schema == SCHEMA_OPERATOR ? "" : job->request.infno;
}
