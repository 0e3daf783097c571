/* What a province's bureau binds its cities' packs to: keys of the policy language that are locked,
 * and days on which no new local policy is taken. One file, province.yaml, which goes the way of a
 * pack: a content-addressed bundle, submitted, approved and published in each region's ledger. A
 * lock holds for days, as a version of a pack's rules does; it speaks to every version that holds
 * on one of them.
 *
 * Locks are held against the text of a pack as it was written, not against what it compiles to: the
 * same in the daemon, in verify and offline. Compiled once, immutable, read by any thread. */
#ifndef POLICY_PROVINCE_H
#define POLICY_PROVINCE_H

#include "policy/pack.h"

#define PROVINCE_FILE "province.yaml"
#define PROVINCE_BYTES_MAX (128 * 1024) /* the settler reads it at each submission */
#define LOCKS_MAX 500
#define FREEZES_MAX 50

struct province;
struct lock;

/* Days on which no new local policy is taken, both ends included. */
struct freeze {
    int32_t begndate, enddate;
    uint16_t clause;
};

/* As pack_bundle(), of the one file. */
enum err province_bundle(const char *dir, uint8_t **bundle, size_t *size,
                         struct faults *faults) MUST_CHECK;
/* ERR_INVALID with all faults; ERR_NOMEM. *out is the caller's: province_free(). */
enum err province_compile(struct slice bundle, struct province **out,
                          struct faults *faults) MUST_CHECK;
/* The same of a file that was published before: objections (fault.h) stay in faults, and it is
 * compiled all the same. */
enum err province_compile_published(struct slice bundle, struct province **out,
                                    struct faults *faults) MUST_CHECK;
void province_free(struct province *province);

const char *province_code(const struct province *province); /* 430000 */
const char *province_name(const struct province *province);
/* ERR_OK: the pooling region is one of its; otherwise ERR_INVALID with the fault. */
enum err province_check_region(const struct province *province, const char *region,
                               struct faults *faults) MUST_CHECK;
const struct policy_clause *province_clause(const struct province *province, uint16_t clause);

uint16_t province_lock_count(const struct province *province);
const struct lock *province_lock(const struct province *province, uint16_t index);
/* The path of its key, and its days. */
const char *lock_key(const struct lock *lock);
int32_t lock_begins(const struct lock *lock);
int32_t lock_ends(const struct lock *lock);
uint16_t lock_clause(const struct lock *lock);
/* What the key must be, in words: "0.65", "不低于 0.60". */
#define LOCK_WORDS 100
void lock_words(const struct lock *lock, bool chinese, char out[LOCK_WORDS]);

/* Each word of each lock's path against what the language has at that place: ERR_INVALID with a
 * fault for each that it has not; ERR_NOMEM. Not part of province_compile(): what is in force
 * stays, and a word that binds nothing harms nobody's bill. A name that packs give (a layer's, a
 * grade's) cannot be told from another: see province_reach(). */
enum err province_check_keys(const struct province *province, struct faults *faults) MUST_CHECK;

/* What a lock finds in a pack: how many of its versions hold on a day of the lock, and how many
 * places of these it names. A place where only the last key is left out is one. */
struct lock_reach {
    uint32_t versions, places;
};
/* Adds what the bundle has to reach[], one for each lock; versions that are not well-formed count
 * for nothing. ERR_NOMEM. */
enum err province_reach(const struct province *province, struct slice bundle,
                        struct lock_reach reach[]) MUST_CHECK;
/* The same of one version's text. */
enum err province_reach_version(const struct province *province, struct slice text,
                                struct lock_reach reach[]) MUST_CHECK;

/* Every version of the bundle against every lock that holds on one of its days; each place that is
 * otherwise is a fault with the pack's file and line, the lock's key, what was found and expected,
 * and the province's clause. Versions that are not well-formed are left to pack_compile(). ERR_OK;
 * ERR_INVALID; ERR_NOMEM. */
enum err province_check(const struct province *province, struct slice bundle,
                        struct faults *faults) MUST_CHECK;
/* The same of one version's text; `file` names it in faults. */
enum err province_check_version(const struct province *province, const char *file,
                                struct slice text, struct faults *faults) MUST_CHECK;

uint16_t province_freeze_count(const struct province *province);
const struct freeze *province_freeze_at(const struct province *province, uint16_t index);
/* The freeze that holds on that day, or NULL. */
const struct freeze *province_freeze(const struct province *province, int32_t date);

#endif
