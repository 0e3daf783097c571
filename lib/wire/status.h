/* What an operator watches, in a status reply. */
#ifndef WIRE_STATUS_H
#define WIRE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#define STATUS_BUCKETS_MAX 32
#define STATUS_COUNTERS_MAX 16

/* Bucket i: from 2^i on, below 2^(i + 1); the first one 0 too. */
struct status_histogram {
    uint64_t buckets[STATUS_BUCKETS_MAX], sum, max;
};

struct status_counters {
    struct status_counter {
        const char *name;
        uint64_t value;
    } list[STATUS_COUNTERS_MAX];
    uint32_t count;
};

/* As in admin.proto. */
struct status_figures {
    uint64_t barrier_lag_ms, overlay_frozen_bytes;
    struct status_histogram sync_us, group;
    bool checkpoint_given; /* age and ms mean something */
    uint64_t checkpoint_age_ms, checkpoint_ms;
    uint64_t queue_settler, queue_journal, queue_gate, answers_per_second;
    bool segment_ready;
    uint64_t disk_free_bytes, disk_bytes;
    struct status_counters retries, closed, stalled;
    uint32_t handshakes;
    uint64_t shaken, resumed, log_dropped, uptime_ms, buffer_bytes, message_bytes;
};

#endif
