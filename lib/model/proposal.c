/* Settler's thread, and whoever folds. */
#include "model/proposal.h"

#include <string.h>

#define PROPOSAL_VERSION 1

bool proposal_same_person(const char *actor, const char *other)
{
    const char *a = strrchr(actor, ':'), *b = strrchr(other, ':');
    return strcmp(a ? a + 1 : actor, b ? b + 1 : other) == 0;
}

void proposal_write(struct writer *w, const struct proposal *proposal)
{
    write_u8(w, PROPOSAL_VERSION);
    write_bytes(w, proposal->digest.bytes, HASH_SIZE);
    write_u32(w, proposal->chunks);
    write_varint(w, proposal->submitted);
    write_varint(w, proposal->approved);
    write_text(w, proposal->author);
    write_text(w, proposal->approver);
}

void proposal_read(struct reader *r, struct proposal *proposal)
{
    if (read_u8(r) != PROPOSAL_VERSION)
        r->failed = true;
    hash_read(r, &proposal->digest);
    proposal->chunks = read_u32(r);
    proposal->submitted = read_varint(r);
    proposal->approved = read_varint(r);
    read_text(r, proposal->author, sizeof proposal->author);
    read_text(r, proposal->approver, sizeof proposal->approver);
}
