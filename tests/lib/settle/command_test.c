/* lib/settle/command: operators are answered once and for ever, like terminals. */
#include "fixture.h"

static void confirm_init(struct world *w, Copay__Admin__Command *command,
                         Copay__Admin__ClockConfirm *confirm)
{
    world_command_init(w, command);
    copay__admin__clock_confirm__init(confirm);
    command->clock_confirm = confirm;
}

static void a_command_is_repeated(void **state)
{
    struct world *w = *state;
    Copay__Admin__Command command;
    Copay__Admin__ClockConfirm confirm;
    confirm_init(w, &command, &confirm);
    assert_int_equal(world_command(w, &command), SETTLE_RECORD);
    assert_int_equal(w->answer.record.kind, RECORD_CLOCK_CONFIRM);
    assert_int_equal(w->answer.record.schema, SCHEMA_OPERATOR);
    assert_string_equal(w->answer.record.actor, OPERATOR);
    assert_string_equal(w->answer.record.approver, "");
    assert_int_equal(w->command->sequence, w->record_count);
    struct slice first = slice_copy(w->answer.body);
    w->now_ms += 90 * DAY_MS;
    assert_int_equal(world_command(w, &command), SETTLE_REPEAT);
    assert_int_equal(w->answer.body.size, first.size);
    assert_memory_equal(w->answer.body.data, first.data, first.size);
    free((void *)first.data);
    command.inf_time++; /* other content */
    assert_int_equal(world_command(w, &command), SETTLE_ANSWER);
    assert_int_equal(w->command->errors[0]->code, REASON_MSGID_REUSED);
}

static void another_region_is_refused(void **state)
{
    struct world *w = *state;
    Copay__Admin__Command command;
    Copay__Admin__ClockConfirm confirm;
    confirm_init(w, &command, &confirm);
    command.region = "430100";
    assert_int_equal(world_command(w, &command), SETTLE_ANSWER);
    assert_int_equal(w->command->outcome, OUTCOME_REFUSED);
    assert_int_equal(w->command->errors[0]->code, REASON_REGION_WRONG);
}

static enum settle_verdict look(struct world *w, const char *psn_no)
{
    Copay__Admin__Command command;
    Copay__Admin__PersonLook message = COPAY__ADMIN__PERSON_LOOK__INIT;
    world_command_init(w, &command);
    message.psn_no = (char *)psn_no;
    command.person_look = &message;
    return world_command(w, &command);
}

static void a_look_is_a_record_with_what_was_seen(void **state)
{
    struct world *w = *state;
    assert_int_equal(look(w, EMPLOYEE), SETTLE_RECORD);
    assert_int_equal(w->answer.record.kind, RECORD_PERSON_LOOK);
    Copay__Person *person =
        copay__person__unpack(NULL, w->command->person.len, w->command->person.data);
    assert_non_null(person);
    assert_string_equal(person->psn_no, EMPLOYEE);
    assert_int_equal(person->insuinfo[0]->balc, 20000);
    copay__person__free_unpacked(person, NULL);
    assert_int_equal(look(w, "P999"), SETTLE_RECORD); /* the attempt is kept too */
    assert_int_equal(w->answer.record.kind, RECORD_REFUSAL);
    assert_int_equal(w->command->errors[0]->code, REASON_PERSON_UNKNOWN);
    assert_false(w->command->has_person);
}

static void a_look_needs_no_policy(void **state)
{
    struct world *w = *state;
    world_import(w);
    assert_int_equal(look(w, RESIDENT), SETTLE_RECORD);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_command_is_repeated),
        WORLD_TEST(another_region_is_refused),
        WORLD_TEST(a_look_is_a_record_with_what_was_seen),
        BARE_TEST(a_look_needs_no_policy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
