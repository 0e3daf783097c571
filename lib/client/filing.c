/* Answers of 25xx and 530x about filings. Pure. */
#include "client/filing.h"

#include <stdbool.h>
#include <string.h>

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static const char *check_filed(const Copay__Filing *asked, const Copay__FilingState *told)
{
    if (!told)
        return "a done filing says how it stands";
    if (!same(asked->psn_no, told->psn_no) || asked->begndate != told->begndate)
        return "the filing is the one asked for";
    if (!same(told->stage, "approved") && !same(told->stage, "applied"))
        return "a new filing is approved or waits";
    return NULL;
}

static const char *check_withdrawn(const Copay__FilingName *asked, const Copay__FilingState *told)
{
    if (!told || !same(asked->trt_dcla_detl_sn, told->trt_dcla_detl_sn) ||
        !same(told->stage, "withdrawn"))
        return "the filing asked for is withdrawn";
    return NULL;
}

static const char *check_list(const Copay__FilingQuery *asked, const Copay__Reply *reply)
{
    for (size_t i = 0; i < reply->n_filings; i++)
        if (!same(asked->psn_no, reply->filings[i]->psn_no))
            return "the filings are of the person asked for";
    return NULL;
}

const char *filing_check(const Copay__Request *request, const Copay__Reply *reply)
{
    if (request->filing)
        return check_filed(request->filing, reply->filing);
    if (request->filing_name)
        return check_withdrawn(request->filing_name, reply->filing);
    return request->filing_query ? check_list(request->filing_query, reply) : NULL;
}
