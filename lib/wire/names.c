/* Reading a reply of ours again, only for its ids. Pure. */
#include "wire/names.h"

#include "copay.pb-c.h"
#include "wire/pool.h"

struct walk {
    names_visit visit;
    void *context;
};

static void name(const struct walk *walk, enum reply_name kind, const char *text)
{
    if (text && text[0])
        walk->visit(walk->context, kind, text);
}

static void settlement_names(const struct walk *walk, const Copay__Settlement *s)
{
    name(walk, NAME_MED_TYPE, s->med_type);
    name(walk, NAME_IDENTITIES, s->identities);
    for (size_t i = 0; i < s->n_setldetail; i++) {
        name(walk, NAME_LAYER, s->setldetail[i]->layer);
        name(walk, NAME_CLAUSE, s->setldetail[i]->clause);
    }
    for (size_t i = 0; i < s->n_steps; i++) {
        name(walk, NAME_LAYER, s->steps[i]->layer);
        name(walk, NAME_CLAUSE, s->steps[i]->clause);
    }
    for (size_t i = 0; i < s->n_lines; i++)
        name(walk, NAME_CLAUSE, s->lines[i]->clause);
}

enum err wire_reply_names(struct slice body, struct arena *arena, names_visit visit, void *context)
{
    const struct walk walk = {visit, context};
    ProtobufCMessage *message;
    enum err err = pool_unpack(body, &copay__reply__descriptor, arena, &message);
    if (err != ERR_OK)
        return err;
    const Copay__Reply *reply = (const Copay__Reply *)message;
    if (reply->settlement)
        settlement_names(&walk, reply->settlement);
    return ERR_OK;
}
