/* Filings (备案): long-term residence elsewhere, referral, chronic disease, signed doctor ... as
 * they were accepted, with their dates. Kept beside the person, whose stored facts have no room for
 * them. */
#ifndef MODEL_FILING_H
#define MODEL_FILING_H

#include <stdint.h>

#include "base/id.h"
#include "base/limits.h"

#define FILING_CODE 7

struct filing {
    char category[FILING_CODE + 1];        /* the region's code; the pack maps it to a name */
    int32_t begndate, enddate;             /* first and last day */
    char fixmedins_code[ID_FIXMEDINS + 1]; /* good there only; "": anywhere */
    char dise_codg[TEXT_CODE_MAX + 1];     /* good for that disease only; "": for any */
};

struct filings {
    uint32_t count;
    struct filing list[FILINGS_MAX];
};

#endif
