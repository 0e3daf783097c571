/* Message ids. The last id is one number, seconds x 10^4 + sequence, that only ever grows; when the
 * ten thousand of a second are used up the next second's are borrowed, and when the clock goes back
 * the ids do not. Any thread. */
#include "client/copay.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/id.h"
#include "client/error.h"

#define SEQUENCES INT64_C(10000)
#define STAMP_SIZE 18 /* yyyyMMddHHmmss and four digits */

struct copay_msgids {
    pthread_mutex_t mutex;
    char fixmedins_code[ID_FIXMEDINS + 1];
    int64_t last;
    int fd; /* -1: without a file */
};

_Static_assert(COPAY_MSGID == ID_MSGID && ID_MSGID == ID_FIXMEDINS + STAMP_SIZE,
               "an id is institution, time, sequence");

enum copay_status copay_msgids_open(const char *fixmedins_code, const char *path,
                                    struct copay_msgids **out, struct copay_error *error)
{
    if (!id_is_fixmedins(fixmedins_code))
        return error_set(error, COPAY_INVALID, "机构编码不合规范", "not an institution's code",
                         fixmedins_code);
    struct copay_msgids *m = calloc(1, sizeof *m);
    if (!m)
        return error_set(error, COPAY_INVALID, "内存不足", "out of memory", NULL);
    m->fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (path && m->fd < 0) {
        free(m);
        return error_set(error, COPAY_INVALID, "报文序号文件无法打开",
                         "the sequence file cannot be opened", strerror(errno));
    }
    pthread_mutex_init(&m->mutex, NULL);
    memcpy(m->fixmedins_code, fixmedins_code, ID_FIXMEDINS + 1);
    *out = m;
    return COPAY_DONE;
}

static void stamp_format(int64_t id, char out[STAMP_SIZE + 1])
{
    char compact[DATE_TEXT];
    date_format_compact(id / SEQUENCES * 1000, compact);
    snprintf(out, STAMP_SIZE + 1, "%.14s%04u", compact, (unsigned)((uint64_t)id % SEQUENCES));
}

static bool stamp_parse(const char *text, int64_t *id)
{
    char compact[15];
    int64_t time_ms;
    if (strspn(text, "0123456789") != STAMP_SIZE)
        return false;
    memcpy(compact, text, 14);
    compact[14] = '\0';
    if (date_parse_compact(compact, &time_ms) != ERR_OK)
        return false;
    *id = time_ms / 1000 * SEQUENCES + strtol(text + 14, NULL, 10);
    return true;
}

/* Greater than `last`. A second's first sequence is random in its lower half, so that terminals of
 * one institution that share no file rarely meet. */
static bool grow(int64_t *last)
{
    uint16_t random;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        return false;
    int64_t start = clock_wall_ms() / 1000 * SEQUENCES + random % (SEQUENCES / 2);
    bool same_second = start / SEQUENCES <= *last / SEQUENCES;
    *last = same_second ? *last + 1 : start;
    return true;
}

/* Another process may have used ids since: the file is the last word, and an empty one is new. */
static bool grow_in_file(struct copay_msgids *m)
{
    char text[STAMP_SIZE + 2] = "";
    ssize_t n = pread(m->fd, text, STAMP_SIZE + 1, 0);
    int64_t stored = 0;
    if (n < 0 || (n > 0 && (!stamp_parse(text, &stored) || text[STAMP_SIZE] != '\n')))
        return false;
    m->last = stored > m->last ? stored : m->last;
    if (!grow(&m->last))
        return false;
    stamp_format(m->last, text);
    text[STAMP_SIZE] = '\n';
    /* On disk before it is used: after a power cut it must not come again. */
    return pwrite(m->fd, text, STAMP_SIZE + 1, 0) == STAMP_SIZE + 1 && fdatasync(m->fd) == 0;
}

bool copay_msgids_next(struct copay_msgids *m, char out[COPAY_MSGID + 1])
{
    bool grown = false;
    pthread_mutex_lock(&m->mutex);
    if (m->fd < 0) {
        grown = grow(&m->last);
    } else if (flock(m->fd, LOCK_EX) == 0) {
        grown = grow_in_file(m);
        flock(m->fd, LOCK_UN);
    }
    if (grown) {
        memcpy(out, m->fixmedins_code, ID_FIXMEDINS);
        stamp_format(m->last, out + ID_FIXMEDINS);
    }
    pthread_mutex_unlock(&m->mutex);
    return grown;
}

void copay_msgids_close(struct copay_msgids *m)
{
    if (!m)
        return;
    if (m->fd >= 0)
        close(m->fd);
    pthread_mutex_destroy(&m->mutex);
    free(m);
}
