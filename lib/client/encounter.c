/* Answers of 22xx, 23xx and 24xx about an encounter. Pure. */
#include "client/encounter.h"

#include <stdbool.h>
#include <string.h>

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* The bill lies with the daemon: what it settled of it is checked by its sums alone. */
static const char *check_settled(const Copay__EncounterSettle *asked, const Copay__Settlement *s)
{
    if (!s)
        return "a done settlement carries its figures";
    if (!same(asked->mdtrt_id, s->mdtrt_id))
        return "the settlement is of the encounter asked for";
    if (!same(asked->psn_no, s->psn_no))
        return "the settlement is of the person asked for";
    if (asked->medfee_sumamt != s->medfee_sumamt)
        return "the settlement's medfee_sumamt = the request's";
    return NULL;
}

static const char *check_upload(const Copay__Upload *asked, const Copay__Reply *reply)
{
    if (asked->n_lines != reply->n_results)
        return "an upload answers each of its lines";
    for (size_t i = 0; i < asked->n_lines; i++) {
        const Copay__LineSplit *split = reply->results[i];
        if (!same(asked->lines[i]->feedetl_sn, split->feedetl_sn) ||
            asked->lines[i]->det_item_fee_sumamt != split->det_item_fee_sumamt)
            return "an upload's results are its lines, in order";
        if (split->det_item_fee_sumamt != (__int128)split->fulamt_ownpay_amt + split->overlmt_amt +
                                              split->preselfpay_amt + split->inscp_scp_amt)
            return "a line's fee = its four parts";
    }
    return NULL;
}

static const char *check_state(const char *mdtrt_id, const Copay__Reply *reply)
{
    const char *told = reply->encounter ? reply->encounter->mdtrt_id : NULL;
    if (!told || !told[0])
        return "a done answer says how the encounter stands";
    if (!mdtrt_id && !same(reply->mdtrt_id, told))
        return "a registration gives the encounter's number";
    return mdtrt_id && !same(mdtrt_id, told) ? "the answer is of the encounter asked for" : NULL;
}

const char *encounter_check(const Copay__Request *request, const Copay__Reply *reply,
                            const Copay__Settlement *s)
{
    if (request->encounter_settle)
        return check_settled(request->encounter_settle, s);
    if (request->encounter)
        return check_state(request->encounter->mdtrt_id, reply);
    if (request->encounter_name)
        return check_state(request->encounter_name->mdtrt_id, reply);
    if (request->cancel)
        return check_state(request->cancel->mdtrt_id, reply);
    if (!request->upload)
        return NULL;
    const char *broken = check_state(request->upload->mdtrt_id, reply);
    return broken ? broken : check_upload(request->upload, reply);
}
