/* A child does the work and answers through a pipe; one that dies without a word met damage. */
#include "prove.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum work { PLACE, DIGEST, COMPARE };

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
        struct {
            uint64_t sequence, reach;
        } place;
        struct digest digest;
        struct digest_difference difference;
    };
};

_Static_assert(sizeof(struct answer) <= 4096, "a pipe takes an answer whole");

static void work(enum work kind, const char *dir, const char *truth, struct answer *answer)
{
    switch (kind) {
    case PLACE:
        answer->err = digest_place(dir, &answer->place.sequence, &answer->place.reach);
        break;
    case DIGEST:
        answer->err = digest_run(dir, &answer->digest);
        break;
    case COMPARE:
        answer->err = digest_compare(truth, dir, &answer->difference);
    }
}

/* Of a child: it holds the folder's lock too, and must not outlive who took it. */
static void die_with_parent(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(1);
}

static enum err start(struct child *child, enum work kind, const char *dir, const char *truth)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return ERR_IO;
    pid_t parent = getpid();
    child->fd = ends[0];
    child->pid = fork();
    if (child->pid == 0) {
        die_with_parent(parent);
        struct answer answer = {.err = ERR_OK};
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

enum err prove_place(const char *dir, uint64_t *sequence, uint64_t *reach)
{
    struct answer answer;
    enum err err = run(PLACE, dir, NULL, &answer);
    *sequence = err ? 0 : answer.place.sequence;
    *reach = err ? 0 : answer.place.reach;
    return err;
}

enum err prove_apart(enum err (*step)(void *context), void *context)
{
    int status;
    fflush(NULL);
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        return ERR_NOMEM;
    if (pid == 0) {
        die_with_parent(parent);
        _exit(step(context));
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? (enum err)WEXITSTATUS(status) : ERR_CORRUPT;
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
