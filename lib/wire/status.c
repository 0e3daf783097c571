/* struct status_figures -> StatusReply. Pure. */
#include "wire/build.h"

static Copay__Admin__Histogram *build_histogram(const struct status_histogram *in,
                                                struct pool *pool)
{
    Copay__Admin__Histogram *m = pool_take(pool, sizeof *m);
    if (!m)
        return NULL;
    copay__admin__histogram__init(m);
    m->sum = in->sum;
    m->max = in->max;
    m->n_buckets = STATUS_BUCKETS_MAX;
    while (m->n_buckets > 0 && in->buckets[m->n_buckets - 1] == 0)
        m->n_buckets--;
    m->buckets = (uint64_t *)in->buckets;
    return m;
}

/* Those at zero are left out. */
static size_t build_counters(const struct status_counters *in, struct pool *pool,
                             Copay__Admin__Counter ***list)
{
    size_t count = 0;
    Copay__Admin__Counter *out = pool_list(pool, in->count, sizeof *out, (void ***)list);
    for (uint32_t i = 0; out && i < in->count; i++) {
        if (in->list[i].value == 0)
            continue;
        copay__admin__counter__init(&out[count]);
        out[count].name = (char *)in->list[i].name;
        out[count++].value = in->list[i].value;
    }
    return count;
}

#define PUT(field) (out->has_##field = true, out->field = in->field)
void build_figures(const struct status_figures *in, struct pool *pool,
                   Copay__Admin__StatusReply *out)
{
    PUT(barrier_lag_ms);
    out->sync_us = build_histogram(&in->sync_us, pool);
    out->group = build_histogram(&in->group, pool);
    PUT(overlay_frozen_bytes);
    if (in->checkpoint_given) {
        PUT(checkpoint_age_ms);
        PUT(checkpoint_ms);
    }
    PUT(queue_settler);
    PUT(queue_journal);
    PUT(segment_ready);
    PUT(disk_free_bytes);
    PUT(disk_bytes);
    PUT(queue_gate);
    PUT(answers_per_second);
    out->n_retries = build_counters(&in->retries, pool, &out->retries);
    out->n_closed = build_counters(&in->closed, pool, &out->closed);
    PUT(handshakes);
    PUT(shaken);
    PUT(resumed);
    PUT(log_dropped);
    out->n_stalled = build_counters(&in->stalled, pool, &out->stalled);
    PUT(uptime_ms);
    PUT(buffer_bytes);
    PUT(message_bytes);
}
#undef PUT
