/* The parts of a Reply, each as the fields of its message. Inside lib/wire only. */
#ifndef WIRE_WRITE_H
#define WIRE_WRITE_H

#include "model/reply.h"
#include "wire/out.h"

/* Settle, pre-settle and void: reply->settlement, with lines, steps and clauses of reply->result
 * where there is one. */
void write_settlement(const struct reply *reply, struct out *out);
/* What the lines of an upload split into. */
void write_results(const struct reply *reply, struct out *out);
/* An operator's shifts. */
void write_counter(const struct reply *reply, struct out *out);
/* Filings of 25xx and 530x; entitlements of 2001. */
void write_filings(const struct reply *reply, struct out *out);
void write_entitlements(const struct reply *reply, struct out *out);
/* Each problem as one field of that number. */
void write_problems(const struct problems *problems, uint32_t field, struct out *out);

/* "stays" ... */
const struct word *accum_kind_word(uint8_t kind);

#endif
