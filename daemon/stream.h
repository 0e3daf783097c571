/* The bytes of one connection: frames in, replies out. Gate thread. */
#ifndef DAEMON_STREAM_H
#define DAEMON_STREAM_H

#include "base/bytes.h"
#include "daemon/session.h"

/* Asked of OpenSSL at a time: one TLS record. */
#define STREAM_READ_MAX 16384

/* Reads and takes in frames until the peer has no more, `*bytes` are used up (they are counted
 * down), or it is at one of its caps. True: there may be more, and nothing of the session's own
 * holds it up. */
bool stream_read(struct session *session, size_t *bytes);
/* Appends a reply frame; it goes out with the turn's others. */
void stream_reply(struct session *session, struct slice frame);
/* One pass over what waits to go out. */
void stream_write(struct session *session);

#endif
