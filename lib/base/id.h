/* Identifiers in their national forms (reference: interface.md, sections 5 and 6). */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/err.h"

#define ID_ADMDVS 6     /* region or county, GB/T 2260 and insurance pseudo-codes */
#define ID_FIXMEDINS 12 /* H or P, region, serial */
#define ID_MSGID 30     /* fixmedins 12, yyyyMMddHHmmss 14, sequence 4 */
#define ID_SETL 30      /* region 6, yyyyMMdd 8, ledger sequence 16 */

/* Writes the last `count` digits of a number, zeros in front, without a NUL; returns their end. A
 * settlement writes ten such numbers, and snprintf() would take it as long as adjudicating. */
char *id_digits(char *out, uint64_t number, int count);

/* Six digits. */
bool id_is_admdvs(const char *text);
/* H or P, six digits of region, five of serial. */
bool id_is_fixmedins(const char *text);
/* Splits a msgid; ERR_INVALID when it is not in the national form. sent_ms may be NULL. */
enum err id_parse_msgid(const char *text, int64_t *sent_ms) MUST_CHECK;

/* Region, business date (yyyyMMdd) and ledger sequence: 30 digits, in order of time within a
 * region. buf holds ID_SETL + 1. */
char *id_format_setl(const char *region, int32_t date, uint64_t sequence, char *buf);
/* The ledger sequence inside a setl_id; ERR_INVALID for any other text. */
enum err id_parse_setl(const char *text, uint64_t *sequence) MUST_CHECK;
/* The encounter id of a visit that its settlement registers: the same 30 characters with 'M' for
 * the first digit, so that nobody mistakes one for the other. */
char *id_format_mdtrt(const char *region, int32_t date, uint64_t sequence, char *buf);
/* The number of an operator's shift, likewise, with 'S'. */
char *id_format_sign(const char *region, int32_t date, uint64_t sequence, char *buf);
/* A filing's number: likewise, with 'F'. */
char *id_format_filing(const char *region, int32_t date, uint64_t sequence, char *buf);

#endif
