/* The three tables of an import, read and checked by themselves: every row with what is wrong, rows
 * that name each other, identity numbers that occur twice. Held in memory, compactly: a million
 * members take some 500 MiB. */
#ifndef COPAYCTL_ROSTER_H
#define COPAYCTL_ROSTER_H

#include "base/err.h"
#include "base/hash.h"
#include "model/person.h"

struct roster_insurance {
    struct insurance insurance;
    struct roster_insurance *next; /* of the same member, in the order of the file */
};

struct roster_identity {
    struct identity identity;
    struct roster_identity *next;
};

struct roster_member {
    const char *psn_no, *psn_cert_type, *certno, *psn_name, *naty;
    uint32_t row; /* of the members file */
    int32_t brdy, death_date;
    int64_t balc; /* fen */
    bool balc_given;
    uint8_t gend, insurance_count, identity_count;
    struct roster_insurance *insurances, *last_insurance;
    struct roster_identity *identities, *last_identity;
};

struct roster;

struct roster_files {
    const char *members, *insurances, *identities; /* paths */
};

/* Reads and checks. *fault_count is how many faults were printed to stdout; the roster may be used
 * only when there are none. ERR_OK even then. *out is the caller's: roster_free(). */
enum err roster_read(const struct roster_files *files, struct roster **out,
                     uint64_t *fault_count) MUST_CHECK;
void roster_free(struct roster *roster);

/* SHA-256 of the three files' digests: with a row number, the key under which an import resumes. */
struct hash roster_digest(const struct roster *roster);
uint32_t roster_count(const struct roster *roster);
/* In the order of the members file. */
const struct roster_member *roster_member(const struct roster *roster, uint32_t i);

#endif
