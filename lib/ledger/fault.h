/* Fills a ledger_fault; one call, so that every refusal names segment, offset and sequence. */
#ifndef LEDGER_FAULT_H
#define LEDGER_FAULT_H

#include "ledger/ledger.h"

/* Texts that do not fit are cut. */
void fault_set(struct ledger_fault *fault, const char *segment, uint64_t offset, uint64_t sequence,
               const char *format, ...) PRINTF_LIKE(5, 6);

#endif
