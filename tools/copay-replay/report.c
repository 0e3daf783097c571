/* Reports. The JSON's keys are read by other programs: more may come, none is renamed. */
#include "report.h"

#include <inttypes.h>
#include <jansson.h>

#include "base/reason.h"

static double throughput(const struct run_result *r)
{
    return r->measured_us > 0 ? (double)r->measured * 1e6 / (double)r->measured_us : 0;
}

static double cpu_share(const struct run_result *r)
{
    return r->measured_us > 0 ? (double)r->cpu_us / (double)r->measured_us : 0;
}

void report_text(const struct run_plan *plan, const struct run_result *r, FILE *out)
{
    const struct histogram *h = &r->latency;
    if (r->interrupted)
        fputs("interrupted     what follows is of the time until then\n", out);
    if (plan->recorded)
        fprintf(out, "recording       %" PRIu32 " terminals x %" PRIu32 " in flight\n",
                plan->connections, plan->depth);
    else if (plan->rate)
        fprintf(out, "open loop       %" PRIu32 "/s on %" PRIu32 " connections\n", plan->rate,
                plan->connections);
    else
        fprintf(out, "closed loop     %" PRIu32 " connections x %" PRIu32 " in flight\n",
                plan->connections, plan->depth);
    fprintf(out, "throughput      %.0f/s over %.2f s\n", throughput(r),
            (double)r->measured_us / 1e6);
    fprintf(out,
            "latency         p50 %" PRIu64 "  p90 %" PRIu64 "  p99 %" PRIu64 "  p99.9 %" PRIu64
            "  max %" PRIu64 " us\n",
            histogram_quantile(h, 500000), histogram_quantile(h, 900000),
            histogram_quantile(h, 990000), histogram_quantile(h, 999000), h->max);
    fprintf(out,
            "messages        sent %" PRIu64 "  done %" PRIu64 "  refused %" PRIu64
            "  retry %" PRIu64 "  unknown %" PRIu64 "\n",
            r->sent, r->done, r->refused, r->retry, r->unknown);
    if (r->unsent)
        fprintf(out, "never sent      %" PRIu64 " were due and found no free slot\n", r->unsent);
    fprintf(out,
            "repeats         after retry %" PRIu64 "  resent in all %" PRIu64
            "  connections lost %" PRIu64 "  strays %" PRIu64 "\n",
            r->retried, r->resent, r->lost, r->strays);
    fprintf(out, "our own CPU     %.0f %% of one core, %.1f us a message\n", 100 * cpu_share(r),
            r->measured ? (double)r->cpu_us / (double)r->measured : 0);
    for (uint32_t i = 0; i < REASONS_MAX; i++)
        if (r->reasons[i])
            fprintf(out, "reason %4" PRIu32 "     %" PRIu64 "  %s\n", i, r->reasons[i],
                    reason_en((enum reason)i));
}

void report_audit(const struct audit_result *a, FILE *out)
{
    fprintf(out,
            "books           %" PRIu64 " messages: done %" PRIu64 "  refused %" PRIu64
            "  without an answer %" PRIu64 " (%" PRIu64 " of them there)\n"
            "                %" PRIu64 " repeated byte for byte; %" PRIu64 " tallies of %" PRIu64
            " channels followed\n",
            a->messages, a->done, a->refused, a->open, a->open_found, a->repeated, a->links,
            a->channels);
    if (a->differences)
        fprintf(out, "books DIFFER: %" PRIu64 " differences\n", a->differences);
    else
        fprintf(out, "books agree: %" PRIu64 " messages\n", a->messages);
}

static void put_latency(FILE *out, const char *name, const struct histogram *h)
{
    fprintf(out,
            "%-15s p50 %" PRIu64 "  p90 %" PRIu64 "  p99 %" PRIu64 "  p99.9 %" PRIu64
            "  max %" PRIu64 " us  of %" PRIu64 "\n",
            name, histogram_quantile(h, 500000), histogram_quantile(h, 900000),
            histogram_quantile(h, 990000), histogram_quantile(h, 999000), h->max, h->count);
}

void report_storm(enum storm_kind kind, const struct storm_result *s, FILE *out)
{
    static const char *const texts[] = {"", "terminals hung up and came back at once",
                                        "connections of one institution flooded",
                                        "terminals sent and never read"};
    fprintf(out, "storm           %" PRIu32 " %s\n", s->trouble, texts[kind]);
    put_latency(out, "others, calm", &s->calm.latency);
    put_latency(out, "others, storm", &s->storm.latency);
    if (kind == STORM_RECONNECT && s->served_us >= 0)
        fprintf(out, "all served      after %.3f s; %" PRIu64 " resumed their TLS session\n",
                (double)s->served_us / 1e6, s->resumed);
    fprintf(out,
            "the storm's own done %" PRIu64 "  retried %" PRIu64 "  closed by the daemon %" PRIu64
            "\n",
            s->trouble_done, s->trouble_retried, s->trouble_closed);
}

static json_t *latency_json(const struct histogram *h)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "count", (json_int_t)h->count, "p50",
                     (json_int_t)histogram_quantile(h, 500000), "p90",
                     (json_int_t)histogram_quantile(h, 900000), "p99",
                     (json_int_t)histogram_quantile(h, 990000), "p999",
                     (json_int_t)histogram_quantile(h, 999000), "max", (json_int_t)h->max);
}

static json_t *reasons_json(const struct run_result *r)
{
    json_t *json = json_object();
    for (uint32_t i = 0; i < REASONS_MAX; i++)
        if (r->reasons[i])
            json_object_set_new(json, reason_name((enum reason)i),
                                json_integer((json_int_t)r->reasons[i]));
    return json;
}

static json_t *kinds_json(const struct run_result *r)
{
    json_t *json = json_object();
    for (enum kind kind = 0; kind < KINDS; kind++)
        if (r->kinds[kind])
            json_object_set_new(json, kind_names[kind], json_integer((json_int_t)r->kinds[kind]));
    return json;
}

static void put(json_t *json, const char *key, uint64_t value)
{
    json_object_set_new(json, key, json_integer((json_int_t)value));
}

static json_t *audit_json(const struct audit_result *a)
{
    json_t *json = json_object();
    put(json, "messages", a->messages);
    put(json, "done", a->done);
    put(json, "refused", a->refused);
    put(json, "open", a->open);
    put(json, "open_found", a->open_found);
    put(json, "repeated", a->repeated);
    put(json, "channels", a->channels);
    put(json, "links", a->links);
    put(json, "differences", a->differences);
    return json;
}

static json_t *storm_json(const struct storm_result *s)
{
    json_t *json = json_object();
    json_object_set_new(json, "calm_latency_us", latency_json(&s->calm.latency));
    json_object_set_new(json, "storm_latency_us", latency_json(&s->storm.latency));
    put(json, "terminals", s->trouble);
    put(json, "done", s->trouble_done);
    put(json, "retried", s->trouble_retried);
    put(json, "closed", s->trouble_closed);
    put(json, "resumed", s->resumed);
    json_object_set_new(json, "served_us", json_integer((json_int_t)s->served_us));
    return json;
}

bool report_json(const struct run_plan *plan, const struct run_result *r,
                 const struct audit_result *audit, const struct storm_result *storm,
                 const char *path)
{
    json_t *json = json_object();
    if (audit)
        json_object_set_new(json, "books", audit_json(audit));
    if (storm)
        json_object_set_new(json, "storm", storm_json(storm));
    json_object_set_new(json, "throughput", json_real(throughput(r)));
    put(json, "sent", r->sent);
    put(json, "done", r->done);
    put(json, "refused", r->refused);
    put(json, "retry", r->retry);
    put(json, "unknown", r->unknown);
    put(json, "unsent", r->unsent);
    put(json, "lost", r->lost);
    put(json, "resent", r->resent);
    put(json, "retried", r->retried);
    put(json, "strays", r->strays);
    json_object_set_new(json, "seconds", json_real((double)r->measured_us / 1e6));
    put(json, "connections", plan->connections);
    put(json, "depth", plan->depth);
    put(json, "rate", plan->rate);
    put(json, "lines", plan->lines);
    json_object_set_new(json, "latency_us", latency_json(&r->latency));
    json_object_set_new(json, "client_cpu_share", json_real(cpu_share(r)));
    put(json, "handshake_us", (uint64_t)r->handshake_us);
    json_object_set_new(json, "interrupted", json_boolean(r->interrupted));
    json_object_set_new(json, "reasons", reasons_json(r));
    json_object_set_new(json, "kinds", kinds_json(r));
    bool written = json_dump_file(json, path, JSON_INDENT(2)) == 0;
    json_decref(json);
    if (!written)
        fprintf(stderr, "copay-replay: %s cannot be written\n", path);
    return written;
}
