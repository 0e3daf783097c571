/* The player: each message is due at its recorded offset over the speed, waits for a free slot of
 * its terminal, and its latency counts from when it was due; flat out, a terminal sends whenever a
 * slot is free and latency counts from then. One thread. */
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "book.h"
#include "crew.h"
#include "interrupt.h"
#include "recording.h"

#define STALL_LIMIT_US INT64_C(30000000)
#define STAMP (ID_MSGID - ID_FIXMEDINS)

/* A terminal of the recording: a list of its messages, in order. */
struct part {
    struct lane lane;
    SSL_CTX *context;
    char dev_no[24];      /* as recorded */
    uint32_t first, next; /* of `chain`; UINT32_MAX: none */
};

struct play {
    const struct play_plan *plan;
    struct run_plan *run;
    struct run_result *result;
    struct tape tape;
    uint32_t *chain; /* the next message of the same terminal */
    struct part *parts;
    uint32_t part_count;
    struct event_base *base;
    struct event timer;
    struct interrupt interrupt;
    struct address address;
    struct lane_counts counts;
    char region[ID_ADMDVS + 1], port_file[1100];
    int64_t begun_us, heard_us, shift_ms;
    uint64_t left;
    uint8_t *frame; /* scratch for restamping */
};

/* Moves a stamp of 14 digits by the shift, in place. */
static void move_stamp(const struct play *play, uint8_t *digits)
{
    char compact[DATE_TEXT];
    int64_t time_ms;
    memcpy(compact, digits, 14);
    compact[14] = '\0';
    if (date_parse_compact(compact, &time_ms) != ERR_OK)
        return;
    date_format_compact(time_ms + play->shift_ms, compact);
    memcpy(digits, compact, 14);
}

static void replace_all(uint8_t *bytes, size_t size, const char *old, const char *new)
{
    size_t length = strlen(old);
    uint8_t *end = bytes + size;
    for (uint8_t *at = bytes; (at = memmem(at, (size_t)(end - at), old, length)); at += length)
        memcpy(at, new, length);
}

static void move_behind(const struct play *play, uint8_t *bytes, size_t size, const char *prefix,
                        size_t length)
{
    uint8_t *end = bytes + size;
    for (uint8_t *at = bytes; (at = memmem(at, (size_t)(end - at), prefix, length));) {
        at += length;
        if ((size_t)(end - at) >= STAMP)
            move_stamp(play, at);
    }
}

/* Every msgid of the institution, its own and those it asks about, and every ticket of ours, which
 * is numbered like the msgid that opened the visit. */
static void restamp(const struct play *play, uint8_t *bytes, size_t size, const char *msgid)
{
    move_behind(play, bytes, size, msgid, ID_FIXMEDINS);
    move_behind(play, bytes, size, TICKET_PREFIX, sizeof TICKET_PREFIX - 1);
}

/* Takes the message's frame apart and sends its body in an envelope of today. */
static void send_message(struct play *play, struct part *part, int64_t due_us)
{
    const struct recorded *m = &play->tape.messages[part->next];
    struct slot *slot = lane_take(&part->lane);
    struct frame_parts parts;
    char msgid[ID_MSGID + 1];
    memcpy(play->frame, m->frame.data, m->frame.size);
    memcpy(msgid, m->msgid, sizeof msgid);
    if (play->plan->restamp) {
        replace_all(play->frame, m->frame.size, part->dev_no, part->lane.terminal.dev_no);
        restamp(play, play->frame, m->frame.size, m->msgid);
        move_stamp(play, (uint8_t *)msgid + ID_FIXMEDINS);
    }
    CHECK(message_parts((struct slice){play->frame, m->frame.size}, &parts));
    message_body(&slot->message, &part->lane.terminal, parts.infno, msgid, parts.body,
                 clock_wall_ms());
    part->next = play->chain[part->next];
    lane_send(slot, due_us);
}

static int64_t due_at(const struct play *play, uint32_t message)
{
    int64_t offset = play->tape.messages[message].offset_us;
    return play->begun_us + offset * 100 / (int64_t)play->plan->speed;
}

static void pump(struct play *play, struct part *part)
{
    int64_t now = clock_mono_us();
    while (play->begun_us && part->lane.connection.phase == CONNECTION_OPEN &&
           part->lane.in_flight < part->lane.depth && part->next != UINT32_MAX) {
        int64_t due = play->plan->speed ? due_at(play, part->next) : now;
        if (due > now)
            break;
        send_message(play, part, due);
    }
}

static void on_timer(evutil_socket_t fd, short what, void *user)
{
    struct play *play = user;
    (void)fd;
    (void)what;
    bool open = true, waits = false;
    for (uint32_t i = 0; i < play->part_count; i++)
        open = open && play->parts[i].lane.connection.opened_count > 0;
    if (open && play->begun_us == 0)
        play->begun_us = play->heard_us = clock_mono_us();
    for (uint32_t i = 0; i < play->part_count; i++) {
        pump(play, &play->parts[i]);
        connection_flush(&play->parts[i].lane.connection);
        waits = waits || play->parts[i].lane.in_flight > 0;
    }
    /* A recording may be silent for longer; a daemon that was asked may not. */
    if (clock_mono_us() - play->heard_us > STALL_LIMIT_US && (waits || !open)) {
        fprintf(stderr, "copay-replay: no answer for %d s: %s\n", (int)(STALL_LIMIT_US / 1000000),
                play->parts[0].lane.connection.trouble);
        event_base_loopbreak(play->base);
    }
}

static void on_idle(struct lane *lane)
{
    pump(lane->user, (struct part *)lane);
}

static void on_answered(struct lane *lane, struct slot *slot, const struct answer *answer)
{
    struct play *play = lane->user;
    struct run_result *r = play->result;
    play->heard_us = clock_mono_us();
    run_count(r, slot, answer);
    r->measured++;
    histogram_add(&r->latency, play->heard_us - slot->begun_us);
    if (play->run->book)
        book_note(play->run->book, slot, answer);
    if (--play->left == 0)
        event_base_loopbreak(play->base);
}

static void on_lost(struct lane *lane)
{
    struct play *play = lane->user;
    play->result->lost++;
}

static void on_interrupt(evutil_socket_t fd, short what, void *user)
{
    struct play *play = user;
    (void)fd;
    (void)what;
    play->result->interrupted = true;
    event_base_loopbreak(play->base);
}

static bool start_part(struct play *play, uint32_t i)
{
    static const struct lane_owner owner = {on_idle, on_answered, on_lost};
    struct part *part = &play->parts[i];
    struct lane *lane = &part->lane;
    struct terminal *t = &lane->terminal;
    const struct recorded *m = &play->tape.messages[part->first];
    memcpy(t->fixmedins_code, m->fixmedins_code, sizeof t->fixmedins_code);
    memcpy(t->region, play->region, sizeof t->region);
    struct frame_parts parts;
    CHECK(message_parts(m->frame, &parts));
    memcpy(part->dev_no, parts.dev_no, sizeof part->dev_no);
    crew_dev_no(i, t->dev_no);
    /* A channel of its own: its running tallies begin at nothing. Only one of the same length can
     * stand in the recorded one's place. */
    if (!play->plan->restamp || strlen(t->dev_no) != strlen(part->dev_no))
        memcpy(t->dev_no, parts.dev_no, sizeof t->dev_no);
    part->context = connection_context(play->run->dir, m->fixmedins_code);
    lane->connection = (struct connection){.base = play->base,
                                           .context = part->context,
                                           .address = &play->address,
                                           .server_name = "localhost",
                                           .fresh = play->run->fresh};
    lane->owner = &owner;
    lane->counts = &play->counts;
    lane->honour = true;
    lane->depth = play->run->depth;
    lane->index = i;
    lane->user = play;
    if (part->context)
        lane_start(lane);
    return part->context;
}

/* Sorts the messages to their terminals. */
static bool deal(struct play *play)
{
    uint32_t last[CONNECTIONS_MAX], part_of[CONNECTIONS_MAX];
    size_t largest = 0;
    play->chain = calloc(play->tape.count, sizeof *play->chain);
    play->parts = calloc(CONNECTIONS_MAX, sizeof *play->parts);
    if (!play->chain || !play->parts)
        return false;
    memset(part_of, 0xff, sizeof part_of);
    for (uint32_t i = 0; i < play->tape.count; i++) {
        const struct recorded *m = &play->tape.messages[i];
        uint32_t *number = &part_of[m->lane];
        play->chain[i] = UINT32_MAX;
        if (*number == UINT32_MAX) {
            *number = play->part_count++;
            play->parts[*number].first = play->parts[*number].next = i;
        } else {
            play->chain[last[*number]] = i;
        }
        last[*number] = i;
        largest = m->frame.size > largest ? m->frame.size : largest;
    }
    play->frame = malloc(largest);
    play->run->connections = play->part_count;
    play->run->recorded = true;
    return play->frame;
}

/* From the recording's earliest second to one whose ids, and those behind it, are free. */
static bool find_shift(struct play *play)
{
    int64_t earliest = INT64_MAX, latest = 0, time_ms, first;
    for (size_t i = 0; i < play->tape.count; i++) {
        CHECK(id_parse_msgid(play->tape.messages[i].msgid, &time_ms) == ERR_OK);
        earliest = time_ms < earliest ? time_ms : earliest;
        latest = time_ms > latest ? time_ms : latest;
    }
    if (!msgids_reserve(play->run->dir, (latest - earliest) / 1000 + 1, &first))
        return false;
    play->shift_ms = first * 1000 - earliest;
    return true;
}

static bool begin(struct play *play)
{
    const struct run_plan *run = play->run;
    if (!tape_read(&play->tape, play->plan->path) || !deal(play))
        return false;
    if (play->plan->restamp && !find_shift(play))
        return false;
    play->left = play->tape.count;
    struct world *world = world_open(run->dir);
    if (!world)
        return false;
    memcpy(play->region, world->code, sizeof play->region);
    world_close(world);
    snprintf(play->port_file, sizeof play->port_file, "%s/port", run->dir);
    play->base = crew_event_base();
    if (!play->base || !address_find(run->host ? run->host : "localhost", run->port,
                                     run->host ? NULL : play->port_file, &play->address))
        return false;
    struct timeval often = {.tv_usec = 1000};
    event_assign(&play->timer, play->base, -1, EV_PERSIST, on_timer, play);
    event_add(&play->timer, &often);
    interrupt_begin(&play->interrupt, play->base, on_interrupt, play);
    play->heard_us = clock_mono_us();
    for (uint32_t i = 0; i < play->part_count; i++)
        if (!start_part(play, i))
            return false;
    return true;
}

static void end(struct play *play)
{
    for (uint32_t i = 0; i < play->part_count; i++) {
        if (play->parts[i].lane.slots)
            lane_end(&play->parts[i].lane);
        SSL_CTX_free(play->parts[i].context);
    }
    if (play->base) {
        event_del(&play->timer);
        interrupt_end(&play->interrupt);
        event_base_free(play->base);
    }
    free(play->frame);
    free(play->parts);
    free(play->chain);
    tape_free(&play->tape);
}

bool play_run(const struct play_plan *plan, struct run_plan *run, struct run_result *result)
{
    struct play play = {.plan = plan, .run = run, .result = result};
    *result = (struct run_result){0};
    bool started = begin(&play);
    if (started) {
        int64_t cpu = run_cpu_us();
        event_base_dispatch(play.base);
        result->measured_us = play.begun_us ? clock_mono_us() - play.begun_us : 0;
        result->cpu_us = run_cpu_us() - cpu;
        result->unknown = play.left;
        result->sent = play.counts.sent;
        result->resent = play.counts.resent;
        result->retried = play.counts.retried;
        result->strays = play.counts.strays;
    }
    end(&play);
    return started && (play.begun_us || result->interrupted);
}
