/* lib/wire/scan: what protobuf-c would let through or merge is found, by name. */
#include "support.h"

#include "wire/pool.h"
#include "wire/scan.h"

static const struct scan_limit lines_limit = {.message = &copay__settle__descriptor,
                                              .field = 18,
                                              .count_max = 3,
                                              .bytes_max = LINE_WIRE_MAX,
                                              .reason = REASON_LINES_TOO_MANY,
                                              .label = 1};

static struct problems problems;

static enum err scan(struct slice bytes)
{
    memset(&problems, 0, sizeof problems);
    return scan_message(bytes, &copay__request__descriptor, &lines_limit, 1, &problems);
}

static void a_good_message_passes(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    struct slice body = pack(&s.request);
    assert_int_equal(scan(body), ERR_OK);
    assert_int_equal(problems.count, 0);
    slice_free(body);
}

static void every_truncation_is_survived_and_refused(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    struct slice body = pack(&s.request);
    int passed = 0;
    for (size_t cut = 0; cut < body.size; cut++) {
        uint8_t *copy = malloc(cut ? cut : 1);
        memcpy(copy, body.data, cut);
        passed += scan((struct slice){copy, cut}) == ERR_OK;
        free(copy);
    }
    assert_int_equal(passed, 1); /* cut just before the bill, which is optional to protobuf */
    slice_free(body);
}

static void flipped_bits_never_read_over_the_end(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    struct slice body = pack(&s.request);
    uint8_t *bytes = (uint8_t *)body.data;
    int refused = 0;
    for (size_t at = 0; at < body.size; at++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] ^= (uint8_t)(1 << bit);
            refused += scan(body) != ERR_OK;
            bytes[at] ^= (uint8_t)(1 << bit);
        }
    assert_true(refused > 200);
    slice_free(body);
}

/* Appends raw bytes to a packed message. */
static struct slice with_tail(struct slice body, const void *tail, size_t size)
{
    uint8_t *bytes = malloc(body.size + size);
    memcpy(bytes, body.data, body.size);
    memcpy(bytes + body.size, tail, size);
    slice_free(body);
    return (struct slice){bytes, body.size + size};
}

static void tails_are_judged(void **state)
{
    (void)state;
    static const struct {
        const char *tail;
        size_t size;
        enum reason reason; /* NONE: it passes */
        const char *field;
    } rows[] = {
        {"\x0a\x04"
         "2207",
         6, REASON_FIELD_INVALID, "infno"}, /* the second infno: which one counts? */
        {"\x62\x00", 2, REASON_FIELD_INVALID, "settle"},
        {"\x52\x02\x41\x00", 4, REASON_FIELD_INVALID, "sign_no"},     /* NUL in a text */
        {"\x52\x02\x41\x1f", 4, REASON_FIELD_INVALID, "sign_no"},     /* key separator */
        {"\x52\x02\xc0\x80", 4, REASON_FIELD_INVALID, "sign_no"},     /* overlong NUL */
        {"\x52\x03\xed\xa0\x80", 5, REASON_FIELD_INVALID, "sign_no"}, /* surrogate */
        {"\x52\x03\xe5\x8c\xbb", 5, REASON_NONE, NULL},               /* 医 */
        {"\x50\x01", 2, REASON_MALFORMED, "sign_no"},                 /* wrong wire type */
        {"\x53\x54", 2, REASON_MALFORMED, NULL},                      /* a group */
        {"\x00\x00", 2, REASON_MALFORMED, NULL},                      /* field 0 */
        {"\x52\x7f", 2, REASON_MALFORMED, NULL},                      /* longer than all */
        {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11, REASON_MALFORMED, NULL},
        {"\xa2\x06\x01x", 4, REASON_NONE, NULL}, /* field 100: a newer client's */
        {"\xa9\x06"
         "12345678",
         10, REASON_NONE, NULL},
        {"\xa9\x06"
         "1234567",
         9, REASON_MALFORMED, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sample s;
        sample_init(&s);
        struct slice body = with_tail(pack(&s.request), rows[i].tail, rows[i].size);
        enum err err = scan(body);
        assert_int_equal(err, rows[i].reason == REASON_NONE ? ERR_OK : ERR_INVALID);
        if (rows[i].reason != REASON_NONE)
            assert_true(
                has_problem(&problems, rows[i].reason, rows[i].field ? rows[i].field : "", NULL));
        slice_free(body);
    }
}

static void missing_fields_are_named_with_their_line(void **state)
{
    (void)state;
    /* settle { lines { feedetl_sn: "A" } }: all else is missing. */
    static const uint8_t bytes[] = {0x62, 6, 0x92, 0x01, 3, 0x0a, 1, 'A'};
    assert_int_equal(scan((struct slice){bytes, sizeof bytes}), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "msgid", ""));
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "med_list_codg", "A"));
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "medfee_sumamt", ""));
    assert_true(problems.count == ERRORS_MAX || problems.more == 0);
}

static void numbers_outside_their_type_are_refused(void **state)
{
    (void)state;
    /* RequestEnvelope.attempt = 2^32 + 1: protobuf-c would read 1. */
    static const uint8_t bytes[] = {0x0a, 0, 0x28, 0x81, 0x80, 0x80, 0x80, 0x10};
    memset(&problems, 0, sizeof problems);
    assert_int_equal(scan_message((struct slice){bytes, sizeof bytes},
                                  &copay__request_envelope__descriptor, NULL, 0, &problems),
                     ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "attempt", ""));
}

static void limits_hold(void **state)
{
    (void)state;
    struct sample s;
    Copay__Line *four[4];
    sample_init(&s);
    for (int i = 0; i < 4; i++)
        four[i] = &s.lines[0];
    s.settle.n_lines = 4;
    s.settle.lines = four;
    struct slice body = pack(&s.request);
    assert_int_equal(scan(body), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_LINES_TOO_MANY, "lines", ""));
    slice_free(body);

    sample_init(&s);
    char *codes[40];
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        codes[i] = "83012345678901234567";
    s.lines[1].n_drug_trac_codg = ARRAY_LEN(codes);
    s.lines[1].drug_trac_codg = codes;
    body = pack(&s.request);
    assert_int_equal(scan(body), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_TOO_LONG, "lines", "L002"));
    slice_free(body);
}

/* What protobuf-c keeps of a newer client's fields, and we do not. */
static void drop_unknown(ProtobufCMessage *m)
{
    m->n_unknown_fields = 0;
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
        if (f->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        ProtobufCMessage **inner = (ProtobufCMessage **)((char *)m + f->offset);
        size_t count = *inner != NULL;
        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            count = *(size_t *)((char *)m + f->quantifier_offset);
            inner = *(ProtobufCMessage ***)inner;
        }
        for (size_t n = 0; n < count; n++)
            drop_unknown(inner[n]);
    }
}

/* Whatever is let through reads as protobuf-c reads it. True when it is let through. */
static bool reads_alike(struct slice bytes, const ProtobufCMessageDescriptor *message)
{
    struct arena *mine = arena_new(1 << 20), *theirs = arena_new(1 << 20);
    ProtobufCMessage *m, *expected;
    memset(&problems, 0, sizeof problems);
    enum err err = scan_unpack(bytes, message, &lines_limit, 1, mine, mine, &problems, &m);
    if (err == ERR_OK) {
        assert_int_equal(problems.count, 0);
        assert_int_equal(pool_unpack(bytes, message, theirs, &expected), ERR_OK);
        drop_unknown(expected);
        size_t size = protobuf_c_message_get_packed_size(expected);
        assert_int_equal(protobuf_c_message_get_packed_size(m), size);
        uint8_t *a = malloc(size), *b = malloc(size);
        protobuf_c_message_pack(expected, a);
        protobuf_c_message_pack(m, b);
        assert_memory_equal(a, b, size);
        free(a);
        free(b);
    } else {
        assert_int_equal(err, ERR_INVALID);
        assert_true(problems.count > 0);
    }
    arena_free(mine);
    arena_free(theirs);
    return err == ERR_OK;
}

static void what_is_unpacked_is_what_protobuf_c_unpacks(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    char *codes[] = {"83012345678901234567", "医保", "", "4", "5", "6", "7", "8", "9", "10"};
    s.lines[1].n_drug_trac_codg = ARRAY_LEN(codes);
    s.lines[1].drug_trac_codg = codes;
    s.lines[2].det_item_fee_sumamt = -1;
    s.lines[2].cnt = INT64_MIN;
    s.lines[2].has_hosp_appr_flag = true;
    s.lines[2].hosp_appr_flag = UINT32_MAX;
    Copay__Agreed agreed = COPAY__AGREED__INIT;
    agreed.psn_cash_pay = INT64_MAX;
    agreed.acct_pay = INT64_MIN;
    s.settle.agreed = &agreed;
    struct slice body = pack(&s.request);
    assert_true(reads_alike(body, &copay__request__descriptor));
    uint8_t *copy = malloc(body.size);
    uint32_t seed = 20251113;
    int passed = 0;
    for (int round = 0; round < 20000; round++) {
        memcpy(copy, body.data, body.size);
        for (uint32_t changes = 1 + round % 3; changes > 0; changes--) {
            seed = seed * 1664525 + 1013904223;
            size_t at = (seed >> 8) % body.size;
            seed = seed * 1664525 + 1013904223;
            copy[at] = (uint8_t)(seed >> 16);
        }
        passed += reads_alike((struct slice){copy, body.size}, &copay__request__descriptor);
    }
    assert_true(passed > 2000 && passed < 18000); /* both ways are taken */
    free(copy);
    slice_free(body);
}

/* A number is read at once where eight bytes can be, else byte by byte. */
static void numbers_of_every_length_read_alike(void **state)
{
    (void)state;
    uint8_t bytes[64] = {0x0a, 0, 0x20}; /* RequestEnvelope: an empty body, sent_time */
    for (int bit = 0; bit < 64; bit++)
        for (size_t behind = 0; behind < 12; behind++) {
            size_t size = 3;
            for (uint64_t v = UINT64_C(0x8123456789abcdef) >> bit; v > 0 || size == 3; v >>= 7)
                bytes[size++] = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
            for (size_t i = 0; i < behind; i++) /* empty texts of a field unknown here */
                memcpy(bytes + size + 2 * i, "\x7a\x00", 2);
            assert_true(reads_alike((struct slice){bytes, size + 2 * behind},
                                    &copay__request_envelope__descriptor));
        }
    static const uint8_t too_long[] = {0x0a, 0,    0x20, 0x80, 0x80, 0x80, 0x80,
                                       0x80, 0x80, 0x80, 0x80, 0x80, 0x02};
    assert_false(reads_alike((struct slice){too_long, sizeof too_long},
                             &copay__request_envelope__descriptor));
}

static void a_control_character_is_found_wherever_it_stands(void **state)
{
    (void)state;
    static const char bad[] = {'\0', '\n', '\x1f', '\x7f'};
    for (size_t length = 1; length < 20; length++)
        for (size_t at = 0; at < length; at++)
            for (size_t i = 0; i < sizeof bad; i++) {
                struct sample s;
                uint8_t tail[2 + 20] = {0x52, (uint8_t)length}; /* sign_no */
                memset(tail + 2, '~', length);
                sample_init(&s);
                struct slice body = with_tail(pack(&s.request), tail, 2 + length);
                assert_int_equal(scan(body), ERR_OK);
                ((uint8_t *)body.data)[body.size - length + at] = (uint8_t)bad[i];
                assert_int_equal(scan(body), ERR_INVALID);
                assert_true(has_problem(&problems, REASON_FIELD_INVALID, "sign_no", ""));
                slice_free(body);
            }
}

static void an_arena_too_small_is_told_apart(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    struct slice body = pack(&s.request);
    int exhausted = 0;
    for (size_t limit = 0;; limit += 64) {
        struct arena *arena = arena_new(limit);
        ProtobufCMessage *m;
        memset(&problems, 0, sizeof problems);
        enum err err = scan_unpack(body, &copay__request__descriptor, &lines_limit, 1, arena, arena,
                                   &problems, &m);
        arena_free(arena);
        assert_int_equal(problems.count, 0);
        if (err == ERR_OK)
            break;
        assert_int_equal(err, ERR_NOMEM);
        exhausted++;
    }
    assert_true(exhausted > 10);
    slice_free(body);
}

/* Two bytes on the wire each: once the first is found wanting, no more structs are made. */
static void empty_elements_cost_nothing(void **state)
{
    (void)state;
    uint8_t bytes[3 + 3 * 40] = {0x62, 3 * 40};
    for (size_t i = 0; i < 40; i++)
        memcpy(bytes + 2 + 3 * i, (const uint8_t[]){0x92, 0x01, 0}, 3);
    struct scan_limit many = lines_limit;
    many.count_max = 1000;
    struct arena *arena = arena_new(1 << 20);
    ProtobufCMessage *m;
    memset(&problems, 0, sizeof problems);
    assert_int_equal(scan_unpack((struct slice){bytes, 2 + 3 * 40}, &copay__request__descriptor,
                                 &many, 1, arena, arena, &problems, &m),
                     ERR_INVALID);
    assert_true(arena_used(arena) < 2048);
    arena_free(arena);
}

static void peeking_gives_printable_text_or_nothing(void **state)
{
    (void)state;
    char out[8];
    static const uint8_t text[] = {0x0a, 3, 'a', 'b', 'c'}, number[] = {0x08, 0xac, 0x02},
                         control[] = {0x0a, 2, 'a', '\n'}, cut[] = {0x0a, 9, 'a'},
                         longer[] = {0x0a, 8, '1', '2', '3', '4', '5', '6', '7', '8'};
    scan_peek((struct slice){text, sizeof text}, 1, out, sizeof out);
    assert_string_equal(out, "abc");
    scan_peek((struct slice){text, sizeof text}, 2, out, sizeof out);
    assert_string_equal(out, "");
    scan_peek((struct slice){number, sizeof number}, 1, out, sizeof out);
    assert_string_equal(out, "300");
    scan_peek((struct slice){control, sizeof control}, 1, out, sizeof out);
    assert_string_equal(out, "");
    scan_peek((struct slice){cut, sizeof cut}, 1, out, sizeof out);
    assert_string_equal(out, "");
    scan_peek((struct slice){longer, sizeof longer}, 1, out, sizeof out);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_message_passes),
        cmocka_unit_test(every_truncation_is_survived_and_refused),
        cmocka_unit_test(flipped_bits_never_read_over_the_end),
        cmocka_unit_test(tails_are_judged),
        cmocka_unit_test(missing_fields_are_named_with_their_line),
        cmocka_unit_test(numbers_outside_their_type_are_refused),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(what_is_unpacked_is_what_protobuf_c_unpacks),
        cmocka_unit_test(numbers_of_every_length_read_alike),
        cmocka_unit_test(a_control_character_is_found_wherever_it_stands),
        cmocka_unit_test(an_arena_too_small_is_told_apart),
        cmocka_unit_test(empty_elements_cost_nothing),
        cmocka_unit_test(peeking_gives_printable_text_or_nothing),
    };
    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
