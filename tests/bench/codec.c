/* The codec alone: decode a request, encode its reply and the envelope around it, as the daemon
 * does for one ten-line settlement. Beside it, round by round, two floors over the same messages:
 * protobuf-c's own unpack and pack into an arena, without any check; and a copy and a SHA-256 of
 * the same bytes, which nothing that hashes what it answers can beat.
 *
 * The replies are real ones: adjudicated and filled by lib/settle. Times are of this thread's
 * processor. */
#include "wire/codec.h"
#include "adjudicate/adjudicate.h"
#include "base/hash.h"
#include "copay.pb-c.h"
#include "population.h"
#include "settle/bill.h"
#include "wire/pool.h"

#define ROUNDS_MAX 64
#define REPLIES 32 /* in turn, so that they are as warm as an answer just made */
#define ARENA_BYTES (4 << 20)

struct sample {
    struct patient patient;
    struct bill bill;
    struct adjudication in;
    struct result result;
    struct line_split splits[BILL_LINES];
    struct settlement settlement;
    struct arena *arena;
    struct settle_answer answer;
    struct turn turn;
    struct slice packed; /* the reply's body */
    Copay__Reply *reply; /* the same, unpacked */
};

struct work {
    struct population population;
    struct store *store;
    struct state *state;
    struct settle *settle;
    uint32_t count;
    struct slice *envelopes;
    struct sample *samples;
    struct arena *arena, *scratch;
    uint64_t bytes;
};

/* False: that bill is refused. */
static bool sample_fill(struct work *w, uint32_t number, struct sample *s)
{
    const struct population *p = &w->population;
    s->arena = arena_new(ARENA_BYTES);
    CHECK(s->arena);
    population_patient(p, number, &s->patient);
    population_bill(p, number, &s->patient, &s->bill);
    bench_must(turn_begin(&s->turn, w->settle, p->now_ms, s->arena, &s->answer), "turn");
    s->turn.request = &s->bill.request;
    s->turn.pack = p->pack;
    s->turn.policy = pack_digest(p->pack);
    s->in = (struct adjudication){.policy = p->policy,
                                  .catalogue = p->catalogue,
                                  .institution = s->bill.institution,
                                  .person = &s->patient.person,
                                  .accums = &s->patient.accums,
                                  .balance = s->patient.balance,
                                  .claim = &s->bill.request.claim,
                                  .setl_time = p->now_ms};
    s->result.lines = s->splits;
    bench_must(adjudicate(&s->in, s->arena, &s->result), "adjudicate");
    if (s->result.problems.count > 0) {
        arena_free(s->arena);
        return false;
    }
    bill_fill(&s->turn, &s->in, &s->result, &s->settlement);
    id_format_setl(p->policy->region, s->turn.today, 1000000 + number, s->settlement.setl_id);
    bench_must(bill_reply(&s->turn, &s->in, &s->result, &s->settlement, &s->patient.accums),
               "the reply");
    s->turn.reply->request = &s->bill.request;
    s->turn.reply->outcome = OUTCOME_DONE;
    s->turn.reply->problems = s->turn.problems;
    turn_refmsgid(s->turn.reply->inf_refmsgid, p->policy->region, p->now_ms, 1000000 + number);
    bench_must(wire_write_reply(s->turn.reply, s->arena, &s->packed), "encode");
    s->reply = copay__reply__unpack(NULL, s->packed.size, s->packed.data);
    CHECK(s->reply && s->reply->settlement && s->reply->settlement->n_lines == BILL_LINES);
    return true;
}

static void work_fill(struct work *w)
{
    const struct store_options memory = {0};
    bench_must(store_open(&memory, &w->store), "store");
    bench_must(state_new(w->store, &w->state), "state");
    const struct settle_options options = {.region = w->population.policy->region,
                                           .state = w->state};
    bench_must(settle_new(&options, &w->settle), "settle");
    w->envelopes = malloc(w->count * sizeof *w->envelopes);
    w->samples = calloc(REPLIES, sizeof *w->samples);
    w->arena = arena_new(ARENA_BYTES);
    w->scratch = arena_new(ARENA_BYTES);
    bench_need(w->envelopes && w->samples && w->arena && w->scratch, "malloc");
    for (uint32_t i = 0; i < w->count; i++) {
        struct patient patient;
        struct bill bill;
        population_patient(&w->population, i, &patient);
        population_bill(&w->population, i, &patient, &bill);
        w->envelopes[i] = population_envelope(&bill);
        w->bytes += w->envelopes[i].size;
    }
    uint32_t filled = 0;
    for (uint32_t number = 0; filled < REPLIES; number++)
        if (sample_fill(w, number, &w->samples[filled]))
            filled++;
}

static size_t encode(struct work *w, const struct sample *s)
{
    struct reply_envelope envelope = {.schema = SCHEMA_TERMINAL,
                                      .msgid = s->bill.msgid,
                                      .refmsg_time = w->population.now_ms,
                                      .respond_time = w->population.now_ms,
                                      .label_count = s->answer.label_count};
    struct slice frame;
    envelope.labels = s->answer.labels;
    bench_must(wire_write_reply(s->turn.reply, w->arena, &envelope.body), "encode");
    bench_must(wire_write_envelope(&envelope, w->arena, &frame), "envelope");
    return frame.size;
}

static size_t decode(struct work *w, struct slice envelope)
{
    static struct problems problems;
    struct request request;
    arena_reset(w->scratch);
    bench_must(wire_read_request(envelope, w->arena, w->scratch, &request, &problems), "decode");
    CHECK(request.claim.line_count == BILL_LINES);
    return request.body.size;
}

static void floor_unpack(struct work *w, struct slice bytes)
{
    ProtobufCMessage *envelope, *request;
    bench_must(pool_unpack(bytes, &copay__request_envelope__descriptor, w->arena, &envelope),
               "unpack");
    ProtobufCBinaryData body = ((Copay__RequestEnvelope *)(void *)envelope)->body;
    bench_must(pool_unpack((struct slice){.data = body.data, .size = body.len},
                           &copay__request__descriptor, w->arena, &request),
               "unpack");
}

static void floor_pack(struct work *w, const struct sample *s)
{
    Copay__ReplyEnvelope envelope = COPAY__REPLY_ENVELOPE__INIT;
    uint8_t *body, *frame;
    size_t size;
    bench_must(pool_pack(&s->reply->base, 0, w->arena, &body, &size), "pack");
    envelope.body = (ProtobufCBinaryData){.data = body, .len = size};
    envelope.msgid = (char *)s->bill.msgid;
    bench_must(pool_pack(&envelope.base, 6, w->arena, &frame, &size), "pack");
}

enum part { PART_DECODE, PART_ENCODE, PART_UNPACK, PART_PACK, PART_HASH, PARTS };

/* Seconds for all the messages once. */
static double run(struct work *w, enum part part)
{
    static uint8_t copy[1 << 20];
    volatile uint8_t sink = 0;
    double start = bench_cpu();
    for (uint32_t i = 0; i < w->count; i++) {
        struct slice envelope = w->envelopes[i];
        const struct sample *s = &w->samples[i % REPLIES];
        arena_reset(w->arena);
        if (part == PART_DECODE) {
            (void)decode(w, envelope);
        } else if (part == PART_ENCODE) {
            (void)encode(w, s);
        } else if (part == PART_UNPACK) {
            floor_unpack(w, envelope);
        } else if (part == PART_PACK) {
            floor_pack(w, s);
        } else {
            CHECK(envelope.size + s->packed.size <= sizeof copy);
            memcpy(copy, envelope.data, envelope.size);
            memcpy(copy + envelope.size, s->packed.data, s->packed.size);
            sink ^= hash_sha256(copy, envelope.size + s->packed.size).bytes[0];
        }
    }
    return bench_cpu() - start;
}

static void work_free(struct work *w)
{
    for (uint32_t i = 0; i < w->count; i++)
        free((void *)w->envelopes[i].data);
    for (uint32_t i = 0; i < REPLIES; i++) {
        copay__reply__free_unpacked(w->samples[i].reply, NULL);
        arena_free(w->samples[i].arena);
    }
    free(w->envelopes);
    free(w->samples);
    arena_free(w->arena);
    arena_free(w->scratch);
    settle_free(w->settle);
    state_free(w->state);
    store_close(w->store);
    population_close(&w->population);
    free(w);
}

int main(int argc, char **argv)
{
    struct bench_option options[] = {{"region", ""}, {"claims", "20000"}, {"rounds", "5"}};
    bench_options(argc, argv, options, 3);
    struct work *w = calloc(1, sizeof *w);
    bench_need(w != NULL, "malloc");
    w->count = (uint32_t)bench_number(&options[1]);
    uint64_t rounds = bench_number(&options[2]);
    CHECK(w->count > 0 && rounds > 0 && rounds <= ROUNDS_MAX);
    population_open(&w->population, options[0].text, true);
    work_fill(w);
    static double took[PARTS][ROUNDS_MAX];
    for (uint64_t round = 0; round < rounds; round++)
        for (enum part part = 0; part < PARTS; part++)
            took[part][round] = run(w, part);
    static const char *const names[PARTS] = {"decode", "encode", "unpack", "pack", "copy_hash"};
    arena_reset(w->arena);
    printf("{\"claims\": %u, \"request_bytes\": %llu, \"reply_bytes\": %zu", w->count,
           (unsigned long long)(w->bytes / w->count), encode(w, &w->samples[0]));
    for (enum part part = 0; part < PARTS; part++)
        printf(", \"%s_us\": %.3f", names[part],
               bench_percentile(took[part], rounds, 0.5) * 1e6 / w->count);
    printf("}\n");
    work_free(w);
    return 0;
}
