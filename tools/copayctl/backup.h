/* An encrypted copy of a region's folder, made while the daemon serves. */
#ifndef COPAYCTL_BACKUP_H
#define COPAYCTL_BACKUP_H

#include "ctl.h"

struct backup_options {
    const char *dir;    /* of the backup */
    const char *from;   /* a region's data folder, or one that holds several */
    const char *region; /* NULL: the folder's name, or all that are there */
    const char *to_key; /* file of the public key */
    struct ctl *ctl;    /* the daemon that is asked for LMDB's copy; NULL: without one */
};

enum ctl_exit backup_run(const struct backup_options *options);
/* Makes a pair of keys: `file` and file.pub. */
enum ctl_exit backup_key(const char *file);

#endif
