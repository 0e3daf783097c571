/* daemon/inbox: nothing is lost or reordered between threads, and a wake is never missed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>

#include "daemon/inbox.h"

#define PRODUCERS 3
#define EACH 20000

struct letter {
    struct parcel parcel;
    int producer, number;
};

static struct inbox inbox;

static void *produce(void *context)
{
    struct letter *letters = context;
    for (int i = 0; i < EACH; i++) {
        inbox_put(&inbox, &letters[i].parcel);
        if (i % 3 == 0 || i == EACH - 1)
            inbox_wake(&inbox);
    }
    return NULL;
}

/* The wait has no end but the wake: a missed one hangs, and the test's timeout kills it. */
static void every_parcel_arrives_in_order(void **state)
{
    (void)state;
    pthread_t threads[PRODUCERS];
    struct letter *letters[PRODUCERS];
    int next[PRODUCERS] = {0}, arrived = 0;
    assert_int_equal(inbox_open(&inbox), ERR_OK);
    for (int p = 0; p < PRODUCERS; p++) {
        letters[p] = calloc(EACH, sizeof *letters[p]);
        for (int i = 0; i < EACH; i++)
            letters[p][i] = (struct letter){.producer = p, .number = i};
        assert_int_equal(pthread_create(&threads[p], NULL, produce, letters[p]), 0);
    }
    while (arrived < PRODUCERS * EACH) {
        struct parcels came = {0};
        inbox_wait(&inbox, -1);
        inbox_take(&inbox, &came);
        for (struct parcel *p = parcels_take(&came); p; p = parcels_take(&came)) {
            struct letter *letter = (struct letter *)p;
            assert_int_equal(letter->number, next[letter->producer]++);
            arrived++;
        }
    }
    for (int p = 0; p < PRODUCERS; p++) {
        pthread_join(threads[p], NULL);
        free(letters[p]);
    }
    inbox_close(&inbox);
}

static void lists_keep_both_ends(void **state)
{
    (void)state;
    struct parcel a = {0}, b = {0}, c = {0};
    struct parcels list = {0};
    assert_null(parcels_take(&list));
    parcels_append(&list, &b);
    parcels_prepend(&list, &a);
    parcels_append(&list, &c);
    assert_ptr_equal(parcels_take(&list), &a);
    assert_ptr_equal(parcels_take(&list), &b);
    assert_ptr_equal(parcels_take(&list), &c);
    assert_null(parcels_take(&list));
    parcels_prepend(&list, &a);
    parcels_append(&list, &b);
    assert_ptr_equal(parcels_take(&list), &a);
    assert_ptr_equal(parcels_take(&list), &b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_parcel_arrives_in_order),
        cmocka_unit_test(lists_keep_both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
