/* lib/base/background: it is the calling thread that steps back, and no other. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/background.h"

static int nice_of_this_thread(void)
{
    return getpriority(PRIO_PROCESS, (id_t)gettid());
}

static void *step_back(void *nice)
{
    background_begin();
    *(int *)nice = nice_of_this_thread();
    return NULL;
}

static void test_one_thread_steps_back(void **state)
{
    (void)state;
    int before = nice_of_this_thread(), nice = -1;
    pthread_t thread;
    if (before > BACKGROUND_NICE)
        skip(); /* nobody may step forward again */
    assert_int_equal(pthread_create(&thread, NULL, step_back, &nice), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(nice, BACKGROUND_NICE);
    assert_int_equal(nice_of_this_thread(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_thread_steps_back)};
    return cmocka_run_group_tests_name("background", tests, NULL, NULL);
}
