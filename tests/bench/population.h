/* Invented people and ten-line bills over a region's pack, by number: the same number gives the
 * same person and the same bill. */
#ifndef BENCH_POPULATION_H
#define BENCH_POPULATION_H

#include "bench.h"
#include "model/person.h"
#include "model/request.h"
#include "policy/pack.h"

#define BILL_LINES 10

struct population {
    struct pack *pack;
    const struct policy *policy;
    const struct catalogue *catalogue;
    int64_t now_ms;
    char **codes, **institutions; /* first columns of the two tables */
    uint32_t code_count, institution_count;
    const char *home; /* the first institution's county, where all are insured */
    bool skewed; /* items by the cube of an even draw: the first hundredth are a fifth of all */
};

struct patient {
    struct person person;
    struct accums accums; /* some history of this year */
    int64_t balance;
};

struct bill {
    struct request request; /* borrows the texts below */
    struct claim_line lines[BILL_LINES];
    const struct institution *institution;
    char msgid[ID_MSGID + 1], visit[TEXT_ID_MAX + 1];
    char codes[BILL_LINES][TEXT_CODE_MAX + 1]; /* its own, as a decoder leaves them */
};

/* Compiles the region's folder. Ends the process when it cannot. */
void population_open(struct population *p, const char *dir, bool skewed);
void population_close(struct population *p);
void population_patient(const struct population *p, uint32_t number, struct patient *patient);
/* Borrows the patient. The request has no body yet. */
void population_bill(const struct population *p, uint32_t number, const struct patient *patient,
                     struct bill *bill);
/* The bill as a terminal sends it: a packed RequestEnvelope; malloc'ed, the caller frees. */
struct slice population_envelope(const struct bill *bill);

#endif
