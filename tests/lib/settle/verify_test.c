/* lib/settle/verify: an honest ledger shows nothing; each kind of tampering shows itself, once. */
#include "settle/verify.h"

#include "province.h"
#include "state/keys.h"
#include "ward.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}, {DRUG_B, 3000}}};
static const struct bill stay = {.infno = "2304",
                                 .med_type = "21",
                                 .fixmedins = HOSPITAL,
                                 .psn_no = POOR,
                                 .lines = {{DRUG_A, 900000}}};
static const struct bill shopping = {.infno = "2102",
                                     .fixmedins = PHARMACY,
                                     .med_type = "41",
                                     .psn_no = EMPLOYEE,
                                     .account = true,
                                     .lines = {{DRUG_A, 1500}}};

/* Settlements, refusals, voids with and without later ones, a change of pack. */
static void live(struct world *w)
{
    struct bill wrong = visit;
    Copay__Admin__Command command;
    Copay__Admin__ClockConfirm confirm = COPAY__ADMIN__CLOCK_CONFIRM__INIT;
    Copay__Admin__PersonLook look = COPAY__ADMIN__PERSON_LOOK__INIT;
    char *first = world_settled(w, &visit);
    wrong.psn_no = "P999";
    w->now_ms += 1000;
    world_bill(w, &wrong);
    char *bought = world_settled(w, &shopping);
    char *stayed = world_settled(w, &stay);
    free(world_settled(w, &stay));
    free(world_settled(w, &visit));
    world_void(w, "2305", HOSPITAL, POOR, stayed);
    assert_int_equal(w->answer.reason, REASON_VOID_LATER);
    w->now_ms += DAY_MS;
    world_activate(w, "0.50");
    world_void(w, "2208", TOWNSHIP, RESIDENT, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(world_settled(w, &visit));
    world_void(w, "2103", PHARMACY, EMPLOYEE, bought);
    world_command_init(w, &command);
    command.clock_confirm = &confirm;
    world_command(w, &command);
    world_command_init(w, &command);
    look.psn_no = RESIDENT;
    command.person_look = &look;
    world_command(w, &command);
    free(first);
    free(bought);
    free(stayed);
}

static struct verify *opened(struct world *w, const uint8_t *salt_key)
{
    struct verify *verify;
    const struct verify_options options = {
        .region = REGION, .salt_key = salt_key, .fetch = world_fetch, .context = w};
    OK(verify_new(&options, &verify));
    return verify;
}

static const uint8_t salt_key[HASH_SIZE] = {7};

static void feed(struct verify *verify, const struct world *w)
{
    for (uint32_t i = 0; i < w->record_count; i++)
        OK(verify_record(verify, i + 1, (struct slice){w->records[i].bytes, w->records[i].size}));
}

static struct verify *fed(struct world *w)
{
    struct verify *verify = opened(w, salt_key);
    feed(verify, w);
    return verify;
}

/* What differs is printed before it fails. */
static const struct verify_report *report_without_differences(const struct verify *verify)
{
    const struct verify_report *report = verify_report(verify);
    for (uint32_t i = 0; i < report->listed; i++)
        print_error("%llu: %s\n", (unsigned long long)report->list[i].sequence,
                    report->list[i].what);
    assert_int_equal(report->difference_count, 0);
    return report;
}

/* What verify made of the ledger is what stands. */
static void assert_same_state(struct world *w, struct verify *verify)
{
    struct hash live, made;
    OK(store_digest(w->store, &live));
    OK(verify_digest(verify, &made));
    assert_memory_equal(live.bytes, made.bytes, HASH_SIZE);
}

static void an_honest_ledger_shows_nothing(void **state)
{
    struct world *w = *state;
    live(w);
    struct verify *verify = fed(w);
    const struct verify_report *report = report_without_differences(verify);
    assert_int_equal(report->records, w->record_count);
    assert_int_equal(report->settlements, 6);
    assert_int_equal(report->voids, 2);
    assert_int_equal(report->refusals, 2);
    assert_int_equal(report->commands, 1 + 5 + 5 + 2);
    assert_int_equal(report->engine_count, 0);
    assert_same_state(w, verify);
    verify_free(verify);
    /* Without the key the salts are left alone. */
    verify = opened(w, NULL);
    feed(verify, w);
    assert_int_equal(verify_report(verify)->difference_count, 0);
    verify_free(verify);
}

static void encounters_verify(void **state)
{
    struct world *w = *state;
    ward_live(w);
    struct verify *verify = fed(w);
    const struct verify_report *report = report_without_differences(verify);
    assert_int_equal(report->settlements, 3);
    assert_int_equal(report->voids, 3);
    assert_int_equal(report->refusals, 2);
    assert_same_state(w, verify);
    verify_free(verify);
}

/* A settlement voided beneath one that does not rest on it, one that must stand, one reversed
 * twice, one refused, one that came after its tombstone. */
static void live_with_reversals(struct world *w)
{
    char omsgid[ID_MSGID + 1];
    struct bill bill = visit;
    free(world_settled(w, &visit));
    snprintf(omsgid, sizeof omsgid, "%s", w->reply->msgid);
    free(world_settled(w, &visit));
    world_activate(w, "0.50");
    for (int i = 0; i < 2; i++) {
        world_reverse(w, TOWNSHIP, RESIDENT, "2207", omsgid);
        assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    }
    free(world_settled(w, &stay));
    snprintf(omsgid, sizeof omsgid, "%s", w->reply->msgid);
    free(world_settled(w, &stay));
    world_activate(w, "0.60");
    world_reverse(w, HOSPITAL, POOR, "2304", omsgid);
    assert_int_equal(w->answer.reason, REASON_VOID_LATER);
    bill.psn_no = "P999";
    world_bill(w, &bill);
    snprintf(omsgid, sizeof omsgid, "%s", w->reply->msgid);
    world_reverse(w, TOWNSHIP, "P999", "2207", omsgid);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    snprintf(omsgid, sizeof omsgid, "%s", world_msgid(w, TOWNSHIP));
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", omsgid);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    bill = visit;
    bill.msgid = omsgid;
    world_bill(w, &bill);
    assert_int_equal(w->answer.reason, REASON_REVERSED);
}

static void reversals_are_made_again(void **state)
{
    struct world *w = *state;
    live_with_reversals(w);
    struct verify *verify = fed(w);
    const struct verify_report *report = report_without_differences(verify);
    assert_int_equal(report->settlements, 4);
    assert_int_equal(report->voids, 1);
    assert_int_equal(report->reversals, 3);
    assert_int_equal(report->refusals, 3);
    assert_same_state(w, verify);
    verify_free(verify);
}

/* Writes the record again as it was changed. */
static void rewrite(struct world *w, uint32_t index, const struct record *record)
{
    size_t size = record_size(record);
    uint8_t *bytes = malloc(size);
    struct writer writer = writer_on(bytes, size);
    record_write(&writer, record);
    assert_false(writer.failed);
    free(w->records[index].bytes);
    w->records[index].bytes = bytes;
    w->records[index].size = size;
}

static uint32_t last_of(struct world *w, enum record_kind kind, struct record *record)
{
    for (uint32_t i = w->record_count; i-- > 0;) {
        OK(record_read((struct slice){w->records[i].bytes, w->records[i].size}, record));
        if (record->kind == kind)
            return i;
    }
    fail();
    return 0;
}

static struct verify_difference the_difference(struct world *w)
{
    struct verify *verify = fed(w);
    const struct verify_report *report = verify_report(verify);
    for (uint32_t i = 0; i < report->listed; i++)
        print_message("%llu: %s\n", (unsigned long long)report->list[i].sequence,
                      report->list[i].what);
    assert_int_equal(report->difference_count, 1);
    struct verify_difference d = report->list[0];
    verify_free(verify);
    return d;
}

/* Changes the account (behind the settlement, with which the document begins but for its region) or
 * the settlement of a record's document in place; sizes stay. */
static void tamper_document(struct record *record, bool account,
                            void (*change)(uint8_t *value, size_t size))
{
    struct reader r = reader_on(record->effects.data, record->effects.size);
    struct slice key, value;
    char region[ID_ADMDVS + 1];
    while (effect_read(&r, &key, &value)) {
        if (key.size > 0)
            continue;
        struct reader d = reader_on(value.data, value.size);
        read_packed(&d, region, sizeof region);
        size_t size = read_u16(&d);
        uint8_t *body = (uint8_t *)read_bytes(&d, size);
        if (account) {
            assert_int_equal(read_u8(&d), 1);
            change((uint8_t *)d.data + d.used, d.size - d.used);
        } else {
            change(body, size);
        }
        assert_false(d.failed);
        return;
    }
    fail();
}

static void add_one_fen(uint8_t *value, size_t size)
{
    assert_true(size >= 2);
    value[0] += 2; /* a signed varint */
}

static void cash_less_one_fen(uint8_t *value, size_t size)
{
    uint8_t bytes[SETTLEMENT_BYTES_MAX];
    struct settlement s;
    struct writer head = writer_on(bytes, sizeof bytes);
    settlement_write_head(&head, "H43100299001202603100900000001", 0); /* any: it is not here */
    write_bytes(&head, value, size);
    struct reader r = reader_on(bytes, head.used);
    settlement_read(&r, "431000202603100000000000000001", &s); /* likewise */
    assert_true(reader_done(&r));
    s.totals.psn_cash_pay--;
    struct writer w = writer_on(value, size);
    settlement_write_body(&w, &s);
    assert_int_equal(w.used, size);
}

static void a_tombstone_that_was_taken_away_is_found(void **state)
{
    struct world *w = *state;
    struct record record;
    char omsgid[ID_MSGID + 1];
    snprintf(omsgid, sizeof omsgid, "%s", world_msgid(w, TOWNSHIP));
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", omsgid);
    uint32_t index = last_of(w, RECORD_REVERSAL, &record);
    record.effects.size = 0;
    rewrite(w, index, &record);
    struct verify_difference d = the_difference(w);
    assert_int_equal(d.part, VERIFY_EFFECTS);
    assert_string_equal(d.what, "effects: a reversal's tombstone is made but not stored");
}

static void a_tampered_effect_is_found(void **state)
{
    struct world *w = *state;
    struct record record;
    free(world_settled(w, &shopping));
    free(world_settled(w, &shopping)); /* goes on from what is stored */
    uint32_t index = w->record_count - 2;
    OK(record_read((struct slice){w->records[index].bytes, w->records[index].size}, &record));
    tamper_document(&record, true, add_one_fen);
    /* The one after it was made from the balance that was true: it may show too, later. */
    struct verify *verify = fed(w);
    const struct verify_report *report = verify_report(verify);
    assert_true(report->difference_count >= 1);
    assert_int_equal(report->list[0].sequence, index + 1);
    assert_int_equal(report->list[0].part, VERIFY_EFFECTS);
    assert_string_equal(report->list[0].what, "effects: a personal account differs");
    assert_int_equal(strlen(report->list[0].setl_id), ID_SETL);
    verify_free(verify);
}

/* No account's balance is: it cannot be read any more. */
static void make_negative(uint8_t *value, size_t size)
{
    (void)size;
    value[0] |= 1; /* a signed varint */
}

static void what_rests_on_damage_is_named_and_the_rest_is_read(void **state)
{
    struct world *w = *state;
    struct record record;
    free(world_settled(w, &shopping));
    free(world_settled(w, &shopping)); /* reads the account that the first one left */
    free(world_settled(w, &visit));
    uint32_t index = w->record_count - 3;
    OK(record_read((struct slice){w->records[index].bytes, w->records[index].size}, &record));
    tamper_document(&record, true, make_negative);
    struct verify *verify = fed(w);
    const struct verify_report *report = verify_report(verify);
    assert_int_equal(report->records, w->record_count);
    assert_int_equal(report->difference_count, 2);
    assert_int_equal(report->list[1].sequence, index + 2);
    assert_int_equal(report->list[1].part, VERIFY_UNMADE);
    verify_free(verify);
}

static void a_tampered_figure_is_found(void **state)
{
    struct world *w = *state;
    struct record record;
    live(w);
    uint32_t index = last_of(w, RECORD_SETTLEMENT, &record);
    tamper_document(&record, false, cash_less_one_fen);
    struct verify_difference d = the_difference(w);
    assert_int_equal(d.sequence, index + 1);
    assert_int_equal(d.part, VERIFY_FIGURES);
    assert_non_null(strstr(d.what, "psn_cash_pay: stored "));
    assert_int_equal(strncmp(d.setl_id, "431000", 6), 0);
}

static void a_tampered_reply_is_found(void **state)
{
    struct world *w = *state;
    struct record record;
    live(w);
    uint32_t index = last_of(w, RECORD_VOID, &record);
    ((uint8_t *)record.reply.data)[record.reply.size / 2] ^= 1;
    struct verify_difference d = the_difference(w);
    assert_int_equal(d.sequence, index + 1);
    assert_int_equal(d.part, VERIFY_REPLY);
}

static void a_tampered_refusal_is_found(void **state)
{
    struct world *w = *state;
    struct record record;
    struct bill wrong = visit;
    wrong.psn_no = "P999";
    world_bill(w, &wrong);
    uint32_t index = last_of(w, RECORD_REFUSAL, &record);
    record.outcome = OUTCOME_DONE;
    rewrite(w, index, &record);
    assert_int_equal(the_difference(w).part, VERIFY_HEAD);
}

static void tampered_salts_and_requests_are_found(void **state)
{
    struct world *w = *state;
    struct record record;
    uint32_t index;
    free(world_settled(w, &visit));
    index = last_of(w, RECORD_SETTLEMENT, &record);
    record.salt.bytes[0] ^= 1;
    rewrite(w, index, &record);
    assert_int_equal(the_difference(w).part, VERIFY_SALT);
    last_of(w, RECORD_SETTLEMENT, &record);
    record.salt.bytes[0] ^= 1;
    record.request_hash.bytes[0] ^= 1;
    rewrite(w, index, &record);
    struct verify_difference d = the_difference(w);
    assert_int_equal(d.part, VERIFY_HEAD);
    assert_string_equal(d.what, "request hash differs");
    last_of(w, RECORD_SETTLEMENT, &record);
    record.request_hash.bytes[0] ^= 1;
    record.request.size = 3; /* no request */
    rewrite(w, index, &record);
    assert_int_equal(the_difference(w).part, VERIFY_UNMADE);
}

static void another_engine_is_compared_by_figures(void **state)
{
    struct world *w = *state;
    struct record record;
    free(world_settled(w, &visit));
    uint32_t index = last_of(w, RECORD_SETTLEMENT, &record);
    record.engine = ENGINE_VERSION + 1;
    ((uint8_t *)record.reply.data)[record.reply.size / 2] ^= 1; /* its own wording */
    rewrite(w, index, &record);
    struct verify *verify = fed(w);
    assert_int_equal(verify_report(verify)->difference_count, 0);
    assert_int_equal(verify_report(verify)->engine_count, 1);
    assert_int_equal(verify_report(verify)->engines[0].version, ENGINE_VERSION + 1);
    assert_int_equal(verify_report(verify)->engines[0].records, 1);
    assert_int_equal(verify_report(verify)->engines[0].differences, 0);
    verify_free(verify);
    last_of(w, RECORD_SETTLEMENT, &record);
    tamper_document(&record, false, cash_less_one_fen);
    assert_int_equal(the_difference(w).part, VERIFY_FIGURES);
}

static void a_record_that_no_request_makes_is_found(void **state)
{
    struct world *w = *state;
    struct record record;
    free(world_settled(w, &visit));
    /* The same settlement once more, as the next record: a repeat makes none. */
    last_of(w, RECORD_SETTLEMENT, &record);
    record.sequence++;
    size_t size = record_size(&record);
    uint8_t *bytes = malloc(size);
    struct writer writer = writer_on(bytes, size);
    record_write(&writer, &record);
    w->records[w->record_count].bytes = bytes;
    w->records[w->record_count++].size = size;
    struct verify_difference d = the_difference(w);
    assert_int_equal(d.sequence, w->record_count);
    assert_int_equal(d.part, VERIFY_UNMADE);
}

static void disorder_ends_it(void **state)
{
    struct world *w = *state;
    struct verify *verify = opened(w, NULL);
    const struct slice second = {w->records[1].bytes, w->records[1].size};
    const struct slice junk = {(const uint8_t *)"junk", 4};
    assert_int_equal(verify_record(verify, 2, second), ERR_CORRUPT);
    assert_int_equal(verify_record(verify, 1, second), ERR_CORRUPT);
    assert_int_equal(verify_record(verify, 1, junk), ERR_CORRUPT);
    assert_int_equal(verify_report(verify)->difference_count, 3);
    assert_string_equal(verify_report(verify)->list[2].what, "not a record");
    verify_free(verify);
}

static void time_never_goes_back(void **state)
{
    struct world *w = *state;
    struct record record;
    OK(record_read((struct slice){w->records[1].bytes, w->records[1].size}, &record));
    record.time_ms = w->now_ms - 1;
    rewrite(w, 1, &record);
    struct verify *verify = opened(w, NULL);
    OK(verify_record(verify, 1, (struct slice){w->records[0].bytes, w->records[0].size}));
    assert_int_equal(
        verify_record(verify, 2, (struct slice){w->records[1].bytes, w->records[1].size}),
        ERR_CORRUPT);
    assert_string_equal(verify_report(verify)->list[0].what, "time before the last record's");
    verify_free(verify);
}

static void only_the_first_hundred_are_listed(void **state)
{
    struct world *w = *state;
    struct record record;
    const struct bill tiny = {.lines = {{DRUG_A, 100}}};
    for (int i = 0; i < VERIFY_LISTED_MAX + 1; i++) {
        free(world_settled(w, &tiny));
        uint32_t index = last_of(w, RECORD_SETTLEMENT, &record);
        record.salt.bytes[0] ^= 1;
        rewrite(w, index, &record);
    }
    struct verify *verify = fed(w);
    assert_int_equal(verify_report(verify)->listed, VERIFY_LISTED_MAX);
    assert_int_equal(verify_report(verify)->difference_count, VERIFY_LISTED_MAX + 1);
    verify_free(verify);
}

/* A lock that comes later breaks nothing that was accepted before; what it refuses, and a freeze
 * refuses, is made again from the province's file of that moment. */
static void locks_and_freezes_are_those_of_the_moment(void **state)
{
    struct world *w = *state;
    world_activate(w, "0.50");
    province_publish(w, province_locking("0.70"));
    submit_bundle(w, world_bundle("0.60"));
    assert_int_equal(w->answer.reason, REASON_PACK_INVALID);
    assert_string_equal(w->command->errors[0]->field,
                        "layers[layer=resident_outpatient].ratio.table[].ratio");
    submit_bundle(w, world_bundle("0.50")); /* known to be sound, and locked now */
    assert_int_equal(w->answer.reason, REASON_PACK_INVALID);
    assert_non_null(strstr(w->command->errors[0]->en, "found 0.50, expected 0.70"));
    submit_bundle(w, world_bundle("0.70"));
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    province_publish(w, province_frozen("2026-03-10", "2026-03-10"));
    submit_bundle(w, world_bundle("0.60"));
    assert_int_equal(w->answer.reason, REASON_PACK_FROZEN);
    w->now_ms += DAY_MS;
    submit_bundle(w, world_bundle("0.60"));
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(world_settled(w, &visit));

    struct verify *verify = fed(w);
    const struct verify_report *report = report_without_differences(verify);
    assert_int_equal(report->refusals, 3);
    assert_same_state(w, verify);
    verify_free(verify);
}

/* A void over a change of packs as engine 2 wrote it, with the digest of the pack of its own day.
 */
static void a_void_of_engine_2_bears_its_own_day(void **state)
{
    struct world *w = *state;
    struct record record;
    char *setl_id = world_settled(w, &visit);
    world_activate(w, "0.50");
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    uint32_t index = last_of(w, RECORD_VOID, &record);
    record.policy = pack_digest(w->pack);
    rewrite(w, index, &record);
    assert_int_equal(the_difference(w).part, VERIFY_HEAD);
    last_of(w, RECORD_VOID, &record);
    record.engine = 2;
    rewrite(w, index, &record);
    struct verify *verify = fed(w);
    assert_int_equal(verify_report(verify)->difference_count, 0);
    verify_free(verify);
    free(setl_id);
}

/* Each pack record of the world, as engine 2 wrote it. */
static void as_engine_2(struct world *w)
{
    struct record record;
    for (uint32_t i = 0; i < w->record_count; i++) {
        OK(record_read((struct slice){w->records[i].bytes, w->records[i].size}, &record));
        record.engine = 2;
        if (record.schema == SCHEMA_OPERATOR)
            rewrite(w, i, &record);
    }
}

/* What engine 2 put in force stays so, without a case and without rules for the day; engine 3 would
 * have refused both. */
static void packs_of_engine_2(void **state)
{
    struct world *w = *state;
    struct slice bundle = world_bundle_changed("{from: 2024-01-01}", "{from: 2027-01-01}");
    char *at = memmem(bundle.data, bundle.size, "cases/", 6);
    at[0] = 'x'; /* another file, which means nothing */
    world_activate_bundle(w, bundle);
    struct verify *verify = fed(w);
    assert_int_equal(verify_report(verify)->difference_count, 2 * 3); /* head, effects, reply */
    assert_int_equal(verify_report(verify)->list[0].part, VERIFY_HEAD);
    verify_free(verify);
    as_engine_2(w);
    verify = fed(w);
    assert_int_equal(verify_report(verify)->difference_count, 0);
    verify_free(verify);
}

/* Refused and put in force on the days that verify makes them again for, the second time with a
 * pack that was compiled before. */
static void the_day_of_a_refusal(void **state)
{
    struct world *w = *state;
    struct slice bundle = world_bundle_changed("{from: 2024-01-01}", "{from: 2026-03-12}");
    for (char *at; (at = memmem(bundle.data, bundle.size, "2026-03-01", 10));)
        memcpy(at, "2026-03-12", 10); /* its case is of those days */
    struct slice again = slice_copy(bundle);
    struct pack *pack;
    struct faults *faults = calloc(1, sizeof *faults);
    OK(pack_compile(bundle, &pack, faults));
    w->rehearsed = pack;
    submit_bundle(w, slice_copy(bundle));
    assert_int_equal(w->answer.reason, REASON_PACK_DAYS);
    w->now_ms += 2 * DAY_MS;
    world_activate_bundle(w, bundle);
    submit_bundle(w, again);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(world_settled(w, &visit));
    struct verify *verify = fed(w);
    assert_int_equal(verify_report(verify)->difference_count, 0);
    assert_int_equal(verify_report(verify)->refusals, 1);
    verify_free(verify);
    pack_free(pack);
    free(faults);
}

/* A refused pack's reply as a release with other texts packs it, or with another code, field or
 * file of its first fault. */
struct rewording {
    const char *zh, *en, *field, *file;
    uint32_t code;
};

static void reword(struct world *w, const struct rewording *by, uint8_t engine)
{
    struct record record;
    uint32_t index = last_of(w, RECORD_REFUSAL, &record);
    Copay__Admin__CommandReply *m =
        copay__admin__command_reply__unpack(NULL, record.reply.size, record.reply.data);
    assert_non_null(m);
    Copay__Admin__RowProblem *problem = m->errors[0], was = *problem;
    problem->zh = by->zh ? (char *)by->zh : was.zh;
    problem->en = by->en ? (char *)by->en : was.en;
    problem->field = by->field ? (char *)by->field : was.field;
    problem->file = by->file ? (char *)by->file : was.file;
    problem->code = by->code ? by->code : was.code;
    size_t size = copay__admin__command_reply__get_packed_size(m);
    uint8_t *bytes = malloc(size);
    copay__admin__command_reply__pack(m, bytes);
    *problem = was;
    record.reply = (struct slice){bytes, size};
    record.engine = engine;
    rewrite(w, index, &record);
    free(bytes);
    copay__admin__command_reply__free_unpacked(m, NULL);
}

static void no_difference(struct world *w)
{
    struct verify *verify = fed(w);
    assert_int_equal(verify_report(verify)->difference_count, 0);
    assert_int_equal(verify_report(verify)->refusals, 1);
    verify_free(verify);
}

static void refuse_a_pack(struct world *w)
{
    submit_bundle(w, world_bundle_changed("{from: 2024-01-01}", "{fron: 2024-01-01}"));
    assert_int_equal(w->answer.reason, REASON_PACK_INVALID);
    assert_non_null(w->command->errors[0]->file);
    no_difference(w);
}

static void the_words_of_a_packs_faults_may_change(void **state)
{
    struct world *w = *state;
    refuse_a_pack(w);
    for (uint8_t engine = 2; engine <= ENGINE_VERSION + 1; engine++) {
        reword(w, &(struct rewording){.zh = "另一种说法", .en = "said in other words"}, engine);
        no_difference(w);
    }
}

/* The one difference of engines that is told; none of the ledger's. */
static struct verify_difference engines_differ(struct world *w, uint32_t engine)
{
    struct verify *verify = fed(w);
    const struct verify_report *report = report_without_differences(verify);
    assert_int_equal(report->engine_count, 1);
    assert_int_equal(report->engines[0].version, engine);
    assert_int_equal(report->engines[0].differences, 1);
    assert_int_equal(report->listed, 1);
    struct verify_difference d = report->list[0];
    verify_free(verify);
    return d;
}

/* Within an engine; another finds other faults. */
static void what_else_a_packs_faults_say_may_not(void **state)
{
    static const struct rewording others[] = {
        {.code = REASON_PACK_UNKNOWN},
        {.field = "another.key"},
        {.file = "another.yaml"},
        {.field = "another.key", .zh = "另一种说法", .en = "said in other words"},
    };
    struct world *w = *state;
    struct record record;
    refuse_a_pack(w);
    uint32_t index = last_of(w, RECORD_REFUSAL, &record);
    uint8_t *kept = malloc(record_size(&record));
    memcpy(kept, w->records[index].bytes, w->records[index].size);
    const struct slice whole = {kept, w->records[index].size};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        for (uint8_t engine = 2; engine <= ENGINE_VERSION + 1; engine++) {
            OK(record_read(whole, &record));
            rewrite(w, index, &record);
            reword(w, &others[i], engine);
            struct verify_difference d =
                engine == ENGINE_VERSION ? the_difference(w) : engines_differ(w, engine);
            assert_int_equal(d.sequence, index + 1);
            assert_int_equal(d.part, engine == ENGINE_VERSION ? VERIFY_REPLY : VERIFY_ENGINE);
        }
    free(kept);
}

/* The pack with a title that this release objects to. */
static struct slice objected_bundle(void)
{
    return world_bundle_changed("zh: 普通门诊", "zh: \"普通\\u001b门诊\"");
}

/* An earlier release put in force what this one objects to: the claims that followed are made again
 * with that pack, and the ledger differs in nothing. */
static void what_was_put_in_force_stays_so(void **state)
{
    struct world *w = *state;
    w->objected = true;
    const uint32_t first = w->record_count;
    world_activate_bundle(w, objected_bundle());
    char *setl_id = world_settled(w, &visit);
    world_activate(w, "0.50");
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id); /* made again with the pack before */
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(world_settled(w, &visit));
    free(setl_id);

    /* Under this engine's own name nobody could have: submission and publication are told. */
    struct verify *verify = fed(w);
    const struct verify_report *report = verify_report(verify);
    assert_int_equal(report->difference_count, 2 * 3); /* head, effects, reply */
    assert_int_equal(report->list[5].sequence, first + 5);
    verify_free(verify);

    for (uint32_t i = first; i < first + 5; i++) {
        struct record record;
        OK(record_read((struct slice){w->records[i].bytes, w->records[i].size}, &record));
        record.engine = ENGINE_VERSION + 1;
        rewrite(w, i, &record);
    }
    verify = fed(w);
    report = report_without_differences(verify);
    assert_int_equal(report->engines[0].records, 5);
    assert_int_equal(report->engines[0].differences, 2);
    assert_int_equal(report->list[0].part, VERIFY_ENGINE);
    assert_int_equal(report->list[0].sequence, first + 3);
    assert_non_null(strstr(report->list[0].what, "without control characters"));
    assert_same_state(w, verify);
    verify_free(verify);
}

/* The other way round: an earlier release refused what this one takes. */
static void what_an_earlier_engine_refused(void **state)
{
    struct world *w = *state;
    struct record record;
    struct slice bundle = world_bundle("0.60");
    struct hash digest = hash_sha256(bundle.data, bundle.size);
    struct faults *faults = calloc(1, sizeof *faults);
    faults_add(faults, "policy.yaml", 7, "layers[0]", "错", "once wrong");
    chunk_bytes(w, &digest, 0, bundle);
    world_submit(w, &digest, 1, faults);
    assert_int_equal(w->answer.reason, REASON_PACK_INVALID);
    free(faults);
    free((void *)bundle.data);
    uint32_t index = last_of(w, RECORD_REFUSAL, &record);
    record.engine = ENGINE_VERSION + 1;
    rewrite(w, index, &record);
    assert_non_null(strstr(engines_differ(w, ENGINE_VERSION + 1).what,
                           "refused the pack for faults, this one does not"));
}

/* The words of any other refusal are compared as ever. */
static void other_refusals_keep_their_words(void **state)
{
    struct world *w = *state;
    const struct hash unknown = {{1}};
    world_approve(w, &unknown, APPROVER);
    assert_int_equal(w->answer.reason, REASON_PACK_UNKNOWN);
    no_difference(w);
    reword(w, &(struct rewording){.en = "said in other words"}, ENGINE_VERSION);
    assert_int_equal(the_difference(w).part, VERIFY_REPLY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(an_honest_ledger_shows_nothing),
        WORLD_TEST(encounters_verify),
        WORLD_TEST(locks_and_freezes_are_those_of_the_moment),
        WORLD_TEST(a_void_of_engine_2_bears_its_own_day),
        WORLD_TEST(packs_of_engine_2),
        WORLD_TEST(the_day_of_a_refusal),
        WORLD_TEST(the_words_of_a_packs_faults_may_change),
        WORLD_TEST(what_else_a_packs_faults_say_may_not),
        WORLD_TEST(what_was_put_in_force_stays_so),
        WORLD_TEST(what_an_earlier_engine_refused),
        WORLD_TEST(other_refusals_keep_their_words),
        WORLD_TEST(reversals_are_made_again),
        WORLD_TEST(a_tombstone_that_was_taken_away_is_found),
        WORLD_TEST(a_tampered_effect_is_found),
        WORLD_TEST(what_rests_on_damage_is_named_and_the_rest_is_read),
        WORLD_TEST(a_tampered_figure_is_found),
        WORLD_TEST(a_tampered_reply_is_found),
        WORLD_TEST(a_tampered_refusal_is_found),
        WORLD_TEST(tampered_salts_and_requests_are_found),
        WORLD_TEST(another_engine_is_compared_by_figures),
        WORLD_TEST(a_record_that_no_request_makes_is_found),
        WORLD_TEST(disorder_ends_it),
        WORLD_TEST(time_never_goes_back),
        WORLD_TEST(only_the_first_hundred_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
