/* The proposal's layout, and whether two actors are one person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "model/proposal.h"

static void the_layout_comes_back(void **state)
{
    (void)state;
    struct proposal in = {.digest = hash_sha256("pack", 4),
                          .chunks = 3,
                          .submitted = UINT64_MAX,
                          .approved = UINT64_MAX},
                    out;
    uint8_t bytes[PROPOSAL_BYTES_MAX];
    memset(in.author, 'a', ACTOR_MAX);
    memset(in.approver, 'b', ACTOR_MAX);
    struct writer w = writer_on(bytes, sizeof bytes);
    proposal_write(&w, &in);
    assert_false(w.failed); /* every field at its limit */
    struct reader r = reader_on(bytes, w.used);
    proposal_read(&r, &out);
    assert_true(reader_done(&r));
    assert_memory_equal(out.digest.bytes, in.digest.bytes, HASH_SIZE);
    assert_int_equal(out.chunks, 3);
    assert_true(out.submitted == UINT64_MAX && out.approved == UINT64_MAX);
    assert_string_equal(out.author, in.author);
    assert_string_equal(out.approver, in.approver);
    bytes[0]++;
    r = reader_on(bytes, w.used);
    proposal_read(&r, &out);
    assert_false(reader_done(&r));
}

static void a_person_is_one_whatever_the_duty(void **state)
{
    (void)state;
    assert_true(proposal_same_person("431000:enter:zhang", "431002:approve:zhang"));
    assert_false(proposal_same_person("431000:enter:zhang", "431000:enter:zhan"));
    assert_false(proposal_same_person("431000:enter:li", "431000:approve:zhang"));
    assert_true(proposal_same_person("zhang", "431000:enter:zhang"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_layout_comes_back),
        cmocka_unit_test(a_person_is_one_whatever_the_duty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
