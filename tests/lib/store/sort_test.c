/* lib/store/sort: byte order, stability, and keys that share long beginnings or only differ in
 * length. */
#include "support.h"

#include "store/sort.h"

#define MANY 20000

static struct overlay_entry *entry_of(struct slice key, uint32_t number)
{
    struct overlay_entry *e = malloc(sizeof *e + key.size + sizeof number);
    assert_non_null(e);
    e->key_size = (uint16_t)key.size;
    e->value_size = e->value_capacity = sizeof number;
    e->deleted = false;
    memcpy(e->bytes, key.data, key.size);
    memcpy(e->bytes + key.size, &number, sizeof number);
    return e;
}

static uint32_t number_of(const struct overlay_entry *e)
{
    uint32_t number;
    memcpy(&number, overlay_value(e).data, sizeof number);
    return number;
}

static void sort_and_check(struct sort_item *items, size_t count)
{
    struct sort_item *room = calloc(count + 1, sizeof *room);
    sort_items(items, room, count);
    for (size_t i = 1; i < count; i++) {
        const struct overlay_entry *a = items[i - 1].entry, *b = items[i].entry;
        int order = overlay_compare(overlay_key(a), overlay_key(b));
        assert_true(order < 0 || (order == 0 && number_of(a) < number_of(b)));
    }
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)items[i].entry);
    free(room);
}

/* Institutions interleaved, times ascending: as messages arrive. */
static void business_keys(void **state)
{
    struct sort_item *items = calloc(MANY, sizeof *items);
    uint32_t seed = 7;
    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        char key[64];
        seed = seed * 1664525 + 1013904223;
        int n = snprintf(key, sizeof key, "MH4310029%04u2026031009%06u%04u", seed >> 20 & 255,
                         i / 7, i % 7);
        items[i].entry = entry_of((struct slice){(const uint8_t *)key, (size_t)n}, i);
    }
    sort_and_check(items, MANY);
    free(items);
}

static void random_keys_of_any_length(void **state)
{
    struct sort_item *items = calloc(MANY, sizeof *items);
    uint32_t seed = 99;
    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        uint8_t key[KEY_MAX];
        seed = seed * 1664525 + 1013904223;
        size_t size = 1 + (seed >> 8) % KEY_MAX;
        for (size_t j = 0; j < size; j++) {
            seed = seed * 1664525 + 1013904223;
            key[j] = (uint8_t)(seed >> 28 < 12 ? 0 : seed >> 24); /* many zeros, many ties */
        }
        items[i].entry = entry_of((struct slice){key, size}, i);
    }
    sort_and_check(items, MANY);
    free(items);
}

static void keys_that_differ_in_length_only(void **state)
{
    struct sort_item items[KEY_MAX * 2];
    uint8_t zeros[KEY_MAX] = {0};
    (void)state;
    for (uint32_t i = 0; i < KEY_MAX * 2; i++)
        items[i].entry = entry_of((struct slice){zeros, KEY_MAX - i % KEY_MAX}, i);
    sort_and_check(items, KEY_MAX * 2);
}

static void equal_keys_keep_their_order(void **state)
{
    struct sort_item items[100];
    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        items[i].entry = entry_of(text(i % 3 ? "same" : "other"), i);
    sort_and_check(items, 100);
    sort_and_check(items, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(business_keys),
        cmocka_unit_test(random_keys_of_any_length),
        cmocka_unit_test(keys_that_differ_in_length_only),
        cmocka_unit_test(equal_keys_keep_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
