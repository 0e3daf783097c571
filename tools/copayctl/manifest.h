/* What a backup folder holds, as text that a person can read too. It names no person and is not
 * encrypted; its last line is the SHA-256 of the lines before it. */
#ifndef COPAYCTL_MANIFEST_H
#define COPAYCTL_MANIFEST_H

#include "ledger/segment.h"

#define MANIFEST_FILE "manifest"
#define MANIFEST_NAME 64

/* A sealed file; name "" when there is none. */
struct manifest_file {
    char name[MANIFEST_NAME];
    uint64_t bytes;
    struct hash hash;
};

struct manifest_segment {
    struct manifest_file file;
    char name[SEGMENT_NAME];
    uint64_t id, size;     /* of the segment's file when whole */
    uint64_t used;         /* of it in the backup: header block and groups, no zeros */
    int64_t mtime_ns;      /* of the source; 0: it may have changed since */
    struct ledger_end end; /* behind the last group */
    int64_t time_ms;       /* of the last record; 0: none */
};

struct manifest {
    char region[ID_ADMDVS + 1];
    uint64_t run;       /* counts the backups made into this folder */
    int64_t written_ms; /* when the last one ended */
    struct manifest_file keys, store;
    uint64_t store_sequence;
    struct manifest_segment *segments;
    size_t count;
};

/* ERR_NOTFOUND: no backup there; ERR_CORRUPT: not what was written; ERR_IO, ERR_NOMEM. On success
 * manifest_free(). */
enum err manifest_read(const char *dir, struct manifest *out) MUST_CHECK;
/* Replaces it in one step, synced with its folder. ERR_IO, ERR_FULL, ERR_NOMEM. */
enum err manifest_write(const char *dir, const struct manifest *manifest) MUST_CHECK;
void manifest_free(struct manifest *manifest);

/* Appends after the first `keep` segments, dropping those behind. ERR_NOMEM. */
enum err manifest_put(struct manifest *manifest, size_t keep,
                      const struct manifest_segment *segment) MUST_CHECK;
/* Where the backed-up ledger ends; zeros when it has no segment. */
struct ledger_end manifest_end(const struct manifest *manifest);
bool manifest_names(const struct manifest *manifest, const char *file);

#endif
