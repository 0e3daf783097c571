/* Case files as run and explain open them. */
#ifndef COPAY_POLICY_CASE_FILE_H
#define COPAY_POLICY_CASE_FILE_H

#include <limits.h>

#include "cases/case.h"

struct case_file {
    const char *path;
    struct arena *arena;
    struct yaml *document;
    struct policy_case policy_case; /* after case_file_read() */
};

/* Parses it; what is wrong is in faults too. Close it whatever happened. */
enum err case_file_open(const char *path, struct faults *faults, struct case_file *out) MUST_CHECK;
/* The pack that the case names, as a path from here; empty when it names none. */
void case_file_pack(const struct case_file *file, char out[PATH_MAX]);
enum err case_file_read(struct case_file *file, const struct pack *pack,
                        struct faults *faults) MUST_CHECK;
void case_file_close(struct case_file *file);

/* Calls `visit` with the file, or with each case of a folder, in order of name. Returns how many
 * others in the folder look like cases, as .yml or lie in folders below: printed to stderr. */
unsigned case_file_each(const char *path, void (*visit)(void *context, const char *file),
                        void *context);

#endif
