/* Where and why a ledger cannot be read, in the one struct that operators get to see. */
#include "ledger/fault.h"

#include <stdarg.h>
#include <stdio.h>

void fault_set(struct ledger_fault *fault, const char *segment, uint64_t offset, uint64_t sequence,
               const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(fault->text, sizeof(fault->text), format, args);
    va_end(args);
    snprintf(fault->segment, sizeof(fault->segment), "%s", segment);
    fault->offset = offset;
    fault->sequence = sequence;
}
