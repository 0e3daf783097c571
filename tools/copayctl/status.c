/* The status command, and its answer in words. */
#include "status.h"

#include <inttypes.h>
#include <stdio.h>

#define MIB (UINT64_C(1) << 20)

/* The least bound that `permille` of the values stay below, or the largest value if that is less.
 */
static uint64_t quantile(const Copay__Admin__Histogram *h, unsigned permille)
{
    uint64_t all = 0, seen = 0;
    for (size_t i = 0; i < h->n_buckets; i++)
        all += h->buckets[i];
    for (size_t i = 0; i < h->n_buckets; i++) {
        seen += h->buckets[i];
        uint64_t bound = UINT64_C(2) << i;
        if (seen * 1000 >= all * permille)
            return bound < h->max ? bound : h->max;
    }
    return h->max;
}

static void print_histogram(const char *label, const Copay__Admin__Histogram *h, const char *unit)
{
    uint64_t count = 0;
    for (size_t i = 0; i < h->n_buckets; i++)
        count += h->buckets[i];
    printf("%s %" PRIu64 ", p50 ≤ %" PRIu64 "%s, p99 ≤ %" PRIu64 "%s, max %" PRIu64 "%s\n", label,
           count, quantile(h, 500), unit, quantile(h, 990), unit, h->max, unit);
}

static void print_counters(const char *label, Copay__Admin__Counter *const list[], size_t count)
{
    if (count == 0)
        return;
    printf("%s", label);
    for (size_t i = 0; i < count; i++)
        printf("%s %s %" PRIu64, i ? "," : "", list[i]->name, list[i]->value);
    printf("\n");
}

static void print_durability(const Copay__Admin__StatusReply *s)
{
    printf("落盘 being written for %" PRIu64 " ms; waiting: %" PRIu64 " records\n",
           s->barrier_lag_ms, s->queue_journal);
    if (s->sync_us)
        print_histogram("同步 groups synced", s->sync_us, " µs");
    if (s->group)
        print_histogram("分组 records in a group: groups", s->group, "");
    if (s->has_checkpoint_age_ms)
        printf("检查点 checkpoint %" PRIu64 " s ago, took %" PRIu64 " ms\n",
               s->checkpoint_age_ms / 1000, s->checkpoint_ms);
    printf("下一账本段 next segment %s; 磁盘 disk %" PRIu64 " of %" PRIu64 " MiB free\n",
           s->segment_ready ? "就绪 ready" : "未就绪 not ready", s->disk_free_bytes / MIB,
           s->disk_bytes / MIB);
}

static void print_gate(const Copay__Admin__StatusReply *s)
{
    printf("队列 queues: unanswered %" PRIu64 ", at the settler %" PRIu64
           "; answers per second %" PRIu64 "\n",
           s->queue_gate, s->queue_settler, s->answers_per_second);
    print_counters("请重发的原因 retries by reason:", s->retries, s->n_retries);
    printf("握手 handshakes now %u, done %" PRIu64 ", resumed %" PRIu64 "\n", s->handshakes,
           s->shaken, s->resumed);
    print_counters("断开的原因 connections closed by reason:", s->closed, s->n_closed);
    printf("缓冲 buffers %" PRIu64 " bytes, messages %" PRIu64 " bytes\n", s->buffer_bytes,
           s->message_bytes);
    printf("运行 up %" PRIu64 " s, 日志丢失 log lines dropped %" PRIu64 "\n", s->uptime_ms / 1000,
           s->log_dropped);
    print_counters("线程停滞 THREADS STALLED, ms:", s->stalled, s->n_stalled);
}

void status_print(const Copay__Admin__StatusReply *s)
{
    printf("版本 version %s\n", s->version);
    printf("记录 records applied %" PRIu64 ", durable %" PRIu64 ", in LMDB %" PRIu64
           ", epoch %" PRIu64 "\n",
           s->sequence, s->durable_sequence, s->checkpoint_sequence, s->epoch);
    printf("政策包 policy %s\n", s->policy ? s->policy : "无 none");
    if (s->policy_objections)
        printf(
            "本版本对它有 %u 处异议，仍然有效；见日志 pack_objection / this release objects to %u "
            "places of it; it stays in force, and the log names them (pack_objection)\n",
            s->policy_objections, s->policy_objections);
    printf("内存 overlay %" PRIu64 " bytes (active %" PRIu64 ", frozen %" PRIu64 "), LMDB %" PRIu64
           " of %" PRIu64 " bytes\n",
           s->overlay_bytes, s->overlay_bytes - s->overlay_frozen_bytes, s->overlay_frozen_bytes,
           s->map_used_bytes, s->map_bytes);
    if (s->key)
        printf("签名 signed to %" PRIu64 ", key %s\n", s->signed_sequence, s->key);
    printf("时钟 clock %s\n",
           s->clock_suspect ? "待确认：暂停结算 suspect, settling waits" : "正常 fine");
    printf("连接 connections %u, 已答 answered %" PRIu64 ", 请重发 told to retry %" PRIu64 "\n",
           s->connections, s->answered, s->retried);
    print_durability(s);
    print_gate(s);
}

enum ctl_exit status_show(struct ctl *ctl, bool metrics)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__Status body = COPAY__ADMIN__STATUS__INIT;
    Copay__Admin__CommandReply *reply;
    char msgid[ID_MSGID + 1];
    command.status = &body;
    ctl_msgid('s', NULL, 0, msgid);
    enum ctl_exit status = ctl_ask(ctl, msgid, &command, &reply);
    if (status == CTL_DONE && reply->status) {
        if (metrics)
            status_print_metrics(reply->status, ctl->region);
        else
            status_print(reply->status);
    }
    ctl_free(reply);
    return status;
}
