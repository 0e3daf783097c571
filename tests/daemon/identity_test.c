/* daemon/identity: which URIs name somebody, and what certificates with several say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/x509v3.h>
#include <string.h>

#include "daemon/identity.h"

static bool parse(const char *uri, struct sender *sender)
{
    return identity_parse(uri, strlen(uri), sender);
}

static void institutions_are_named(void **state)
{
    (void)state;
    struct sender sender;
    assert_true(parse("urn:fixmedins:H43100299001", &sender));
    assert_int_equal(sender.role, SENDER_INSTITUTION);
    assert_string_equal(sender.name, "H43100299001");
    assert_string_equal(sender.county, "");
}

static void operators_are_named_with_scope_and_duty(void **state)
{
    (void)state;
    struct sender sender;
    assert_true(parse("urn:copayd:operator:431002:audit:op-99_001.x", &sender));
    assert_int_equal(sender.role, SENDER_OPERATOR);
    assert_int_equal(sender.duty, DUTY_AUDIT);
    assert_string_equal(sender.county, "431002");
    assert_string_equal(sender.name, "431002:audit:op-99_001.x");
    assert_true(parse("urn:copayd:operator:431000:enter:a", &sender));
    assert_int_equal(sender.duty, DUTY_ENTER);
    assert_true(parse("urn:copayd:operator:431000:approve:a", &sender));
    assert_int_equal(sender.duty, DUTY_APPROVE);
}

static void anything_else_names_nobody(void **state)
{
    (void)state;
    static const char *const uris[] = {
        "",
        "urn:fixmedins:",
        "urn:fixmedins:H4310029900",
        "urn:fixmedins:H431002990011",
        "urn:fixmedins:X43100299001",
        "URN:fixmedins:H43100299001",
        "https://example.org/urn:fixmedins:H43100299001",
        "urn:copayd:operator:431000:enter",
        "urn:copayd:operator:431000:enter:",
        "urn:copayd:operator:431000:destroy:zhang",
        "urn:copayd:operator:43100:enter:zhang",
        "urn:copayd:operator:431000:enter:zhang:more",
        "urn:copayd:operator:431000:enter:zhang\x1f",
        "urn:copayd:operator::enter:zhang",
    };
    struct sender sender;
    for (size_t i = 0; i < ARRAY_LEN(uris); i++)
        assert_false(parse(uris[i], &sender));
}

static void names_are_bounded_and_hold_no_nul(void **state)
{
    (void)state;
    struct sender sender;
    char uri[256] = "urn:copayd:operator:431000:enter:";
    size_t head = strlen(uri);
    size_t room = ACTOR_MAX - strlen("431000:enter:");
    memset(uri + head, 'a', room);
    uri[head + room] = '\0';
    assert_true(parse(uri, &sender));
    uri[head + room] = 'a';
    uri[head + room + 1] = '\0';
    assert_false(parse(uri, &sender));
    static const char cut[] = "urn:fixmedins:H43100299001\0.example";
    assert_false(identity_parse(cut, sizeof cut - 1, &sender));
    memset(uri, 'a', sizeof uri);
    assert_false(identity_parse(uri, sizeof uri, &sender));
}

static X509 *certificate(const char *names)
{
    X509 *x509 = X509_new();
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, NULL, x509, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, names);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(x509, extension, -1), 1);
    X509_EXTENSION_free(extension);
    return x509;
}

static bool certificate_names(const char *names, struct sender *sender)
{
    X509 *x509 = certificate(names);
    bool named = identity_of(x509, sender);
    X509_free(x509);
    return named;
}

static void a_certificate_names_one(void **state)
{
    (void)state;
    struct sender sender;
    assert_true(certificate_names("DNS:till.example,URI:urn:fixmedins:H43100299001", &sender));
    assert_string_equal(sender.name, "H43100299001");
    assert_false(certificate_names("DNS:urn.fixmedins.example", &sender));
    assert_false(certificate_names("URI:urn:fixmedins:H43100299001,URI:urn:fixmedins:"
                                   "H43100299002",
                                   &sender));
    assert_false(certificate_names("URI:urn:fixmedins:H43100299001,"
                                   "URI:urn:copayd:operator:431000:enter:zhang",
                                   &sender));
    X509 *bare = X509_new();
    assert_false(identity_of(bare, &sender));
    X509_free(bare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(institutions_are_named),
        cmocka_unit_test(operators_are_named_with_scope_and_duty),
        cmocka_unit_test(anything_else_names_nobody),
        cmocka_unit_test(names_are_bounded_and_hold_no_nul),
        cmocka_unit_test(a_certificate_names_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
