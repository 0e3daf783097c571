/* A child does the work and answers through a pipe; one that dies without a word met damage. */
#include "prove.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum work { SEQUENCE, DIGEST, COMPARE };

#define NICE_MOST 19

struct child {
    pid_t pid;
    int fd;
};

struct prove {
    struct child child;
};

/* As large as a pipe takes at once. */
struct answer {
    enum err err;
    union {
        struct digest digest;
        struct digest_difference difference;
    };
};

_Static_assert(sizeof(struct answer) <= 4096, "a pipe takes an answer whole");

static void work(enum work kind, const char *dir, const char *truth, struct answer *answer)
{
    switch (kind) {
    case SEQUENCE:
        answer->err = digest_sequence(dir, &answer->digest.sequence);
        break;
    case DIGEST:
        answer->err = digest_run(dir, &answer->digest);
        break;
    case COMPARE:
        answer->err = digest_compare(truth, dir, &answer->difference);
    }
}

static enum err start(struct child *child, enum work kind, const char *dir, const char *truth)
{
    int ends[2];
    const pid_t parent = getpid();
    if (pipe2(ends, O_CLOEXEC) != 0)
        return ERR_IO;
    child->fd = ends[0];
    child->pid = fork();
    if (child->pid == 0) {
        struct answer answer = {.err = ERR_OK};
        /* It holds the data folder's lock too, and may not outlive its parent with it. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
            _exit(1);
        work(kind, dir, truth, &answer);
        _exit(write(ends[1], &answer, sizeof answer) == sizeof answer ? 0 : 1);
    }
    close(ends[1]);
    if (child->pid > 0)
        return ERR_OK;
    close(ends[0]);
    return ERR_NOMEM;
}

static enum err finish(struct child *child, struct answer *answer)
{
    int status;
    bool whole = read(child->fd, answer, sizeof *answer) == (ssize_t)sizeof *answer;
    close(child->fd);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return whole ? answer->err : ERR_CORRUPT;
}

static enum err run(enum work kind, const char *dir, const char *truth, struct answer *answer)
{
    struct child child;
    enum err err = start(&child, kind, dir, truth);
    return err ? err : finish(&child, answer);
}

enum err prove_sequence(const char *dir, uint64_t *sequence)
{
    struct answer answer;
    enum err err = run(SEQUENCE, dir, NULL, &answer);
    *sequence = err ? 0 : answer.digest.sequence;
    return err;
}

enum err prove_begin(const char *dir, struct prove **out)
{
    struct prove *prove = calloc(1, sizeof *prove);
    enum err err = prove ? start(&prove->child, DIGEST, dir, NULL) : ERR_NOMEM;
    if (err) {
        free(prove);
        return err;
    }
    (void)setpriority(PRIO_PROCESS, (id_t)prove->child.pid, NICE_MOST);
    *out = prove;
    return ERR_OK;
}

enum err prove_end(struct prove *prove, struct digest *out)
{
    struct answer answer;
    (void)setpriority(PRIO_PROCESS, (id_t)prove->child.pid, 0);
    enum err err = finish(&prove->child, &answer);
    if (!err)
        *out = answer.digest;
    free(prove);
    return err;
}

void prove_abandon(struct prove *prove)
{
    struct digest none;
    if (!prove)
        return;
    (void)kill(prove->child.pid, SIGKILL);
    (void)!prove_end(prove, &none);
}

enum err prove_compare(const char *truth, const char *found, struct digest_difference *out)
{
    struct answer answer;
    enum err err = run(COMPARE, found, truth, &answer);
    if (!err)
        *out = answer.difference;
    return err;
}
