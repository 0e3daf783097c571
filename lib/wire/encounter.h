/* What messages say of an encounter over days. Each borrows texts from the unpacked message, adds
 * to problems what the message alone tells, and returns ERR_NOMEM when the arena is exhausted. */
#ifndef WIRE_ENCOUNTER_H
#define WIRE_ENCOUNTER_H

#include "copay.pb-c.h"
#include "model/request.h"

void encounter_read_order(const Copay__Encounter *m, struct request *out,
                          struct problems *problems);
void encounter_read_name(const Copay__EncounterName *m, struct request *out,
                         struct problems *problems);
enum err encounter_read_upload(const Copay__Upload *m, struct arena *arena, struct request *out,
                               struct problems *problems) MUST_CHECK;
enum err encounter_read_cancel(const Copay__Cancel *m, struct arena *arena, struct request *out,
                               struct problems *problems) MUST_CHECK;
void encounter_read_settle(const Copay__EncounterSettle *m, struct request *out,
                           struct problems *problems);

#endif
