/* The versions of one pack: a policy file each, which follow one another without overlap or gap.
 * Internal to lib/policy. */
#ifndef POLICY_VERSIONS_H
#define POLICY_VERSIONS_H

#include "base/fault.h"
#include "policy/policy.h"

#define VERSIONS_MAX 16
#define VERSION_FILE_MAX 63 /* bytes of a file's name, as faults show it */

struct version {
    char file[VERSION_FILE_MAX + 1];
    int effective_line;
    struct policy *policy;
};

struct versions {
    uint8_t count;
    struct version list[VERSIONS_MAX];
};

/* A policy file's name that no version may have, or too long a one: somebody meant it to count. */
bool version_is_misnamed(const char *name);

/* Puts them in order of time. */
void versions_sort(struct versions *versions);
/* Of the sorted: no day may have two, none between the first and the last may have none. */
void versions_check(const struct versions *versions, struct faults *faults);
/* Finds the versions that transitions name. */
void versions_link(const struct versions *versions, struct faults *faults);

struct catalogue;
/* What the catalogue says must mean something, and the same, in each of them. */
void versions_check_catalogue(const struct versions *versions, const struct catalogue *catalogue,
                              struct faults *faults);

#endif
