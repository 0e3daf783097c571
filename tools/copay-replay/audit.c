/* The audit: one terminal for each institution of the book, its entries in order. One thread. */
#include "audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/reason.h"
#include "crew.h"

#define DEPTH 32
#define STALL_LIMIT_US INT64_C(30000000) /* without any answer */
#define DIFFERENCES_SHOWN 100

struct audit {
    struct book *book;
    struct audit_result *result;
    struct event_base *base;
    struct event tick;
    struct address address;
    char region[ID_ADMDVS + 1];
    struct book_entry **order; /* by institution */
    uint32_t lane_count;
    struct audit_lane *lanes;
    struct lane_counts counts;
    uint64_t left;
    int64_t heard_us;
    bool stalled;
};

struct audit_lane {
    struct lane lane;
    struct msgids msgids;
    SSL_CTX *context;
    size_t next, end; /* of order */
};

/* slot->user */
struct question {
    struct book_entry *entry;
    bool repeats; /* the message itself, not a query for it */
};

void audit_differ(struct audit_result *result, const struct book_entry *entry, const char *what)
{
    if (result->differences++ < DIFFERENCES_SHOWN)
        printf("%s %s: %s\n", entry->msgid, entry->infno, what);
}

/* The stored reply against what the book says of it. */
static void compare(struct audit *audit, const struct book_entry *e, struct slice reply)
{
    struct answer a = {0};
    struct hash hash = hash_sha256(reply.data, reply.size);
    if (!answer_read_body(reply, &a))
        audit_differ(audit->result, e, "the stored reply cannot be read");
    else if (!hash_equal(&hash, &e->reply))
        audit_differ(audit->result, e, "the stored reply is not the one that was answered");
    else if (a.outcome != e->outcome || a.reason != e->reason)
        audit_differ(audit->result, e, "the outcome differs");
    else if (a.setl_id.size != strlen(e->setl_id) ||
             (a.setl_id.size && memcmp(a.setl_id.data, e->setl_id, a.setl_id.size) != 0))
        audit_differ(audit->result, e, "the setl_id differs");
    else if (a.medfee_sumamt != e->medfee_sumamt || a.fund_pay_sumamt != e->fund_pay_sumamt ||
             a.acct_pay != e->acct_pay || a.psn_cash_pay != e->psn_cash_pay)
        audit_differ(audit->result, e, "a figure differs");
}

static void ask(struct audit *audit, struct audit_lane *al, struct slot *slot)
{
    struct question *q = slot->user;
    char msgid[ID_MSGID + 1];
    (void)audit;
    if (q->repeats) {
        message_body(&slot->message, &al->lane.terminal, q->entry->infno, q->entry->msgid,
                     (struct slice){q->entry->body, q->entry->body_size}, clock_wall_ms());
    } else {
        CHECK(msgids_next(&al->msgids, msgid));
        message_query(&slot->message, &al->lane.terminal, msgid, q->entry->msgid, clock_wall_ms());
    }
    lane_send(slot, clock_mono_us());
}

static bool kept(const struct book_entry *e)
{
    return e->outcome == COPAY__OUTCOME__OUTCOME_DONE ||
           reason_class((enum reason)e->reason) != REASON_CLASS_MESSAGE;
}

/* What a query brought. True: the message itself is repeated next. */
static bool hear_query(struct audit *audit, const struct book_entry *e, const struct answer *a)
{
    bool found = a->outcome == COPAY__OUTCOME__OUTCOME_DONE;
    if (e->outcome == 0) {
        audit->result->open_found += found;
        return false;
    }
    if (found != kept(e)) {
        audit_differ(audit->result, e,
                     found ? "it is there and should not be" : "it was answered and is not there");
        return false;
    }
    if (found)
        compare(audit, e, a->found_reply);
    return found && e->body_size > 0;
}

static void hear_repeat(struct audit *audit, const struct book_entry *e, const struct answer *a)
{
    struct hash hash = hash_sha256(a->body.data, a->body.size);
    audit->result->repeated++;
    if (!hash_equal(&hash, &e->reply))
        audit_differ(audit->result, e, "the same message again was answered otherwise");
}

static void on_idle(struct lane *lane)
{
    struct audit_lane *al = (struct audit_lane *)lane;
    struct audit *audit = lane->user;
    while (lane->connection.phase == CONNECTION_OPEN && lane->in_flight < lane->depth &&
           al->next < al->end) {
        struct slot *slot = lane_take(lane);
        if (!slot->user)
            slot->user = calloc(1, sizeof(struct question));
        CHECK(slot->user);
        *(struct question *)slot->user = (struct question){audit->order[al->next++], false};
        ask(audit, al, slot);
    }
}

static void on_answered(struct lane *lane, struct slot *slot, const struct answer *answer)
{
    struct audit *audit = lane->user;
    struct question *q = slot->user;
    audit->heard_us = clock_mono_us();
    if (q->repeats) {
        hear_repeat(audit, q->entry, answer);
    } else if (hear_query(audit, q->entry, answer)) {
        q->repeats = true;
        ask(audit, (struct audit_lane *)lane, slot);
        return;
    }
    if (--audit->left == 0)
        event_base_loopbreak(audit->base);
}

static void on_lost(struct lane *lane)
{
    (void)lane;
}

static void on_tick(evutil_socket_t fd, short what, void *user)
{
    struct audit *audit = user;
    (void)fd;
    (void)what;
    if (clock_mono_us() - audit->heard_us < STALL_LIMIT_US)
        return;
    audit->stalled = true;
    event_base_loopbreak(audit->base);
}

static int by_institution(const void *a, const void *b)
{
    return memcmp((*(struct book_entry *const *)a)->msgid, (*(struct book_entry *const *)b)->msgid,
                  ID_MSGID);
}

static bool start_lane(struct audit *audit, const struct run_plan *plan, size_t first, size_t end)
{
    static const struct lane_owner owner = {on_idle, on_answered, on_lost};
    struct audit_lane *al = &audit->lanes[audit->lane_count++];
    struct lane *lane = &al->lane;
    struct terminal *t = &lane->terminal;
    memcpy(t->fixmedins_code, audit->order[first]->msgid, ID_FIXMEDINS);
    memcpy(t->region, audit->region, sizeof t->region);
    snprintf(t->opter, sizeof t->opter, "99001");
    snprintf(t->dev_no, sizeof t->dev_no, "AUDIT");
    msgids_begin(&al->msgids, plan->dir, t->fixmedins_code);
    al->context = connection_context(plan->dir, t->fixmedins_code);
    al->next = first;
    al->end = end;
    lane->connection = (struct connection){.base = audit->base,
                                           .context = al->context,
                                           .address = &audit->address,
                                           .server_name = "localhost"};
    lane->msgids = &al->msgids;
    lane->owner = &owner;
    lane->counts = &audit->counts;
    lane->honour = true;
    lane->depth = DEPTH;
    lane->user = audit;
    if (al->context)
        lane_start(lane);
    return al->context;
}

static bool start_all(struct audit *audit, const struct run_plan *plan)
{
    size_t n = audit->book->count, institutions = 0;
    audit->order = calloc(n + 1, sizeof *audit->order);
    CHECK(audit->order);
    for (size_t i = 0; i < n; i++)
        audit->order[i] = &audit->book->entries[i];
    qsort(audit->order, n, sizeof *audit->order, by_institution);
    for (size_t i = 0; i < n; i++)
        institutions +=
            i == 0 || memcmp(audit->order[i - 1]->msgid, audit->order[i]->msgid, ID_FIXMEDINS) != 0;
    audit->lanes = calloc(institutions + 1, sizeof *audit->lanes);
    CHECK(audit->lanes);
    for (size_t i = 0, first = 0; i < n; i++)
        if (i + 1 == n ||
            memcmp(audit->order[i]->msgid, audit->order[i + 1]->msgid, ID_FIXMEDINS) != 0) {
            if (!start_lane(audit, plan, first, i + 1))
                return false;
            first = i + 1;
        }
    return true;
}

static void count_entries(struct audit *audit)
{
    struct audit_result *r = audit->result;
    for (size_t i = 0; i < audit->book->count; i++) {
        const struct book_entry *e = &audit->book->entries[i];
        r->messages++;
        r->done += e->outcome == COPAY__OUTCOME__OUTCOME_DONE;
        r->refused += e->outcome == COPAY__OUTCOME__OUTCOME_REFUSED;
        r->open += e->outcome == 0;
    }
}

static bool ask_all(struct audit *audit, const struct run_plan *plan)
{
    struct timeval often = {.tv_sec = 1};
    audit->left = audit->book->count;
    audit->heard_us = clock_mono_us();
    event_assign(&audit->tick, audit->base, -1, EV_PERSIST, on_tick, audit);
    event_add(&audit->tick, &often);
    bool started = start_all(audit, plan);
    if (started && audit->left > 0)
        event_base_dispatch(audit->base);
    event_del(&audit->tick);
    for (uint32_t i = 0; i < audit->lane_count; i++) {
        if (audit->lanes[i].context)
            lane_end(&audit->lanes[i].lane);
        SSL_CTX_free(audit->lanes[i].context);
    }
    if (audit->stalled)
        fprintf(stderr, "copay-replay: the daemon stopped answering; %" PRIu64 " not compared\n",
                audit->left);
    return started && !audit->stalled;
}

bool audit_book(const struct run_plan *plan, struct book *book, struct audit_result *result)
{
    struct audit audit = {.book = book, .result = result};
    char port_file[1100];
    struct world *world = world_open(plan->dir);
    *result = (struct audit_result){0};
    snprintf(port_file, sizeof port_file, "%s/port", plan->dir);
    if (!world)
        return false;
    memcpy(audit.region, world->code, sizeof audit.region);
    world_close(world);
    audit.base = crew_event_base();
    if (!audit.base || !address_find(plan->host ? plan->host : "localhost", plan->port,
                                     plan->host ? NULL : port_file, &audit.address))
        return false;
    count_entries(&audit);
    bool asked = ask_all(&audit, plan);
    if (asked)
        audit_tallies(book, result);
    free(audit.lanes);
    free(audit.order);
    event_base_free(audit.base);
    return asked;
}
