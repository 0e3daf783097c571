/* A status in Prometheus' text exposition format: `copayctl status --metrics` from a timer, into
 * the folder of node_exporter's textfile collector; so the daemon needs no port for it. Counts and
 * sizes only, never a person. */
#include <inttypes.h>
#include <stdio.h>

#include "status.h"

struct metric {
    const char *name, *type, *help;
    uint64_t value;
};

static void print_head(const char *name, const char *type, const char *text)
{
    printf("# HELP copayd_%s %s\n# TYPE copayd_%s %s\n", name, text, name, type);
}

static void print_metrics(const struct metric metrics[], size_t count, const char *region)
{
    for (size_t i = 0; i < count; i++) {
        print_head(metrics[i].name, metrics[i].type, metrics[i].help);
        printf("copayd_%s{region=\"%s\"} %" PRIu64 "\n", metrics[i].name, region, metrics[i].value);
    }
}

static void print_counters(const char *name, const char *type, const char *label, const char *help,
                           Copay__Admin__Counter *const list[], size_t count, const char *region)
{
    print_head(name, type, help);
    for (size_t i = 0; i < count; i++)
        printf("copayd_%s{region=\"%s\",%s=\"%s\"} %" PRIu64 "\n", name, region, label,
               list[i]->name, list[i]->value);
}

/* `scale` decimal places of the values are below the unit. */
static void print_histogram(const char *name, const char *help, unsigned scale,
                            const Copay__Admin__Histogram *h, const char *region)
{
    uint64_t seen = 0, unit = 1;
    if (!h)
        return;
    for (unsigned i = 0; i < scale; i++)
        unit *= 10;
    print_head(name, "histogram", help);
    for (size_t i = 0; i < h->n_buckets; i++) {
        seen += h->buckets[i];
        uint64_t bound = UINT64_C(2) << i; /* not in the bucket, whose values are whole */
        if (scale == 0)
            printf("copayd_%s_bucket{region=\"%s\",le=\"%" PRIu64 "\"} %" PRIu64 "\n", name, region,
                   bound - 1, seen);
        else
            printf("copayd_%s_bucket{region=\"%s\",le=\"%" PRIu64 ".%0*" PRIu64 "\"} %" PRIu64 "\n",
                   name, region, bound / unit, (int)scale, bound % unit, seen);
    }
    printf("copayd_%s_bucket{region=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, region, seen);
    if (scale == 0)
        printf("copayd_%s_sum{region=\"%s\"} %" PRIu64 "\n", name, region, h->sum);
    else
        printf("copayd_%s_sum{region=\"%s\"} %" PRIu64 ".%0*" PRIu64 "\n", name, region,
               h->sum / unit, (int)scale, h->sum % unit);
    printf("copayd_%s_count{region=\"%s\"} %" PRIu64 "\n", name, region, seen);
}

static void print_region(const Copay__Admin__StatusReply *s, const char *region)
{
    const struct metric metrics[] = {
        {"sequence", "counter", "Last record applied.", s->sequence},
        {"durable_sequence", "counter", "Last record durable.", s->durable_sequence},
        {"checkpoint_sequence", "counter", "Last record in LMDB.", s->checkpoint_sequence},
        {"signed_sequence", "counter", "Last record that a signature covers.", s->signed_sequence},
        {"epoch", "counter", "The writer's epoch.", s->epoch},
        {"policy_objections", "gauge", "Places of the active pack that this release objects to.",
         s->policy_objections},
        {"clock_suspect", "gauge", "1 while settling waits for a confirmed clock.",
         s->clock_suspect},
        {"barrier_lag_milliseconds", "gauge", "Age of the group being written; 0 when none is.",
         s->barrier_lag_ms},
        {"overlay_bytes", "gauge", "State newer than LMDB.", s->overlay_bytes},
        {"overlay_frozen_bytes", "gauge", "Of it, being checkpointed.", s->overlay_frozen_bytes},
        {"map_used_bytes", "gauge", "LMDB pages in use.", s->map_used_bytes},
        {"map_bytes", "gauge", "LMDB map.", s->map_bytes},
        {"queue_settler", "gauge", "Messages not yet taken up.", s->queue_settler},
        {"queue_journal", "gauge", "Records not yet durable.", s->queue_journal},
        {"segment_ready", "gauge", "1 when the next ledger segment is ready.", s->segment_ready},
        {"disk_free_bytes", "gauge", "Free space of the data folder.", s->disk_free_bytes},
        {"disk_bytes", "gauge", "Size of its file system.", s->disk_bytes},
    };
    const struct metric checkpoint[] = {
        {"checkpoint_age_milliseconds", "gauge", "Since the last checkpoint ended.",
         s->checkpoint_age_ms},
        {"checkpoint_milliseconds", "gauge", "How long it took.", s->checkpoint_ms},
    };
    print_metrics(metrics, sizeof metrics / sizeof metrics[0], region);
    if (s->has_checkpoint_age_ms)
        print_metrics(checkpoint, sizeof checkpoint / sizeof checkpoint[0], region);
    print_histogram("sync_seconds", "Append and sync of one group.", 6, s->sync_us, region);
    print_histogram("group_records", "Records of one group.", 0, s->group, region);
}

static void print_process(const Copay__Admin__StatusReply *s, const char *region)
{
    const struct metric metrics[] = {
        {"connections", "gauge", "Open connections.", s->connections},
        {"handshakes", "gauge", "Connections shaking hands.", s->handshakes},
        {"handshakes_total", "counter", "Handshakes done.", s->shaken},
        {"handshakes_resumed_total", "counter", "Of these, with a ticket.", s->resumed},
        {"answers_total", "counter", "Replies, retries among them.", s->answered},
        {"answers_per_second", "gauge", "Replies per second lately.", s->answers_per_second},
        {"queue_gate", "gauge", "Messages not yet answered.", s->queue_gate},
        {"buffer_bytes", "gauge", "Frames coming in and replies not yet read.", s->buffer_bytes},
        {"message_bytes", "gauge", "Decoded messages not yet answered.", s->message_bytes},
        {"log_dropped_total", "counter", "Log lines dropped.", s->log_dropped},
        {"uptime_seconds", "gauge", "Since the start.", s->uptime_ms / 1000},
    };
    print_metrics(metrics, sizeof metrics / sizeof metrics[0], region);
    print_counters("retries_total", "counter", "reason", "Replies that say retry.", s->retries,
                   s->n_retries, region);
    print_counters("connections_closed_total", "counter", "reason", "Connections closed.",
                   s->closed, s->n_closed, region);
    print_counters("thread_stalled_milliseconds", "gauge", "thread",
                   "Threads that show no life, and since when.", s->stalled, s->n_stalled, region);
}

void status_print_metrics(const Copay__Admin__StatusReply *status, const char *region)
{
    print_region(status, region);
    print_process(status, region);
}
