/* lib/settle/reversal: whatever became of the original, nothing of it is in force afterwards; or it
 * stands, and comes back. */
#include "fixture.h"

static const struct bill visit = {.visit = "V1", .lines = {{DRUG_A, 10000}, {DRUG_C, 100}}};
static const struct bill stay = {
    .infno = "2304", .med_type = "21", .fixmedins = HOSPITAL, .lines = {{DRUG_A, 500000}}};
static const struct bill shopping = {.infno = "2102",
                                     .fixmedins = PHARMACY,
                                     .med_type = "41",
                                     .psn_no = EMPLOYEE,
                                     .account = true,
                                     .lines = {{DRUG_A, 15000}}};

/* Settles; what the sender may have seen of it. */
struct sent {
    char msgid[ID_MSGID + 1], setl_id[ID_SETL + 1];
    struct slice reply;
};

static struct sent settled(struct world *w, const struct bill *bill)
{
    struct sent sent;
    char *setl_id = world_settled(w, bill);
    snprintf(sent.setl_id, sizeof sent.setl_id, "%s", setl_id);
    snprintf(sent.msgid, sizeof sent.msgid, "%s", w->reply->msgid);
    sent.reply = slice_copy(w->answer.body);
    free(setl_id);
    return sent;
}

static void sent_free(struct sent *sent)
{
    free((void *)sent->reply.data);
}

/* The last answer: done, its original had that fate. */
static void assert_fate(const struct world *w, Copay__Fate fate, const char *oinfno,
                        const char *omsgid)
{
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_non_null(w->reply->reversed);
    assert_int_equal(w->reply->reversed->fate, fate);
    assert_string_equal(w->reply->reversed->oinfno, oinfno);
    assert_string_equal(w->reply->reversed->omsgid, omsgid);
    assert_int_equal(w->reply->reversed->setl_id != NULL, fate == COPAY__FATE__FATE_VOIDED);
    assert_int_equal(w->reply->reversed->void_setl_id != NULL, fate == COPAY__FATE__FATE_VOIDED);
}

static void assert_found(const struct world *w, const char *infno, struct slice reply)
{
    const Copay__Found *found = w->reply->found;
    assert_non_null(found);
    assert_string_equal(found->infno, infno);
    assert_int_equal(found->outcome, COPAY__OUTCOME__OUTCOME_DONE);
    assert_int_equal(found->reply.len, reply.size);
    assert_memory_equal(found->reply.data, reply.data, reply.size);
}

static void a_settlement_is_voided(void **state)
{
    struct world *w = *state;
    struct settlement original, document;
    struct hash before = world_digest(w, "VB"), after;
    struct sent sent = settled(w, &visit);
    assert_int_equal(world_reverse(w, TOWNSHIP, RESIDENT, "2207", sent.msgid), SETTLE_RECORD);
    assert_fate(w, COPAY__FATE__FATE_VOIDED, "2207", sent.msgid);
    assert_int_equal(w->answer.record.kind, RECORD_VOID);
    const Copay__Settlement *s = w->reply->settlement;
    assert_string_equal(w->reply->reversed->setl_id, sent.setl_id);
    assert_string_equal(w->reply->reversed->void_setl_id, s->setl_id);
    assert_string_equal(s->init_setl_id, sent.setl_id);
    assert_int_equal(s->medfee_sumamt, -10100);
    assert_null(w->reply->found);
    assert_int_equal(w->answer.label_count, 3); /* kind of care, layer, scope */
    OK(state_settlement(w->state, sent.setl_id, &original));
    OK(state_settlement(w->state, s->setl_id, &document));
    assert_string_equal(original.void_setl_id, document.setl_id);
    assert_string_equal(document.infno, "2601");
    assert_string_equal(document.msgid, w->reply->msgid);
    after = world_digest(w, "VB");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    assert_true(w->answer.tally_given && w->answer.tally.refd_setl_flag);
    assert_int_equal(w->answer.tally.medfee_sumamt, -10100);
    /* The visit is free for another bill. */
    struct sent again = settled(w, &visit);
    sent_free(&again);
    sent_free(&sent);
}

static void the_account_gets_its_money_back(void **state)
{
    struct world *w = *state;
    struct sent sent = settled(w, &shopping);
    assert_int_equal(world_balance(w, EMPLOYEE), 5000);
    world_reverse(w, PHARMACY, EMPLOYEE, "2102", sent.msgid);
    assert_fate(w, COPAY__FATE__FATE_VOIDED, "2102", sent.msgid);
    assert_int_equal(world_balance(w, EMPLOYEE), 20000);
    sent_free(&sent);
}

static void again_it_says_the_same(void **state)
{
    struct world *w = *state;
    struct sent sent = settled(w, &visit);
    struct slice body = reversal_pack(w, TOWNSHIP, RESIDENT, "2207", sent.msgid);
    struct slice copy = slice_copy(body);
    assert_int_equal(world_send(w, body), SETTLE_RECORD);
    struct slice first = slice_copy(w->answer.body);
    char *document = strdup(w->reply->settlement->setl_id);
    struct hash before = world_digest(w, "SVBPT"), after;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(world_reverse(w, TOWNSHIP, RESIDENT, "2207", sent.msgid), SETTLE_RECORD);
        assert_fate(w, COPAY__FATE__FATE_VOIDED, "2207", sent.msgid);
        assert_int_equal(w->answer.record.kind, RECORD_REVERSAL);
        assert_int_equal(w->answer.record.effects.size, 0);
        assert_string_equal(w->reply->reversed->void_setl_id, document);
        assert_string_equal(w->reply->reversed->setl_id, sent.setl_id);
        assert_null(w->reply->settlement);
        assert_found(w, "2601", first);
        assert_string_equal(w->reply->found->setl_id, document);
        assert_int_equal(w->answer.label_count, 3);
        assert_false(w->answer.tally_given);
    }
    after = world_digest(w, "SVBPT");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    assert_int_equal(world_send(w, copy), SETTLE_REPEAT);
    assert_int_equal(w->answer.body.size, first.size);
    assert_memory_equal(w->answer.body.data, first.data, first.size);
    free(document);
    free((void *)first.data);
    sent_free(&sent);
}

static void what_was_voided_before_names_its_void(void **state)
{
    struct world *w = *state;
    struct sent sent = settled(w, &visit);
    world_void(w, "2208", TOWNSHIP, RESIDENT, sent.setl_id);
    struct slice stored = slice_copy(w->answer.body);
    world_activate(w, "0.60"); /* so that its texts must be asked for, too */
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", sent.msgid);
    assert_fate(w, COPAY__FATE__FATE_VOIDED, "2207", sent.msgid);
    assert_found(w, "2208", stored);
    assert_string_equal(w->reply->reversed->void_setl_id, w->reply->found->setl_id);
    free((void *)stored.data);
    sent_free(&sent);
}

/* The second stay's deductible is lower because of the first. */
static void beneath_later_ones_it_stands(void **state)
{
    struct world *w = *state;
    struct sent first = settled(w, &stay), second = settled(w, &stay);
    world_activate(w, "0.60");
    struct hash before = world_digest(w, "SVBPT"), after;
    world_reverse(w, HOSPITAL, RESIDENT, "2304", first.msgid);
    assert_refused(w, SETTLE_RECORD, REASON_VOID_LATER);
    assert_true(w->needs_asked <= 3);
    assert_null(w->reply->reversed);
    assert_int_equal(w->reply->n_setl_ids, 1);
    assert_string_equal(w->reply->setl_ids[0], second.setl_id);
    assert_string_equal(w->reply->setl_id, first.setl_id);
    assert_found(w, "2304", first.reply);
    assert_string_equal(w->reply->found->msgid, first.msgid);
    assert_true(w->answer.label_count > 0);
    after = world_digest(w, "SVBPT");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    world_reverse(w, HOSPITAL, RESIDENT, "2304", second.msgid);
    assert_fate(w, COPAY__FATE__FATE_VOIDED, "2304", second.msgid);
    world_reverse(w, HOSPITAL, RESIDENT, "2304", first.msgid);
    assert_fate(w, COPAY__FATE__FATE_VOIDED, "2304", first.msgid);
    sent_free(&first);
    sent_free(&second);
}

static void later_ones_that_do_not_rest_on_it_are_let_be(void **state)
{
    struct world *w = *state;
    struct sent first = settled(w, &visit);
    struct bill another = visit;
    another.visit = "V2";
    struct sent second = settled(w, &another);
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", first.msgid);
    assert_fate(w, COPAY__FATE__FATE_VOIDED, "2207", first.msgid);
    assert_int_equal(w->needs_asked, 2); /* the original, then both */
    sent_free(&first);
    sent_free(&second);
}

static void of_a_refused_one_there_is_nothing_to_reverse(void **state)
{
    struct world *w = *state;
    struct bill wrong = visit;
    char omsgid[ID_MSGID + 1];
    wrong.psn_no = "P999";
    world_bill(w, &wrong);
    assert_refused(w, SETTLE_RECORD, REASON_PERSON_UNKNOWN);
    snprintf(omsgid, sizeof omsgid, "%s", w->reply->msgid);
    assert_int_equal(world_reverse(w, TOWNSHIP, "P999", "2207", omsgid), SETTLE_RECORD);
    assert_fate(w, COPAY__FATE__FATE_REFUSED, "2207", omsgid);
    assert_int_equal(w->answer.record.kind, RECORD_REVERSAL);
    assert_int_equal(w->answer.record.effects.size, 0);
}

/* A msgid that its sender has used for a message that is still on its way. */
static const char *on_its_way(struct world *w, char out[ID_MSGID + 1])
{
    snprintf(out, ID_MSGID + 1, "%s", world_msgid(w, TOWNSHIP));
    return out;
}

static void what_has_not_arrived_never_takes_effect(void **state)
{
    struct world *w = *state;
    char omsgid[ID_MSGID + 1];
    struct bill late = visit;
    struct message_entry entry;
    late.msgid = on_its_way(w, omsgid);
    struct slice original = bill_pack(w, &late), repeat = slice_copy(original);
    struct hash before = world_digest(w, "SVBPT"), after;
    assert_int_equal(world_reverse(w, TOWNSHIP, RESIDENT, "2207", omsgid), SETTLE_RECORD);
    assert_fate(w, COPAY__FATE__FATE_BARRED, "2207", omsgid);
    assert_int_equal(w->answer.record.kind, RECORD_REVERSAL);
    uint64_t sequence = w->answer.sequence;
    OK(state_message(w->state, omsgid, &entry));
    assert_true(message_is_barred(&entry));
    assert_int_equal(entry.sequence, sequence);
    world_send(w, query_pack(w, TOWNSHIP, NULL, omsgid));
    assert_refused(w, SETTLE_ANSWER, REASON_REVERSED);
    assert_int_equal(world_reverse(w, TOWNSHIP, RESIDENT, "2207", omsgid), SETTLE_RECORD);
    assert_fate(w, COPAY__FATE__FATE_BARRED, "2207", omsgid);
    assert_int_equal(w->answer.record.effects.size, 0);
    /* It arrives, long after its window. */
    w->now_ms += 30 * DAY_MS;
    world_send(w, original);
    assert_refused(w, SETTLE_RECORD, REASON_REVERSED);
    assert_int_equal(w->answer.record.kind, RECORD_REFUSAL);
    struct slice first = slice_copy(w->answer.body);
    w->now_ms += DAY_MS;
    assert_int_equal(world_send(w, repeat), SETTLE_REPEAT);
    assert_memory_equal(w->answer.body.data, first.data, first.size);
    late.lines[0].fen++;
    world_bill(w, &late);
    assert_refused(w, SETTLE_ANSWER, REASON_MSGID_REUSED);
    world_send(w, query_pack(w, TOWNSHIP, NULL, omsgid));
    assert_int_equal(w->reply->found->outcome, COPAY__OUTCOME__OUTCOME_REFUSED);
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", omsgid);
    assert_fate(w, COPAY__FATE__FATE_REFUSED, "2207", omsgid);
    after = world_digest(w, "SVBPT");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    free((void *)first.data);
    /* Under a new msgid the visit is settled. */
    late.msgid = NULL;
    free(world_settled(w, &late));
}

static void nothing_else_takes_effect_under_that_name(void **state)
{
    struct world *w = *state;
    char omsgid[ID_MSGID + 1];
    struct bill question = visit;
    on_its_way(w, omsgid);
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", omsgid);
    question.infno = "2206";
    question.msgid = omsgid;
    world_bill(w, &question);
    assert_refused(w, SETTLE_ANSWER, REASON_REVERSED);
    question.infno = "2207";
    question.visit = "another";
    world_bill(w, &question);
    assert_refused(w, SETTLE_RECORD, REASON_REVERSED);
}

/* Up to the age at which the original would be refused by its date; not of days to come. */
static void tombstones_are_of_the_window(void **state)
{
    struct world *w = *state;
    char omsgid[ID_MSGID + 1];
    struct bill late = visit;
    int64_t now_ms = w->now_ms;
    uint32_t records = w->record_count;
    w->now_ms = now_ms + MSGID_AGE_MAX_MS + 1000;
    on_its_way(w, omsgid);
    w->now_ms = now_ms;
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", omsgid);
    assert_refused(w, SETTLE_ANSWER, REASON_MSGID_DATE);
    assert_int_equal(w->record_count, records);
    late.msgid = on_its_way(w, omsgid);
    struct slice original = bill_pack(w, &late);
    w->now_ms = now_ms + MSGID_AGE_MAX_MS; /* to the second */
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", omsgid);
    assert_fate(w, COPAY__FATE__FATE_BARRED, "2207", omsgid);
    assert_true(w->answer.record.effects.size > 0);
    world_send(w, original);
    assert_refused(w, SETTLE_RECORD, REASON_REVERSED);
    w->now_ms = now_ms;
    late.msgid = on_its_way(w, omsgid);
    original = bill_pack(w, &late);
    w->now_ms = now_ms + MSGID_AGE_MAX_MS + 1;
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", omsgid);
    assert_fate(w, COPAY__FATE__FATE_BARRED, "2207", omsgid);
    assert_int_equal(w->answer.record.effects.size, 0);
    world_send(w, original);
    assert_refused(w, SETTLE_ANSWER, REASON_MSGID_DATE);
}

static void who_names_another_message_is_told(void **state)
{
    struct world *w = *state;
    struct sent sent = settled(w, &visit);
    world_reverse(w, TOWNSHIP, EMPLOYEE, "2207", sent.msgid);
    assert_refused(w, SETTLE_RECORD, REASON_REVERSAL_MISMATCH);
    assert_string_equal(w->reply->errors[0]->field, "psn_no");
    world_reverse(w, TOWNSHIP, RESIDENT, "2304", sent.msgid);
    assert_refused(w, SETTLE_RECORD, REASON_REVERSAL_MISMATCH);
    assert_string_equal(w->reply->errors[0]->field, "oinfno");
    assert_null(w->reply->reversed);
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", sent.msgid);
    assert_fate(w, COPAY__FATE__FATE_VOIDED, "2207", sent.msgid);
    /* A reversal is no settlement, nor a void, to be reversed itself. */
    char own[ID_MSGID + 1];
    snprintf(own, sizeof own, "%s", w->reply->msgid);
    world_reverse(w, TOWNSHIP, RESIDENT, "2208", own);
    assert_refused(w, SETTLE_RECORD, REASON_REVERSAL_MISMATCH);
    assert_string_equal(w->reply->errors[0]->field, "oinfno");
    sent_free(&sent);
}

static void a_void_stands(void **state)
{
    struct world *w = *state;
    struct sent sent = settled(w, &visit);
    char omsgid[ID_MSGID + 1];
    world_void(w, "2208", TOWNSHIP, RESIDENT, sent.setl_id);
    struct slice stored = slice_copy(w->answer.body);
    char *document = strdup(w->reply->settlement->setl_id);
    snprintf(omsgid, sizeof omsgid, "%s", w->reply->msgid);
    world_reverse(w, TOWNSHIP, EMPLOYEE, "2208", omsgid);
    assert_refused(w, SETTLE_RECORD, REASON_REVERSAL_MISMATCH);
    world_reverse(w, TOWNSHIP, RESIDENT, "2208", omsgid);
    assert_refused(w, SETTLE_RECORD, REASON_REVERSAL_OF_VOID);
    assert_found(w, "2208", stored);
    assert_string_equal(w->reply->setl_id, document);
    assert_null(w->reply->reversed);
    struct sent again = settled(w, &visit); /* the next step */
    free(document);
    free((void *)stored.data);
    sent_free(&again);
    sent_free(&sent);
}

static void a_void_that_has_not_arrived_is_kept_out(void **state)
{
    struct world *w = *state;
    struct sent sent = settled(w, &visit);
    char omsgid[ID_MSGID + 1];
    struct settlement s;
    struct slice late = void_pack(w, "2208", TOWNSHIP, RESIDENT, sent.setl_id);
    Copay__Request *m = copay__request__unpack(NULL, late.size, late.data);
    snprintf(omsgid, sizeof omsgid, "%s", m->msgid);
    copay__request__free_unpacked(m, NULL);
    world_reverse(w, TOWNSHIP, RESIDENT, "2208", omsgid);
    assert_fate(w, COPAY__FATE__FATE_BARRED, "2208", omsgid);
    world_send(w, late);
    assert_refused(w, SETTLE_RECORD, REASON_REVERSED);
    OK(state_settlement(w->state, sent.setl_id, &s));
    assert_string_equal(s.void_setl_id, "");
    sent_free(&sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_settlement_is_voided),
        WORLD_TEST(the_account_gets_its_money_back),
        WORLD_TEST(again_it_says_the_same),
        WORLD_TEST(what_was_voided_before_names_its_void),
        WORLD_TEST(beneath_later_ones_it_stands),
        WORLD_TEST(later_ones_that_do_not_rest_on_it_are_let_be),
        WORLD_TEST(of_a_refused_one_there_is_nothing_to_reverse),
        WORLD_TEST(what_has_not_arrived_never_takes_effect),
        WORLD_TEST(nothing_else_takes_effect_under_that_name),
        WORLD_TEST(tombstones_are_of_the_window),
        WORLD_TEST(who_names_another_message_is_told),
        WORLD_TEST(a_void_stands),
        WORLD_TEST(a_void_that_has_not_arrived_is_kept_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
