/* The parts of a Reply, each as the fields of its message. Inside lib/wire only. */
#ifndef WIRE_WRITE_H
#define WIRE_WRITE_H

#include "model/reply.h"
#include "wire/out.h"

/* Settle, pre-settle and void: reply->settlement, with lines, steps and clauses of reply->result
 * where there is one. */
void write_settlement(const struct reply *reply, struct out *out);
/* Each problem as one field of that number. */
void write_problems(const struct problems *problems, uint32_t field, struct out *out);

/* "stays" ... */
const char *accum_kind_text(uint8_t kind);
/* "310", inside buf. */
#define INSUTYPE_TEXT 6
const char *insutype_text(uint16_t insutype, char buf[INSUTYPE_TEXT]);

#endif
