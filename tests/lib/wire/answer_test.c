/* lib/wire/answer: what operators read back. */
#include "answers.h"
#include "one_arena.h"

#include "admin.pb-c.h"

static Copay__Admin__CommandReply *answered(const struct command_reply *reply)
{
    struct slice body;
    assert_int_equal(wire_write_command_reply(reply, arena, &body), ERR_OK);
    Copay__Admin__CommandReply *m = copay__admin__command_reply__unpack(NULL, body.size, body.data);
    assert_non_null(m);
    return m;
}

static void rows_name_file_row_and_field(void **state)
{
    (void)state;
    static struct command_reply reply = {.msgid = "m1", .outcome = OUTCOME_REFUSED, .more = 5};
    reply.problem_count = 2;
    reply.problems[0] =
        (struct row_problem){REASON_PACK_INVALID, "policy.yaml", "layers", "错", "wrong", 12};
    reply.problems[1] = (struct row_problem){REASON_PACK_INCOMPLETE, NULL, NULL, "缺", "none", 0};
    Copay__Admin__CommandReply *m = answered(&reply);
    assert_int_equal(m->outcome, OUTCOME_REFUSED);
    assert_int_equal(m->errors_more, 5);
    assert_int_equal(m->n_errors, 2);
    assert_string_equal(m->errors[0]->file, "policy.yaml");
    assert_int_equal(m->errors[0]->row, 12);
    assert_false(m->errors[1]->has_row);
    assert_null(m->errors[1]->field);
    assert_false(m->has_sequence || m->has_row || m->has_person);
    copay__admin__command_reply__free_unpacked(m, NULL);
}

static struct slice wordless(struct command_reply *reply, const char *first, const char *second)
{
    struct slice body, out;
    reply->problems[0].zh = reply->problems[0].en = first;
    reply->problems[1].zh = reply->problems[1].en = second;
    assert_int_equal(wire_write_command_reply(reply, arena, &body), ERR_OK);
    assert_int_equal(wire_command_reply_wordless(body, arena, &out), ERR_OK);
    return out;
}

static bool same(struct slice a, struct slice b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* A pack's faults alone lose their texts, of a refusal that is packed as ours are. */
static void faults_without_their_words(void **state)
{
    (void)state;
    static struct command_reply reply = {.msgid = "m1", .outcome = OUTCOME_REFUSED, .more = 5};
    reply.problem_count = 2;
    reply.problems[0] =
        (struct row_problem){REASON_PACK_INVALID, "policy.yaml", "layers", "", "", 12};
    reply.problems[1] = (struct row_problem){REASON_PACK_INCOMPLETE, NULL, NULL, "", "", 0};
    const struct slice out = wordless(&reply, "wrong", "none");
    assert_true(same(out, wordless(&reply, "not right", "none")));
    assert_true(same(out, wordless(&reply, "", "none")));
    assert_false(same(out, wordless(&reply, "wrong", "other")));
    reply.problems[0].row = 13;
    assert_false(same(out, wordless(&reply, "wrong", "none")));
    reply.problems[0].row = 12;
    reply.more = 6;
    assert_false(same(out, wordless(&reply, "wrong", "none")));
    reply.more = 5;
    reply.outcome = OUTCOME_DONE;
    assert_false(same(wordless(&reply, "wrong", "none"), wordless(&reply, "not right", "none")));
    reply.outcome = OUTCOME_REFUSED;

    struct slice body, again;
    assert_int_equal(wire_write_command_reply(&reply, arena, &body), ERR_OK);
    uint8_t longer[1000]; /* its outcome stands in it twice */
    memcpy(longer, body.data, body.size);
    longer[body.size] = 2 << 3;
    longer[body.size + 1] = OUTCOME_REFUSED;
    const struct slice other = {longer, body.size + 2};
    assert_int_equal(wire_command_reply_wordless(other, arena, &again), ERR_OK);
    assert_ptr_equal(again.data, longer);
    assert_int_equal(again.size, other.size);
    const struct slice junk = {(const uint8_t *)"junk", 4};
    assert_int_equal(wire_command_reply_wordless(junk, arena, &again), ERR_INVALID);
}

static void status_row_and_person(void **state)
{
    (void)state;
    struct command_status status = {.version = "0.1.0", .sequence = 7, .clock_suspect = true};
    struct person person = {.psn_no = "1",
                            .psn_cert_type = "01",
                            .certno = "2",
                            .psn_name = "示例甲",
                            .gend = 1,
                            .death_date = DATE_NONE};
    struct request request = {.infno = "1101", .msgid = ""};
    struct reply look = {.request = &request, .person = &person};
    static struct command_reply reply = {
        .msgid = "m2", .outcome = OUTCOME_DONE, .sequence = 8, .row_given = true};
    reply.status = &status;
    reply.person = &look;
    Copay__Admin__CommandReply *m = answered(&reply);
    assert_true(m->sequence == 8 && m->has_row && m->row == 0);
    assert_string_equal(m->status->version, "0.1.0");
    assert_true(m->status->clock_suspect);
    assert_null(m->status->policy);
    Copay__Person *p = copay__person__unpack(NULL, m->person.len, m->person.data);
    assert_non_null(p);
    assert_string_equal(p->psn_name, "示例甲");
    copay__person__free_unpacked(p, NULL);
    copay__admin__command_reply__free_unpacked(m, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_name_file_row_and_field),
        cmocka_unit_test(faults_without_their_words),
        cmocka_unit_test(status_row_and_person),
    };
    return cmocka_run_group_tests_name("answer", tests, setup, teardown);
}
