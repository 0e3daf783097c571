/* The fold: the only function that changes the region's state. The settler calls it with the record
 * it has just built and recovery with the record it has just read; both fold the same bytes. */
#include "base/check.h"
#include "state/images.h"
#include "state/inner.h"

enum err state_apply(struct state *state, const struct record *record)
{
    const struct moment moment = {.sequence = record->sequence, .time_ms = record->time_ms};
    struct images images;
    bool single = false;
    CHECK(record->sequence == state->moment.sequence + 1);
    CHECK(record->time_ms >= state->moment.time_ms);
    enum err err = images_begin(&images, record);
    while (err == ERR_OK && images_next(&images)) {
        for (size_t i = 0; i < images.count; i++)
            single |= images.list[i].key.data[0] == KEY_SINGLE &&
                      images.list[i].key.data != images.moment.bytes;
        err = store_put_all(state->store, images.list, images.count);
    }
    if (err == ERR_OK && single) /* one of the mirrored K values was among them */
        err = state_mirror(state);
    if (err == ERR_OK)
        state->moment = moment;
    return err;
}
