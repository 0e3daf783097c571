/* lib/settle/members: whole or not at all, every bad row named, resumable, credited once. */
#include "fixture.h"

#include "members.h"

static void assert_row(const struct world *w, size_t index, enum reason reason, uint32_t row,
                       const char *field)
{
    assert_true(index < w->command->n_errors);
    assert_int_equal(w->command->errors[index]->code, reason);
    assert_int_equal(w->command->errors[index]->row, row);
    assert_string_equal(w->command->errors[index]->field, field);
}

static void members_come_in(void **state)
{
    struct world *w = *state;
    struct import import;
    struct person person;
    uint32_t row;
    struct hash digest;
    import_init(&import, 3);
    import.members[0].has_balc = true;
    import.members[0].balc = 500;
    assert_int_equal(import_send(w, &import), SETTLE_RECORD);
    assert_int_equal(w->answer.record.kind, RECORD_MEMBERS);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
    assert_int_equal(w->command->sequence, w->record_count);
    assert_int_equal(w->command->row, 3);
    OK(state_person(w->state, "N3", &person));
    assert_int_equal(person.insurances[0].insutype, 390);
    assert_int_equal(world_balance(w, "N1"), 500);
    memcpy(digest.bytes, import.digest, HASH_SIZE);
    OK(state_import_row(w->state, &digest, &row));
    assert_int_equal(row, 3);
}

static void a_dry_run_changes_nothing(void **state)
{
    struct world *w = *state;
    struct import import;
    struct hash before, after;
    OK(store_digest(w->store, &before));
    import_init(&import, 2);
    import.message.dry_run = true;
    assert_int_equal(import_send(w, &import), SETTLE_ANSWER);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
    import.members[1].certno = "431002198001010028";
    assert_int_equal(import_send(w, &import), SETTLE_ANSWER);
    assert_int_equal(w->command->outcome, OUTCOME_REFUSED);
    OK(store_digest(w->store, &after));
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
}

static void every_bad_row_is_named(void **state)
{
    struct world *w = *state;
    struct import import;
    struct person person;
    import_init(&import, 4);
    import.members[0].certno = "431002198001010028"; /* EMPLOYEE's */
    import.covers[1].insuplc_admdvs = "430102";
    import.members[2].brdy = date_of(2026, 3, 11);
    import.members[3].has_death_date = true;
    import.members[3].death_date = date_of(2026, 3, 11);
    assert_int_equal(import_send(w, &import), SETTLE_RECORD);
    assert_int_equal(w->answer.record.kind, RECORD_REFUSAL);
    assert_int_equal(w->command->outcome, OUTCOME_REFUSED);
    assert_int_equal(w->command->n_errors, 4);
    assert_row(w, 0, REASON_MEMBER_DUPLICATE, 1, "certno");
    assert_non_null(strstr(w->command->errors[0]->zh, EMPLOYEE));
    assert_row(w, 1, REASON_MEMBER_INVALID, 2, "insuplc_admdvs");
    assert_row(w, 2, REASON_MEMBER_INVALID, 3, "brdy");
    assert_row(w, 3, REASON_MEMBER_INVALID, 4, "death_date");
    assert_int_equal(state_person(w->state, "N1", &person), ERR_NOTFOUND);
    assert_int_equal(state_person(w->state, "N4", &person), ERR_NOTFOUND);
}

/* The rows say 431002; the present state says whose the person is. */
static void a_county_takes_nobody_over(void **state)
{
    struct world *w = *state;
    struct import import;
    struct person person;
    import_init(&import, 2);
    import.covers[1].insuplc_admdvs = "431003";
    assert_int_equal(import_send(w, &import), SETTLE_RECORD);
    import_init(&import, 2);
    w->county = "431002";
    import.message.dry_run = true;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(import_send(w, &import), SETTLE_ANSWER);
        assert_int_equal(w->command->outcome, OUTCOME_REFUSED);
        assert_int_equal(w->command->n_errors, 1);
        assert_row(w, 0, REASON_NOT_AUTHORISED, 2, "psn_no");
        import.message.dry_run = false;
    }
    OK(state_person(w->state, "N2", &person));
    assert_string_equal(person.insurances[0].insuplc_admdvs, "431003");
    w->county = "431003";
    import_init(&import, 1);
    import.covers[0].insuplc_admdvs = "431003";
    assert_int_equal(import_send(w, &import), SETTLE_ANSWER);
    w->county = NULL; /* the region moves whom it likes */
    assert_int_equal(import_send(w, &import), SETTLE_RECORD);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
}

static void rows_that_clash_name_each_other(void **state)
{
    struct world *w = *state;
    struct import import;
    import_init(&import, 4);
    import.members[2].certno = import.members[0].certno;
    import.members[3].psn_no = import.members[1].psn_no;
    import_send(w, &import);
    assert_int_equal(w->command->n_errors, 2);
    assert_row(w, 0, REASON_MEMBER_INVALID, 4, "psn_no");
    assert_non_null(strstr(w->command->errors[0]->en, "row 2"));
    assert_row(w, 1, REASON_MEMBER_DUPLICATE, 3, "certno");
    assert_non_null(strstr(w->command->errors[1]->en, "row 1"));
}

static void the_last_place_is_one_whether_small_or_capital(void **state)
{
    struct world *w = *state;
    struct import import;
    char psn_no[TEXT_ID_MAX + 1];
    import_init(&import, 2);
    import.members[0].certno = "43100219900101999x";
    import.members[1].certno = "43100219900101999X";
    import_send(w, &import);
    assert_int_equal(w->command->n_errors, 1);
    assert_row(w, 0, REASON_MEMBER_DUPLICATE, 2, "certno");
    import_init(&import, 1);
    import.members[0].certno = "43100219900101999x";
    import_send(w, &import);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    OK(state_certificate(w->state, "01", "43100219900101999X", psn_no));
    assert_string_equal(psn_no, "N1");
    import_init(&import, 1);
    import.members[0].psn_no = "N9";
    import.members[0].certno = "43100219900101999X";
    import_send(w, &import);
    assert_row(w, 0, REASON_MEMBER_DUPLICATE, 1, "certno");
    import.members[0].psn_no = "N1"; /* written the other way: still its own */
    import_send(w, &import);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    OK(state_certificate(w->state, "01", "43100219900101999x", psn_no));
    assert_string_equal(psn_no, "N1");
}

static void a_number_freed_before_may_be_taken(void **state)
{
    struct world *w = *state;
    struct import import;
    char psn_no[TEXT_ID_MAX + 1];
    import_init(&import, 2);
    import_send(w, &import);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    struct import swap;
    import_init(&swap, 2);
    swap.members[0].certno = "431002199001019999"; /* N1 gets a new one */
    swap.members[1].psn_no = "N9";                 /* and somebody new its old one */
    swap.members[1].certno = import.certnos[0];
    import_send(w, &swap);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    OK(state_certificate(w->state, "01", import.certnos[0], psn_no));
    assert_string_equal(psn_no, "N9");
    OK(state_certificate(w->state, "01", "431002199001019999", psn_no));
    assert_string_equal(psn_no, "N1");
    /* The other way round it is still taken. */
    import_init(&swap, 2);
    swap.members[0].psn_no = "N8";
    swap.members[0].certno = "431002199001019999";
    swap.members[1].psn_no = "N1";
    import_send(w, &swap);
    assert_int_equal(w->answer.outcome, OUTCOME_REFUSED);
    assert_row(w, 0, REASON_MEMBER_DUPLICATE, 1, "certno");
}

static void an_opening_balance_is_credited_once(void **state)
{
    struct world *w = *state;
    struct import import;
    for (int i = 0; i < 2; i++) {
        import_init(&import, 1); /* another file each time */
        import.members[0].has_balc = true;
        import.members[0].balc = 500 + i;
        import_send(w, &import);
        assert_int_equal(w->answer.outcome, OUTCOME_DONE);
        assert_int_equal(world_balance(w, "N1"), 500);
    }
}

static void rows_that_are_in_stay_as_they_are(void **state)
{
    struct world *w = *state;
    struct import import;
    struct person person;
    import_init(&import, 2);
    import_send(w, &import);
    import.members[0].psn_name = "改名";
    import.members[2] = import.members[1];
    import_send(w, &import); /* the same rows of the same file under a new msgid */
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(w->command->row, 2);
    OK(state_person(w->state, "N1", &person));
    assert_string_equal(person.psn_name, "示例丁");
    import.digest[2] = 1; /* another file updates */
    import_send(w, &import);
    OK(state_person(w->state, "N1", &person));
    assert_string_equal(person.psn_name, "改名");
}

static void progress_is_told(void **state)
{
    struct world *w = *state;
    struct import import;
    Copay__Admin__Command command;
    Copay__Admin__ImportProgress progress = COPAY__ADMIN__IMPORT_PROGRESS__INIT;
    import_init(&import, 2);
    import_send(w, &import);
    world_command_init(w, &command);
    command.import_progress = &progress;
    progress.file_digest = (ProtobufCBinaryData){HASH_SIZE, import.digest};
    assert_int_equal(world_command(w, &command), SETTLE_ANSWER);
    assert_int_equal(w->command->row, 2);
    import.digest[5] = 9;
    world_command_init(w, &command);
    command.import_progress = &progress;
    world_command(w, &command);
    assert_true(w->command->has_row);
    assert_int_equal(w->command->row, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(members_come_in),
        WORLD_TEST(a_dry_run_changes_nothing),
        WORLD_TEST(every_bad_row_is_named),
        WORLD_TEST(a_county_takes_nobody_over),
        WORLD_TEST(rows_that_clash_name_each_other),
        WORLD_TEST(the_last_place_is_one_whether_small_or_capital),
        WORLD_TEST(a_number_freed_before_may_be_taken),
        WORLD_TEST(an_opening_balance_is_credited_once),
        WORLD_TEST(rows_that_are_in_stay_as_they_are),
        WORLD_TEST(progress_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
