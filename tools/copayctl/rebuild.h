/* LMDB made anew from the ledger alone, and proved equal to the old one. */
#ifndef COPAYCTL_REBUILD_H
#define COPAYCTL_REBUILD_H

#include "ctl.h"

struct rebuild_options {
    const char *dir;    /* a region's data folder */
    const char *region; /* NULL: the folder's name */
    bool check;         /* prove only */
    uint32_t memory_mib;
};

enum ctl_exit rebuild_run(const struct rebuild_options *options);

#endif
