/* Which funds would pay, layer by layer, with the reason in Chinese. Inside lib/settle only. */
#ifndef SETTLE_ENTITLEMENT_H
#define SETTLE_ENTITLEMENT_H

#include "adjudicate/adjudicate.h"
#include "settle/turn.h"

/* Whom the layers are asked about. */
struct standing {
    const struct policy *policy;
    const struct person *person;
    const struct insurance *cover; /* NULL: not insured on the date */
    int32_t pool_begins;           /* under it */
    int32_t date;
    uint32_t insutype, kind, class, identities; /* masks; kind 0: any */
};
/* insutype 0: employee first. */
struct standing standing_of(const struct policy *policy, const struct person *person,
                            uint16_t insutype, int32_t date, const char *med_type);

/* Each layer of the person's insurance and class into the reply, with its labels. `care`: what one
 * piece of care makes of them; NULL: none in particular. */
void entitlements_fill(struct turn *turn, const struct standing *s, const struct entitled *care);

#endif
