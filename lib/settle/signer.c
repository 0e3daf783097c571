/* Key changes. What a key is and whether its signature holds is not for the state machine: the
 * caller brings the new signer's row, signed by the key that is in force, and this only sees that
 * it follows on that one. */
#include <string.h>

#include "settle/command.h"

static bool follows(const struct signer *now, const struct command *command)
{
    const struct signer *next = command->signer;
    uint8_t algorithm = command->algorithm ? command->algorithm : now->algorithm;
    return next && next->previous == now->sequence && next->algorithm == algorithm &&
           memcmp(next->by, now->id, SIGNER_ID) == 0;
}

enum err signer_change(struct command_turn *ct)
{
    struct signer now;
    enum err err = state_signer(ct->turn.state, &now);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    /* None was brought yet, or the key was changed while it was made. */
    if (!follows(&now, ct->command)) {
        ct->turn.answer->verdict = SETTLE_NEEDS;
        ct->turn.answer->sequence = state_sequence(ct->turn.state);
        return ERR_OK;
    }
    struct signer *next = arena_alloc(ct->turn.arena, sizeof *next);
    if (!next)
        return ERR_NOMEM;
    *next = *ct->command->signer;
    next->sequence = ct->turn.sequence;
    effects_put_signer(ct->turn.effects, next);
    ct->reply->signer_count = 1;
    ct->reply->signers = next;
    return command_record(ct, RECORD_KEY_CHANGE);
}

enum err settle_first_signer(struct settle *settle, const struct signer *signer, int64_t now_ms,
                             struct arena *arena, struct record *record)
{
    struct turn turn;
    struct signer first = *signer;
    struct settle_answer *answer = arena_alloc(arena, sizeof *answer);
    struct record head = {
        .kind = RECORD_KEY_CHANGE, .schema = SCHEMA_OPERATOR, .outcome = OUTCOME_DONE};
    if (!answer)
        return ERR_NOMEM;
    enum err err = turn_begin(&turn, settle, now_ms, arena, answer);
    if (err != ERR_OK)
        return err;
    /* No operator's name has this form. */
    TEXT_SET(head.actor, "copayd");
    TEXT_SET(head.msgid, "first-key");
    first.sequence = turn.sequence;
    first.previous = 0;
    effects_put_signer(turn.effects, &first);
    err = turn_fill_record(&turn, &head, (struct slice){0});
    *record = answer->record;
    return err;
}
