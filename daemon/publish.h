/* Publishing the newest signed head: to a file, to a command's standard input, or both. What stands
 * outside the machine cannot be cut together with the ledger. Signer thread. */
#ifndef DAEMON_PUBLISH_H
#define DAEMON_PUBLISH_H

#include <sys/types.h>

#include "daemon/config.h"
#include "ledger/head.h"

struct publish {
    const struct config *config;
    const char *region;
    char file[CONFIG_PATH_MAX + 1]; /* "": none */
    char text[HEAD_TEXT_MAX];
    bool fresh;       /* text has not been published */
    int64_t last_ms;  /* monotonic */
    pid_t child;      /* 0: none */
    int64_t began_ms; /* the child */
};

/* Borrows config and region. */
void publish_begin(struct publish *publish, const struct config *config, const char *region);
void publish_offer(struct publish *publish, const struct signed_head *head);
/* Publishes when it is due or `last`, looks after the command. Never waits for it, but for the last
 * one, and then not long. */
void publish_turn(struct publish *publish, int64_t mono_ms, bool last);

#endif
