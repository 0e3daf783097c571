/* The bytes of one connection: frames in, replies out. Gate thread. */
#ifndef DAEMON_STREAM_H
#define DAEMON_STREAM_H

#include "base/bytes.h"
#include "daemon/session.h"

/* Asked of OpenSSL or given to it at a time: one TLS record. */
#define STREAM_CHUNK 16384

/* Reads and takes in frames until the peer has no more, `*bytes` are used up (they are counted
 * down), or it is at one of its caps. True: there may be more, and nothing of the session's own
 * holds it up. */
bool stream_read(struct session *session, size_t *bytes);
/* Takes the answered job; its frame goes out with the turn's others. */
void stream_reply(struct session *session, struct job *job);
/* One pass over what waits to go out. */
void stream_write(struct session *session);
bool stream_waits(const struct session *session);
/* Forgets what waits to go out. */
void stream_drop(struct session *session);

#endif
