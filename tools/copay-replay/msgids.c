/* Blocks of ids. The counter is the first second whose ids nobody holds; it starts at the clock's
 * and runs ahead of it by a few seconds for each block. */
#include "msgids.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"

#define SEQUENCES INT64_C(10000)
#define BLOCK_SECONDS 20

void msgids_begin(struct msgids *msgids, const char *dir, const char *fixmedins_code)
{
    *msgids = (struct msgids){.fixmedins_code = fixmedins_code, .dir = dir};
}

static bool advance(int fd, int64_t seconds, int64_t *first)
{
    char text[32] = "";
    int64_t now = clock_wall_ms() / 1000;
    if (flock(fd, LOCK_EX) != 0 || pread(fd, text, sizeof text - 1, 0) < 0)
        return false;
    int64_t kept = strtoll(text, NULL, 10);
    *first = kept > now ? kept : now;
    int size = snprintf(text, sizeof text, "%019" PRId64 "\n", *first + seconds);
    return pwrite(fd, text, (size_t)size, 0) == size;
}

bool msgids_reserve(const char *dir, int64_t seconds, int64_t *first)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/msgid.next", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool taken = fd >= 0 && advance(fd, seconds, first);
    if (!taken)
        fprintf(stderr, "copay-replay: %s: %s\n", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return taken;
}

static bool take_block(struct msgids *msgids)
{
    int64_t first = 0;
    bool taken = msgids_reserve(msgids->dir, BLOCK_SECONDS, &first);
    msgids->next = first * SEQUENCES;
    msgids->end = msgids->next + BLOCK_SECONDS * SEQUENCES;
    return taken;
}

bool msgids_next(struct msgids *msgids, char out[ID_MSGID + 1])
{
    if (msgids->next == msgids->end && !take_block(msgids))
        return false;
    int64_t second = msgids->next / SEQUENCES;
    uint32_t sequence = (uint32_t)(msgids->next++ % SEQUENCES);
    if (second != msgids->second) {
        char compact[DATE_TEXT];
        memcpy(msgids->stamp, date_format_compact(second * 1000, compact), sizeof msgids->stamp);
        msgids->second = second;
    }
    memcpy(out, msgids->fixmedins_code, ID_FIXMEDINS);
    memcpy(out + ID_FIXMEDINS, msgids->stamp, 14);
    for (int i = 3; i >= 0; i--, sequence /= 10)
        out[ID_FIXMEDINS + 14 + i] = (char)('0' + sequence % 10);
    out[ID_MSGID] = '\0';
    return true;
}
