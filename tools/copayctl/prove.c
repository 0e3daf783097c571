/* A child does the work and answers through a pipe; one that dies without a word met damage. */
#include "prove.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum work { SEQUENCE, DIGEST, COMPARE };

struct child {
    pid_t pid;
    int fd;
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
    if (pipe2(ends, O_CLOEXEC) != 0)
        return ERR_IO;
    child->fd = ends[0];
    child->pid = fork();
    if (child->pid == 0) {
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

enum err prove_sequence(const char *dir, uint64_t *sequence)
{
    struct answer answer;
    enum err err = run(SEQUENCE, dir, NULL, &answer);
    *sequence = err ? 0 : answer.digest.sequence;
    return err;
}

enum err prove_digests(const char *old_dir, const char *new_dir, struct digest *old,
                       struct digest *new, bool *read_old)
{
    struct child child;
    struct answer answer;
    enum err err = start(&child, DIGEST, old_dir, NULL);
    if (err)
        return err;
    err = digest_run(new_dir, new);
    enum err old_err = finish(&child, &answer);
    *read_old = old_err == ERR_OK;
    if (*read_old)
        *old = answer.digest;
    return err ? err : old_err == ERR_NOMEM ? ERR_NOMEM : ERR_OK;
}

enum err prove_compare(const char *truth, const char *found, struct digest_difference *out)
{
    struct answer answer;
    enum err err = run(COMPARE, found, truth, &answer);
    if (!err)
        *out = answer.difference;
    return err;
}
