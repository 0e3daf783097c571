/* 就高不就低: for a while, the better of two versions (V-59). */
#ifndef POLICY_TRANSITION_H
#define POLICY_TRANSITION_H

#include <stdbool.h>
#include <stdint.h>

struct policy;

struct transition {
    const char *file;                /* the other version's, as the pack names it */
    const struct policy *against;    /* that version; its clauses hold the transition's, too */
    int32_t until;                   /* last day, by the date that chooses the version */
    uint16_t filings;                /* mask: for whom one of them is in force; 0: for all */
    bool new_accumulators;           /* move by this version's figures, whichever is chosen */
    uint16_t clause, clause_against; /* in this version and in the other */
    int line;
};

#endif
