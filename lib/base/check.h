/* Invariants and attributes that every folder uses.
 *
 * CHECK stays on in release builds: a broken state or ledger invariant stops the process before
 * anything is written (design: "Errors are values, broken invariants crash"). */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0))                                                     \
            check_failed(#condition, __FILE__, __LINE__);                                          \
    } while (0)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Prints the failed condition to stderr and aborts. Never returns. */
void check_failed(const char *condition, const char *file, int line) __attribute__((noreturn));

#endif
