/* An operator has one shift at a time, so that no sum of money can stand in two. It goes on over
 * midnight, for who works at night, and ends with 9002 or with the sign-in of a later day. */
#include "settle/shift.h"

#include <string.h>

#include "state/shifts.h"

static bool runs(const struct shift *shift)
{
    return shift->sign_out_time == 0;
}

/* *found false: the operator has none here. */
static enum err find(struct turn *turn, struct shift **out, bool *found)
{
    const struct request *request = turn->request;
    *out = arena_alloc(turn->arena, sizeof **out);
    if (!*out)
        return ERR_NOMEM;
    enum err err = state_shift(turn->state, request->fixmedins_code, request->opter, *out);
    *found = err == ERR_OK;
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

static void put(struct turn *turn, const struct shift *shift)
{
    effects_put_shift(turn->effects, turn->request->fixmedins_code, turn->request->opter, shift);
}

static void refuse_number(struct turn *turn, const char *sign_no)
{
    problem_addf(turn->problems, REASON_SIGN_NO, "sign_no", NULL, "%s -> 9001", sign_no);
}

static enum err sign_in(struct turn *turn, struct shift *last, bool found)
{
    struct reply *reply = turn->reply;
    const bool running = found && runs(last);
    reply->told.shift = last;
    if (running && date_of_time(last->sign_time) == turn->today)
        return turn_record(turn, RECORD_SHIFT);
    struct shift *shift = arena_alloc(turn->arena, sizeof *shift);
    if (!shift)
        return ERR_NOMEM;
    if (running) {
        last->sign_out_time = turn->now_ms;
        reply->told.closed_shift = last;
    }
    id_format_sign(turn->settle->region, turn->today, turn->sequence, shift->sign_no);
    TEXT_SET(shift->dev_no, turn->request->dev_no);
    shift->sign_time = turn->now_ms;
    reply->told.shift = shift;
    put(turn, shift);
    return turn_record(turn, RECORD_SHIFT);
}

static enum err sign_out(struct turn *turn, struct shift *shift, bool found)
{
    const char *sign_no = turn->request->sign_out.sign_no;
    if (!found || strcmp(shift->sign_no, sign_no) != 0) {
        refuse_number(turn, sign_no);
        return turn_refuse(turn);
    }
    if (runs(shift)) {
        shift->sign_out_time = turn->now_ms;
        put(turn, shift);
    }
    turn->reply->told.shift = shift;
    return turn_record(turn, RECORD_SHIFT);
}

enum err shift_turn(struct turn *turn)
{
    struct shift *shift;
    bool found;
    enum err err = find(turn, &shift, &found);
    if (err != ERR_OK)
        return err;
    return turn->request->kind == REQUEST_SIGN_IN ? sign_in(turn, shift, found)
                                                  : sign_out(turn, shift, found);
}

enum err shift_open(struct turn *turn)
{
    const struct request *request = turn->request;
    bool found;
    if (!request->sign_no[0] || request->kind == REQUEST_SIGN_IN ||
        request->kind == REQUEST_SIGN_OUT)
        return ERR_OK;
    enum err err = find(turn, &turn->shift, &found);
    if (err != ERR_OK)
        return err;
    if (!found || !runs(turn->shift) || strcmp(turn->shift->sign_no, request->sign_no) != 0)
        refuse_number(turn, request->sign_no);
    return ERR_OK;
}

enum err shift_post(struct turn *turn, const struct settlement *settlement)
{
    if (!turn->shift)
        return ERR_OK;
    enum err err = shift_add(turn->shift, settlement);
    if (err == ERR_OK)
        put(turn, turn->shift);
    return err;
}
