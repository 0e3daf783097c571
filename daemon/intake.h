/* From a frame to a job: decode, check shape, identity and region. Gate thread. */
#ifndef DAEMON_INTAKE_H
#define DAEMON_INTAKE_H

#include "base/bytes.h"
#include "base/reason.h"
#include "daemon/session.h"
#include "wire/frame.h"

/* Takes in one whole frame: it goes to its region's settler, or its refusal to the replies. */
void intake_frame(struct session *session, const struct frame_head *head, struct slice envelope);
/* Answers bytes that are no frame, under an empty msgid; the connection closes behind it. */
void intake_refuse(struct session *session, enum reason reason);

#endif
