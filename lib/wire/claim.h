/* The bill of a Settle message. */
#ifndef WIRE_CLAIM_H
#define WIRE_CLAIM_H

#include "base/arena.h"
#include "base/err.h"
#include "copay.pb-c.h"
#include "model/claim.h"
#include "wire/bounds.h"

/* Fills *claim, borrowing texts from the unpacked message, and runs claim_check() on it.
 * ERR_INVALID when problems were added, ERR_NOMEM when the arena is exhausted. */
enum err claim_read(const Copay__Settle *settle, struct arena *arena, struct claim *claim,
                    struct problems *problems) MUST_CHECK;

/* Parts of it that other messages have too. Lines are read, not checked. */
enum err claim_read_lines(Copay__Line *const *lines, size_t count, struct arena *arena,
                          struct claim *claim, struct problems *problems) MUST_CHECK;
void claim_read_trauma(const struct bounds *b, const Copay__Trauma *trauma, struct trauma *out);
void claim_read_agreed(const Copay__Agreed *agreed, struct claim *claim);
const char *claim_read_insutype(const struct bounds *b, const char *text);

/* Bytes. */
#define CERT_TYPE_MAX 3
#define MED_TYPE_MAX 6

/* mdtrt_cert_type is one that every region knows: 01, 02, 03, 99; "" is left to the caller. */
void claim_check_credential(const char *mdtrt_cert_type, struct problems *problems);

#endif
