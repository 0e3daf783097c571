/* What messages and commands ask for of filings, and what they are answered. Texts as in request.h.
 */
#ifndef MODEL_FILING_ORDER_H
#define MODEL_FILING_ORDER_H

#include "model/filing.h"

/* Of one to be made; of 25xx that undo one, and of 530x, only kind, psn_no, number and note. */
struct filing_order {
    enum filing_kind kind;
    const char *psn_no, *note;
    const char *number;    /* of the one to be undone; "" */
    const char *dcla_souc; /* how it came */
    struct filing filing;  /* category "": the number of the kind's own transaction */
};

/* 25xx: as it stands; 530x and operators: those of a person. Borrowed until it is packed. */
struct filing_answer {
    uint32_t count;
    const struct filing_file *list;
    bool steps;                                                    /* who did what: for operators */
    const char *(*name)(const void *policy, const char *category); /* of texts.policy; or NULL */
};

#endif
