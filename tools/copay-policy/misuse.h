/* What is wrong with a command line, told on stderr as a fault of a file is: the option, what was
 * found and what was expected, in Chinese and English. Each returns false, for its caller to pass
 * on. */
#ifndef COPAY_POLICY_MISUSE_H
#define COPAY_POLICY_MISUSE_H

#include <stdbool.h>

#include "base/check.h"

/* Both formats take the same arguments in the same order. */
bool misuse(const char *option, const char *zh, const char *en, ...) PRINTF_LIKE(2, 4)
    PRINTF_LIKE(3, 4);
/* Of a value; `found` is NULL when there is none. */
bool misuse_value(const char *option, const char *found, const char *zh, const char *en);
/* Of what getopt_long() answers with '?' or ':', for a list of short options that is ":". */
bool misuse_option(char *argv[], int answer);
/* When a command of one PACK has none or several behind its options. */
bool misuse_packs(int count);

#endif
