/* A province's file as it was compiled. Internal to lib/policy. */
#ifndef POLICY_PROVINCE_FILE_H
#define POLICY_PROVINCE_FILE_H

#include "policy/lock.h"
#include "policy/policy.h"
#include "policy/province.h"

struct province {
    struct arena *arena;
    struct yaml *yaml;     /* values of locks stand in it */
    struct policy *policy; /* holds the clauses */
    char code[ID_ADMDVS + 1];
    const char *name;
    uint16_t lock_count, freeze_count;
    struct lock *locks;
    struct freeze *freezes;
};

#endif
