/* One operator's command: its turn and its ends. Inside lib/settle only. */
#ifndef SETTLE_COMMAND_H
#define SETTLE_COMMAND_H

#include "settle/turn.h"
#include "wire/codec.h"

struct command_turn {
    struct turn turn; /* request NULL */
    const struct command *command;
    const char *actor;
    const struct settle_rehearsal *rehearsal; /* of a pack to be submitted or activated; NULL */
    const char *approver;                     /* of what is recorded; "" */
    struct command_reply *reply;
};

/* Adds what refuses the command. row 0: none; field and particulars may be NULL. ERR_NOMEM. */
enum err command_problem(struct command_turn *ct, enum reason reason, uint32_t row,
                         const char *field, const char *zh, const char *en) MUST_CHECK;

/* The ends. Refusals of commands that write are recorded when they depend on state. */
enum err command_answer(struct command_turn *ct) MUST_CHECK;
enum err command_refuse(struct command_turn *ct) MUST_CHECK;
/* By what the turn's own checks found. */
enum err command_refuse_found(struct command_turn *ct) MUST_CHECK;
enum err command_record(struct command_turn *ct, enum record_kind kind) MUST_CHECK;

/* Imports (members.c) and packs (packs.c): whole turns. */
enum err members_import(struct command_turn *ct) MUST_CHECK;
enum err members_progress(struct command_turn *ct) MUST_CHECK;
enum err packs_chunk(struct command_turn *ct) MUST_CHECK;
enum err packs_submit(struct command_turn *ct) MUST_CHECK;
enum err packs_approve(struct command_turn *ct) MUST_CHECK;
enum err packs_activate(struct command_turn *ct) MUST_CHECK;
enum err packs_show(struct command_turn *ct) MUST_CHECK;

/* Filings (filing_command.c). */
enum err filings_enter(struct command_turn *ct) MUST_CHECK;
enum err filings_decide(struct command_turn *ct) MUST_CHECK; /* assess, approve, refuse, withdraw */
enum err filings_list(struct command_turn *ct) MUST_CHECK;

/* Key changes (signer.c). */
enum err signer_change(struct command_turn *ct) MUST_CHECK;

#endif
