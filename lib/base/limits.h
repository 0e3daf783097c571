/* A number on everything, each with its reason, and their relations checked at compile time
 * (design decision 17). */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stdint.h>

/* A frame holds the largest bill of one message with room to spare. */
#define FRAME_MAX (4 * 1024 * 1024)
/* Lines of one message; a long inpatient stay has some 3,000. */
#define LINES_MAX 5000
/* Days before a stay whose fees a policy may let stand on its bill. */
#define BEFORE_DAYS_MAX 30
/* Lines of one stay over all its uploads (the conversation issue). */
#define STAY_LINES_MAX 30000
/* Packed bytes of one line with every field at its limit. */
#define LINE_WIRE_MAX 800
/* Rows of one list to be compared (3202), and packed bytes of one. */
#define DETAIL_ROWS_MAX 5000
#define DETAIL_ROW_WIRE_MAX 200
/* Everything of a message that is not lines. */
#define MESSAGE_HEAD_MAX (16 * 1024)

_Static_assert((long)LINES_MAX *LINE_WIRE_MAX + MESSAGE_HEAD_MAX <= FRAME_MAX,
               "the largest legal bill must fit a frame");
_Static_assert(FRAME_MAX / LINE_WIRE_MAX < 2 * LINES_MAX,
               "a frame is not far larger than the largest legal bill");

/* Boxes of drugs (药品追溯码) that one bill dispenses: two a line. */
#define TRACES_MAX 10000

/* One line's split and reason in a reply. */
#define LINE_REPLY_MAX 400
_Static_assert((long)LINES_MAX *LINE_REPLY_MAX + MESSAGE_HEAD_MAX <= FRAME_MAX,
               "the answer to the largest legal bill must fit a frame");

/* What decoding and adjudicating one request may allocate: a protobuf-c scan costs some five times
 * the frame (pitfalls, "Amplification"). */
#define REQUEST_ARENA_MAX (6 * FRAME_MAX)

/* Texts, in bytes, as in the national interface's lengths; Chinese takes three bytes a character.*/
#define TEXT_CODE_MAX 50   /* med_list_codg, dise_codg, certificate numbers */
#define TEXT_ID_MAX 30     /* psn_no, setl_id, msgid, feedetl_sn */
#define TEXT_NAME_MAX 150  /* names, medins_list_codg */
#define TEXT_ERROR_MAX 400 /* one structured error's text */
#define ERRORS_MAX 16      /* errors of one answer; the rest is counted */

/* fetus_cnt and fetts of a delivery: more is a slip of the pen. */
#define CHILDREN_MAX 20

/* Adjudication. */
#define STEPS_MAX 96      /* explanation steps of the layers of one claim */
#define FUND_ROWS_MAX 32  /* setldetail rows of one claim */
#define ACCUMS_MAX 64     /* accumulators of one member and year */
#define DELTAS_MAX 32     /* accumulators that one claim moves */
#define INSURANCES_MAX 8  /* insurances of one person, past ones included */
#define IDENTITIES_MAX 12 /* identities of one person, past ones included */
#define FILINGS_MAX 16    /* filings of one person, past ones included */

/* A blob chunk is one record (design decision 12). */
#define BLOB_CHUNK_MAX (1024 * 1024)
/* A record: effects, the request and the reply. */
#define RECORD_MAX (2 * FRAME_MAX + 256 * 1024)
/* A group goes to disk in one sync; beyond this size the sync no longer dominates. */
#define GROUP_RECORDS_MAX 4096
#define GROUP_BYTES_MAX (8 * 1024 * 1024)
/* The settler may be this many groups ahead of the journal. */
#define GROUPS_AHEAD_MAX 2
/* A value over this goes to LMDB overflow pages (pitfalls, LMDB "Random keys"). */
#define VALUE_INLINE_MAX 2038
/* The longest key is an operator's message: actor 120, msgid 30, two marks. */
#define KEY_MAX 160

/* A new msgid dated farther away than this is refused (design decision 4). */
#define MSGID_AGE_MAX_MS (INT64_C(7) * 86400000)
/* The wall clock against the monotonic clock (design section 3, "Time"). */
#define CLOCK_JUMP_MAX_MS (INT64_C(10) * 60 * 1000)

/* The gate. */
#define FRAME_TIME_MAX_MS 10000 /* from a frame's first byte to its last */
#define HANDSHAKE_TIME_MAX_MS 5000
#define IN_FLIGHT_CONNECTION_MAX 64
#define CONNECTIONS_MAX 4096
#define UNREAD_REPLIES_MAX (16 * 1024 * 1024) /* a peer that does not read is closed */

#endif
