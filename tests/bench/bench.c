/* See bench.h. */
#include "bench.h"

#include <time.h>

void bench_options(int argc, char **argv, struct bench_option *options, size_t count)
{
    for (int i = 1; i < argc; i += 2) {
        size_t n = 0;
        while (n < count &&
               (strncmp(argv[i], "--", 2) != 0 || strcmp(argv[i] + 2, options[n].name) != 0))
            n++;
        if (n == count || i + 1 == argc) {
            fprintf(stderr, "usage: %s", argv[0]);
            for (n = 0; n < count; n++)
                fprintf(stderr, " [--%s %s]", options[n].name, options[n].text);
            fputc('\n', stderr);
            exit(2);
        }
        options[n].text = argv[i + 1];
    }
}

uint64_t bench_number(const struct bench_option *option)
{
    char *end;
    unsigned long long value = strtoull(option->text, &end, 10);
    if (option->text[0] == '\0' || *end != '\0') {
        fprintf(stderr, "--%s wants a number, not %s\n", option->name, option->text);
        exit(2);
    }
    return value;
}

void bench_must(enum err err, const char *what)
{
    if (err == ERR_OK)
        return;
    fprintf(stderr, "bench: %s failed: %s\n", what, err_text(err));
    exit(1);
}

void bench_need(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(1);
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    bench_need(clock_gettime(clock, &t) == 0, "clock_gettime");
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bench_wall(void)
{
    return seconds(CLOCK_MONOTONIC);
}

double bench_cpu(void)
{
    return seconds(CLOCK_THREAD_CPUTIME_ID);
}

uint64_t bench_next(struct bench_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t bench_below(struct bench_random *random, uint64_t bound)
{
    return bench_next(random) % bound;
}

void bench_shuffle(struct bench_random *random, uint32_t *list, uint32_t count)
{
    for (uint32_t i = count; i > 1; i--) {
        uint32_t j = (uint32_t)bench_below(random, i);
        uint32_t kept = list[i - 1];
        list[i - 1] = list[j];
        list[j] = kept;
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_percentile(double *list, size_t count, double share)
{
    qsort(list, count, sizeof *list, compare);
    size_t at = (size_t)(share * (double)(count - 1) + 0.5);
    return list[at];
}
