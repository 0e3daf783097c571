/* lib/settle/packs: chunks, and the way of what they make into force. */
#include "province.h"

static void assert_command(const struct world *w, enum reason reason)
{
    assert_int_equal(w->command->outcome, OUTCOME_REFUSED);
    assert_true(w->command->n_errors > 0);
    assert_int_equal(w->command->errors[0]->code, reason);
}

static void a_chunk_that_is_here_needs_no_second_record(void **state)
{
    struct world *w = *state;
    const struct hash digest = hash_sha256("onetwo", 6);
    assert_int_equal(chunk(w, &digest, 0, "one"), SETTLE_RECORD);
    assert_int_equal(w->answer.record.kind, RECORD_PACK_CHUNK);
    assert_int_equal(chunk(w, &digest, 0, "one"), SETTLE_ANSWER);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
}

static void a_spoilt_upload_may_be_mended_a_whole_pack_not(void **state)
{
    struct world *w = *state;
    const struct hash digest = hash_sha256("onetwo", 6);
    assert_int_equal(chunk(w, &digest, 0, "oops"), SETTLE_RECORD);
    assert_int_equal(chunk(w, &digest, 1, "two"), SETTLE_RECORD);
    world_submit(w, &digest, 2, NULL);
    assert_command(w, REASON_PACK_INVALID);
    assert_int_equal(chunk(w, &digest, 0, "one"), SETTLE_RECORD);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
    chunk(w, &digest, 0, "oops");
    assert_command(w, REASON_PACK_INVALID);
    assert_int_equal(world_submit(w, &digest, 2, NULL), SETTLE_RECORD);
    assert_int_equal(world_approve(w, &digest, APPROVER), SETTLE_RECORD);
    assert_int_equal(world_publish(w, &digest, 2, NULL), SETTLE_RECORD);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
    assert_string_equal(w->answer.record.actor, OPERATOR);
    assert_string_equal(w->answer.record.approver, APPROVER);
    struct active_pack active;
    OK(state_active_pack(w->state, PACK_REGION, &active));
    assert_memory_equal(active.digest.bytes, digest.bytes, HASH_SIZE);
    assert_int_equal(active.chunks, 2);
    assert_int_equal(active.sequence, w->record_count);
}

static void missing_chunks_are_named(void **state)
{
    struct world *w = *state;
    const struct hash digest = hash_sha256("onetwo", 6);
    chunk(w, &digest, 0, "one");
    assert_int_equal(world_submit(w, &digest, 2, NULL), SETTLE_RECORD);
    assert_int_equal(w->answer.record.kind, RECORD_REFUSAL);
    assert_command(w, REASON_PACK_INCOMPLETE);
    assert_non_null(strstr(w->command->errors[0]->en, "chunk 1"));
    world_submit(w, &digest, PACK_CHUNKS_MAX + 1, NULL);
    assert_command(w, REASON_PACK_INVALID);
    chunk(w, &digest, PACK_CHUNKS_MAX, "x");
    assert_command(w, REASON_PACK_INVALID);
}

static void all_faults_are_told_at_once(void **state)
{
    struct world *w = *state;
    struct hash before = world_digest(w, "K"), after;
    const struct hash digest = hash_sha256("one", 3);
    struct faults *faults = calloc(1, sizeof *faults);
    faults_add(faults, "policy.yaml", 7, "layers[0]", "错", "wrong");
    faults_add(faults, "catalogue.csv", 9, NULL, "错", "wrong too");
    chunk(w, &digest, 0, "one");
    struct active_pack was, is;
    OK(state_active_pack(w->state, PACK_REGION, &was));
    world_submit(w, &digest, 1, faults);
    assert_command(w, REASON_PACK_INVALID);
    assert_int_equal(w->command->n_errors, 2);
    assert_string_equal(w->command->errors[0]->file, "policy.yaml");
    assert_int_equal(w->command->errors[0]->row, 7);
    assert_string_equal(w->command->errors[0]->field, "layers[0]");
    assert_non_null(strstr(w->command->errors[1]->en, "wrong too"));
    OK(state_active_pack(w->state, PACK_REGION, &is));
    assert_memory_equal(was.digest.bytes, is.digest.bytes, HASH_SIZE);
    after = world_digest(w, "K");
    assert_memory_not_equal(before.bytes, after.bytes, HASH_SIZE); /* time went on */
    free(faults);
}

static struct proposal proposed(struct world *w)
{
    struct proposal proposal;
    OK(state_proposal(w->state, PACK_REGION, &proposal));
    return proposal;
}

static void two_people_put_a_pack_in_force(void **state)
{
    struct world *w = *state;
    const struct hash digest = hash_sha256("one", 3), other = hash_sha256("two", 3);
    struct proposal proposal;
    assert_int_equal(state_proposal(w->state, PACK_REGION, &proposal),
                     ERR_NOTFOUND); /* it is in force */
    chunk(w, &digest, 0, "one");
    world_publish(w, &digest, 1, NULL);
    assert_command(w, REASON_PACK_UNKNOWN);
    world_submit(w, &digest, 1, NULL);
    assert_int_equal(proposed(w).submitted, w->record_count);
    world_publish(w, &digest, 1, NULL);
    assert_command(w, REASON_PACK_UNAPPROVED);
    world_approve(w, &other, APPROVER);
    assert_command(w, REASON_PACK_UNKNOWN);
    world_approve(w, &digest, "431002:approve:zhang"); /* the author with another certificate */
    assert_command(w, REASON_SAME_PERSON);
    assert_int_equal(proposed(w).approved, 0);
    world_approve(w, &digest, APPROVER);
    assert_string_equal(proposed(w).approver, APPROVER);
    world_publish(w, &digest, 1, NULL);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
    assert_int_equal(state_proposal(w->state, PACK_REGION, &proposal), ERR_NOTFOUND);
}

static void a_later_proposal_takes_the_place_of_one_that_waits(void **state)
{
    struct world *w = *state;
    const struct hash first = hash_sha256("one", 3), second = hash_sha256("two", 3);
    chunk(w, &first, 0, "one");
    chunk(w, &second, 0, "two");
    world_submit(w, &first, 1, NULL);
    world_approve(w, &first, APPROVER);
    world_submit(w, &second, 1, NULL);
    assert_int_equal(proposed(w).approved, 0);
    world_publish(w, &first, 1, NULL);
    assert_command(w, REASON_PACK_UNKNOWN);
}

/* What pack show answers, until the next command. */
static const Copay__Admin__PackState *shown(struct world *w)
{
    Copay__Admin__Command command;
    Copay__Admin__PackShow show = COPAY__ADMIN__PACK_SHOW__INIT;
    world_command_init(w, &command);
    command.pack_show = &show;
    assert_int_equal(world_command(w, &command), SETTLE_ANSWER);
    assert_non_null(w->command->pack_state);
    return w->command->pack_state;
}

static void what_is_on_its_way_is_shown(void **state)
{
    struct world *w = *state;
    const struct hash digest = hash_sha256("one", 3);
    chunk(w, &digest, 0, "one");
    world_submit(w, &digest, 1, NULL);
    uint32_t records = w->record_count;
    const Copay__Admin__PackState *packs = shown(w);
    assert_int_equal(w->record_count, records);
    assert_true(packs->has_active_digest);
    assert_memory_equal(packs->proposed_digest.data, digest.bytes, HASH_SIZE);
    assert_string_equal(packs->author, OPERATOR);
    assert_int_equal(packs->submitted, records);
    assert_false(packs->has_approved);
}

static void a_province_goes_its_own_way(void **state)
{
    struct world *w = *state;
    const struct hash own = hash_sha256("one", 3);
    struct active_pack is;
    struct proposal proposal;
    struct hash province;
    chunk(w, &own, 0, "one");
    world_submit(w, &own, 1, NULL);
    province = province_publish(w, province_locking("0.70"));
    /* Neither took the other's place. */
    OK(state_proposal(w->state, PACK_REGION, &proposal));
    assert_memory_equal(proposal.digest.bytes, own.bytes, HASH_SIZE);
    assert_int_equal(state_proposal(w->state, PACK_PROVINCE, &proposal), ERR_NOTFOUND);
    OK(state_active_pack(w->state, PACK_REGION, &is));
    assert_memory_not_equal(is.digest.bytes, province.bytes, HASH_SIZE);
    OK(state_active_pack(w->state, PACK_PROVINCE, &is));
    assert_memory_equal(is.digest.bytes, province.bytes, HASH_SIZE);
    assert_int_equal(is.sequence, w->record_count);
    /* What is proposed as the one is not approved as the other. */
    w->province = true;
    world_approve(w, &own, APPROVER);
    w->province = false;
    assert_command(w, REASON_PACK_UNKNOWN);
}

static void both_are_shown(void **state)
{
    struct world *w = *state;
    struct hash digest = province_publish(w, province_locking("0.70"));
    const Copay__Admin__PackState *packs = shown(w);
    assert_true(packs->has_active_digest);
    assert_non_null(packs->province);
    assert_memory_equal(packs->province->active_digest.data, digest.bytes, HASH_SIZE);
    assert_int_equal(packs->province->activated, w->record_count);
    assert_false(packs->province->has_proposed_digest);
}

static void a_freeze_takes_no_local_policy(void **state)
{
    struct world *w = *state;
    const struct hash first = hash_sha256("one", 3), second = hash_sha256("two", 3);
    chunk(w, &first, 0, "one");
    chunk(w, &second, 0, "two");
    world_submit(w, &first, 1, NULL);
    world_approve(w, &first, APPROVER);
    province_publish(w, province_frozen("2026-03-11", "2026-03-12"));
    w->now_ms = date_start_ms(date_of(2026, 3, 11));
    assert_int_equal(world_publish(w, &first, 1, NULL), SETTLE_RECORD);
    assert_command(w, REASON_PACK_FROZEN);
    assert_non_null(strstr(w->command->errors[0]->en, "2026-03-11 to 2026-03-12 (province 430000, "
                                                      "clause P-1, official)"));
    assert_non_null(strstr(w->command->errors[0]->zh, "省级条款 P-1，官方：统一规定"));
    w->now_ms = date_start_ms(date_of(2026, 3, 13)) - 1;
    world_submit(w, &second, 1, NULL);
    assert_command(w, REASON_PACK_FROZEN);
    assert_memory_equal(proposed(w).digest.bytes, first.bytes, HASH_SIZE); /* still waits */
    /* The province's own file is no local policy. */
    province_publish(w, province_frozen("2026-03-11", "2026-03-12"));
    w->now_ms += 1;
    world_publish(w, &first, 1, NULL);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
}

/* Its rules take the place of those in force whole: without any for the day, no claim of that day
 * could be settled. Asked when it is submitted, and again when it is published. */
static void a_pack_has_rules_for_the_day(void **state)
{
    struct world *w = *state;
    static struct faults faults;
    const struct hash digest = hash_sha256("one", 3);
    struct slice bundle =
        world_bundle_changed("{from: 2024-01-01}", "{from: 2026-03-12, to: 2026-03-14}");
    struct pack *pack;
    OK(pack_compile(bundle, &pack, &faults));
    chunk(w, &digest, 0, "one");
    w->rehearsed = pack;
    w->now_ms = date_start_ms(date_of(2026, 3, 12)) - 1;
    assert_int_equal(world_submit(w, &digest, 1, NULL), SETTLE_RECORD);
    assert_command(w, REASON_PACK_DAYS);
    assert_non_null(strstr(w->command->errors[0]->en,
                           "from 2026-03-12 to 2026-03-14, today is 2026-03-11; a future version"));
    assert_non_null(strstr(w->command->errors[0]->zh, "自 2026-03-12 起至 2026-03-14，今日"));
    w->now_ms++;
    world_submit(w, &digest, 1, NULL);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
    world_approve(w, &digest, APPROVER);
    w->now_ms = date_start_ms(date_of(2026, 3, 15));
    assert_int_equal(world_publish(w, &digest, 1, NULL), SETTLE_RECORD);
    assert_command(w, REASON_PACK_DAYS);
    assert_memory_equal(proposed(w).digest.bytes, digest.bytes, HASH_SIZE); /* still waits */
    pack_free(pack);
    free((void *)bundle.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_chunk_that_is_here_needs_no_second_record),
        WORLD_TEST(a_spoilt_upload_may_be_mended_a_whole_pack_not),
        WORLD_TEST(missing_chunks_are_named),
        WORLD_TEST(all_faults_are_told_at_once),
        WORLD_TEST(two_people_put_a_pack_in_force),
        WORLD_TEST(a_later_proposal_takes_the_place_of_one_that_waits),
        WORLD_TEST(what_is_on_its_way_is_shown),
        WORLD_TEST(a_province_goes_its_own_way),
        WORLD_TEST(both_are_shown),
        WORLD_TEST(a_freeze_takes_no_local_policy),
        WORLD_TEST(a_pack_has_rules_for_the_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
