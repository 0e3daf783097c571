/* conf/copayd.yaml: read once at start. Keys are a closed set; one table in config.c holds each
 * with its bounds and default, and copayd(8) describes them. */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include <stdint.h>

#include "base/err.h"
#include "base/fault.h"
#include "base/id.h"
#include "base/log.h"

#define CONFIG_PATH_MAX 255
#define CONFIG_REGIONS_MAX 16

struct config_region {
    char code[ID_ADMDVS + 1];
    char data[CONFIG_PATH_MAX + 1]; /* the region's folder is made inside */
};

struct config {
    char address[CONFIG_PATH_MAX + 1];
    int64_t port; /* 0: any free one */
    char port_file[CONFIG_PATH_MAX + 1];
    char ca[CONFIG_PATH_MAX + 1], cert[CONFIG_PATH_MAX + 1], key[CONFIG_PATH_MAX + 1];
    char crl[CONFIG_PATH_MAX + 1]; /* "": none */
    uint32_t region_count;
    struct config_region regions[CONFIG_REGIONS_MAX];
    char mirror[CONFIG_PATH_MAX + 1]; /* "": none; else holds <region>/ledger of each */
    int64_t segment_mib;
    int64_t signature; /* enum key_algorithm of a new region's first key */
    char publish_file[CONFIG_PATH_MAX + 1], publish_command[CONFIG_PATH_MAX + 1]; /* "": none */
    int64_t publish_seconds;
    int64_t checkpoint_mib, checkpoint_keys, checkpoint_seconds, overlay_mib, map_gib;
    int64_t connections, connections_sender, handshakes;
    int64_t in_flight, in_flight_sender, buffers_mib, buffers_sender_mib, messages_mib;
    enum log_level log_level;
};

/* ERR_OK, or every error in `faults` (ERR_INVALID; ERR_IO and ERR_NOTFOUND for the file itself).
 * Relative paths are made relative to the file's folder. */
enum err config_read(const char *path, struct config *config, struct faults *faults) MUST_CHECK;

#endif
