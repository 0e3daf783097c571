/* What the tests of encounters say at the counter: stays at HOSPITAL, visits at TOWNSHIP. */
#ifndef TEST_SETTLE_WARD_H
#define TEST_SETTLE_WARD_H

#include "fixture.h"

struct ward {
    struct world *w;
    const char *psn_no, *fixmedins;
    bool stay;
    int64_t begntime; /* of the admission */
    char ticket[ID_MSGID + 1], mdtrt_id[ID_SETL + 1];
};

/* A line as tests write it down: its number, what it takes back (NULL), its item (NULL: DRUG_A). */
struct ward_line {
    const char *sn, *of, *item;
    int64_t fen;
    int days_ago;
};
#define WARD_LINES_MAX 8

/* Admitted so many days ago, or, of a visit, registered with med_type 11. */
struct ward ward_stay(struct world *w, const char *psn_no, int days_ago);
struct ward ward_visit(struct world *w, const char *psn_no, int days_ago);
/* 2201, 2203, 2401, 2402, 2403 with that body; psn_no and mdtrt_id are filled in. */
enum settle_verdict ward_order(struct ward *ward, const char *infno, Copay__Encounter *order);
enum settle_verdict ward_discharge(struct ward *ward, int days_ago);
/* 2202, 2404, 2405. */
enum settle_verdict ward_undo(struct ward *ward, const char *infno);
/* batch NULL: of a stay. Up to the first line without a number. */
enum settle_verdict ward_upload(struct ward *ward, const char *batch,
                                const struct ward_line lines[WARD_LINES_MAX]);
/* numbers: one text with spaces between; NULL of a visit. */
enum settle_verdict ward_cancel(struct ward *ward, const char *batch, const char *numbers);

struct ward_bill {
    const char *infno, *batch; /* infno NULL: 2304 or 2207 */
    int64_t fen;
    bool mid, ended, account; /* ended: days_ago is said */
    int days_ago;
};
enum settle_verdict ward_settle(struct ward *ward, const struct ward_bill *bill);
/* The same, which must be done; its setl_id, malloc'ed. */
char *ward_settled(struct ward *ward, const struct ward_bill *bill);
enum settle_verdict ward_void(struct ward *ward, const char *setl_id);
/* The last answer must be done. */
void ward_done(const struct ward *ward);
/* A stay, a visit and an admission from beginning to end, undone again: every kind of record that
 * an encounter makes. Settlements: 3, of which all are voided. */
void ward_live(struct world *w);
/* The reply's sum of one field of its results. */
#define WARD_SUM(ward, field)                                                                      \
    ({                                                                                             \
        int64_t sum_ = 0;                                                                          \
        for (size_t i_ = 0; i_ < (ward)->w->reply->n_results; i_++)                                \
            sum_ += (ward)->w->reply->results[i_]->field;                                          \
        sum_;                                                                                      \
    })

#endif
