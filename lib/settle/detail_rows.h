/* The institution's list, to be searched by what its rows name. Inside lib/settle only. */
#ifndef SETTLE_DETAIL_ROWS_H
#define SETTLE_DETAIL_ROWS_H

#include "base/arena.h"
#include "base/err.h"
#include "model/detail.h"

/* Both orders are by number, then by place in the list: the sequence in a setl_id, time and count
 * of a msgid. Rows that name neither properly are in neither: they are nothing of ours. */
struct detail_rows {
    const struct detail_row *rows;
    uint32_t setl_count, msg_count;
    struct detail_place {
        uint64_t number;
        uint32_t row;
    } * by_setl, *by_msg;
};

/* In the arena; borrows the rows. ERR_NOMEM. */
enum err detail_rows_index(const struct detail_row *rows, uint32_t count, struct arena *arena,
                           struct detail_rows *out) MUST_CHECK;

/* The first row of that setl_id; of that msgid: false when there is none. */
bool detail_rows_settlement(const struct detail_rows *list, const char *setl_id, uint32_t *row);
bool detail_rows_message(const struct detail_rows *list, const char *msgid, uint32_t *row);

#endif
