/* What was sent, for playing it again. The file: 8 bytes "copayrec", then for each message, all
 * little-endian: u64 microseconds since the first, u32 number of the terminal, u32 size of the
 * frame, 12 bytes of the institution, 30 of the msgid, the frame as it first went out. */
#ifndef REPLAY_RECORDING_H
#define REPLAY_RECORDING_H

#include <stdio.h>

#include "lane.h"

#define RECORDING_HEAD (8 + 4 + 4 + ID_FIXMEDINS + ID_MSGID)

struct recording {
    const char *path;
    FILE *file;
    int64_t begun_us;
    bool failed; /* said on stderr; nothing more is written */
};

/* False: stderr says why. */
bool recording_open(struct recording *recording, const char *path);
void recording_add(struct recording *recording, const struct slot *slot, int64_t now_us);
/* False: it is not whole; stderr says why. */
bool recording_close(struct recording *recording);

/* A recording in memory. */
struct recorded {
    int64_t offset_us;
    uint32_t lane;
    char fixmedins_code[ID_FIXMEDINS + 1], msgid[ID_MSGID + 1];
    struct slice frame;
};

struct tape {
    uint8_t *data;
    size_t size, count;
    struct recorded *messages;
};

bool tape_read(struct tape *tape, const char *path);
void tape_free(struct tape *tape);

#endif
