/* The bytes of one connection: frames in, replies out. Gate thread. */
#ifndef DAEMON_STREAM_H
#define DAEMON_STREAM_H

#include "base/bytes.h"
#include "daemon/session.h"

enum io { IO_DONE, IO_WANT_READ, IO_WANT_WRITE, IO_EOF, IO_BROKEN };

/* What an SSL call's result means. */
enum io stream_result(struct session *session, int result);
void stream_want_write(struct session *session);

/* Reads and takes in frames until the peer has no more or the turn's share is used up. */
void stream_read(struct session *session);
/* Of a closing connection: bytes that nobody will look at. */
void stream_discard(struct session *session);
/* Appends a reply frame; it goes out with the turn's others. */
void stream_reply(struct session *session, struct slice frame);
/* One pass over what waits to go out. */
void stream_write(struct session *session);

#endif
