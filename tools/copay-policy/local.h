/* What a region makes of the items: its insurance catalogue (1312), price caps (1318) and first
 * self-pay ratios (1319). The platform answers these page by page, so their files are what a client
 * writes of the answers: TAB-separated, the names of the fields in the first line. */
#ifndef COPAY_POLICY_LOCAL_H
#define COPAY_POLICY_LOCAL_H

#include "national.h"

/* As national_read(), which calls it. */
void local_read(struct input *input, uint8_t number, struct intake *intake);

#endif
