/* Packs: a region's folder as one content-addressed unit, and its compiled form (design decision
 * 12): the versions of its rules (policy.yaml, policy-<name>.yaml), catalogue.csv,
 * institutions.csv, the cases that the rules must pass (cases/<name>.yaml), where the catalogue
 * comes from (catalogue-sources.csv, if it was imported), and the smart-audit rules (audit.yaml, if
 * there are any).
 *
 * The folder's files are put into one byte string (the bundle), whose SHA-256 is the pack's digest;
 * the bundle enters the ledger in chunks and is compiled from there, so that the data folder needs
 * nothing else. Loading is all or nothing, with all errors at once. */
#ifndef POLICY_PACK_H
#define POLICY_PACK_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/hash.h"
#include "policy/audit_rules.h"
#include "policy/catalogue.h"
#include "policy/policy.h"
#include "policy/sources.h"

struct pack; /* compiled, immutable, read by many threads */

/* Reads the folder's files into a bundle: malloc'ed, the caller frees. What cannot be read is named
 * in faults: ERR_NOTFOUND, ERR_IO, ERR_LIMIT (a file or path too long), ERR_NOMEM; and so is what
 * a pack does not take (ERR_INVALID): anything in cases/ that is no case, a province's file. The
 * layout: per file in order of name, u8 name length, name, u32 length, bytes. */
enum err pack_bundle(const char *dir, uint8_t **bundle, size_t *size,
                     struct faults *faults) MUST_CHECK;

/* A bundle's next file, where *at begins at 0 and is the bundle's size after the last one; false at
 * the end and where the bundle is torn. `name` holds BUNDLE_NAME bytes; *file borrows. */
#define BUNDLE_NAME 256
bool bundle_next(struct slice bundle, size_t *at, char *name, struct slice *file);
/* Where the cases of a pack lie in its folder, and how their names begin in its bundle. */
#define PACK_CASES "cases/"

/* The smart-audit rules, in folder and bundle. */
#define AUDIT_FILE "audit.yaml"

/* Whether a file of that name is a version of the rules: policy.yaml, or policy-<name>.yaml with
 * letters, digits, - and _. */
bool pack_version_file(const char *name);
/* The same of versions and audit rules alone, for cases with stated lines. */
enum err pack_bundle_versions(const char *dir, uint8_t **bundle, size_t *size,
                              struct faults *faults) MUST_CHECK;

/* Compiles a bundle. ERR_INVALID with all faults; ERR_NOMEM. *out is the caller's: pack_free(). */
enum err pack_compile(struct slice bundle, struct pack **out, struct faults *faults) MUST_CHECK;
/* Without tables: an empty catalogue, no institutions. */
enum err pack_compile_versions(struct slice bundle, struct pack **out,
                               struct faults *faults) MUST_CHECK;
/* The same of a pack that was published before, with its tables or without: objections (fault.h)
 * stay in faults, and it is compiled all the same. */
enum err pack_compile_published(struct slice bundle, bool tables, struct pack **out,
                                struct faults *faults) MUST_CHECK;
/* One version's text alone, without tables. `file` names it in faults. */
enum err pack_compile_policy(const char *file, struct slice text, struct pack **out,
                             struct faults *faults) MUST_CHECK;
void pack_free(struct pack *pack);

struct hash pack_digest(const struct pack *pack);
/* Its first hexadecimal digits, as answers name it. */
#define PACK_DIGITS 16
const char *pack_digest_text(const struct pack *pack);
const char *pack_region(const struct pack *pack);
/* In order of time; one at least. */
uint8_t pack_version_count(const struct pack *pack);
const struct policy *pack_version(const struct pack *pack, uint8_t index);
/* The version in force on `date`, or NULL. */
const struct policy *pack_policy(const struct pack *pack, int32_t date);
/* The day that chooses the version (dates.rule_version), and the version for care of those days. */
int32_t pack_rule_day(const struct pack *pack, struct care_days days);
const struct policy *pack_policy_for(const struct pack *pack, struct care_days days);
const struct catalogue *pack_catalogue(const struct pack *pack);
/* Without entries unless the catalogue was imported. */
const struct catalogue_sources *pack_catalogue_sources(const struct pack *pack);
/* NULL: the pack has none. */
const struct audit_rules *pack_audit(const struct pack *pack);
/* NULL when unknown. */
const struct institution *pack_institution(const struct pack *pack, const char *fixmedins_code);

#endif
