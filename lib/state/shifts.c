/* A shift is one inline value under its operator. */
#include "state/shifts.h"

#include "state/inner.h"

enum err state_shift(struct state *state, const char *fixmedins_code, const char *opter,
                     struct shift *out)
{
    uint8_t bytes[SHIFT_BYTES_MAX];
    struct key key = key_shift(fixmedins_code, opter);
    size_t size = 0;
    enum err err = state_fetch(state, &key, bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err;
    struct reader r = reader_on(bytes, size);
    shift_read(&r, out);
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

void effects_put_shift(struct effects *effects, const char *fixmedins_code, const char *opter,
                       const struct shift *shift)
{
    uint8_t bytes[SHIFT_BYTES_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    shift_write(&w, shift);
    effects_put_written(effects, key_shift(fixmedins_code, opter), &w);
}
