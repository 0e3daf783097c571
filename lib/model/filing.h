/* Filings (备案): long-term residence elsewhere, referral, chronic disease, signed doctor ... with
 * their dates. Kept beside the person, whose stored facts have no room for them. */
#ifndef MODEL_FILING_H
#define MODEL_FILING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/id.h"
#include "base/limits.h"
#include "model/record.h"

#define FILING_CODE 7

/* What adjudication asks of one that is in force. */
struct filing {
    char category[FILING_CODE + 1];        /* the region's code; the pack maps it to a name */
    int32_t begndate, enddate;             /* first and last day */
    char fixmedins_code[ID_FIXMEDINS + 1]; /* good there only; "": anywhere */
    char dise_codg[TEXT_CODE_MAX + 1];     /* good for that disease only; "": for any */
};

struct filings {
    uint32_t count;
    struct filing list[FILINGS_MAX];
};

/* What it is filed as: which transactions. Stored; never reuse a number. */
enum filing_kind {
    FILING_REFERRAL = 1,
    FILING_CHRONIC = 2,
    FILING_CHOSEN = 3,
    FILING_ACCIDENT = 4,
    FILING_TWO_DISEASES = 5,
    FILING_MATERNITY = 6,
};

struct filing_rule {
    enum filing_kind kind;
    const char *name, *name_zh;
    const char *infno, *undo, *query; /* NULL: no such transaction */
    bool
        at_once; /* an institution's takes effect at once; others wait for an operator's approval */
    bool needs_institution, needs_disease;
};
/* Of a kind, of any of its transactions ("2502"), by its name ("referral"); NULL: none. */
const struct filing_rule *filing_rule(enum filing_kind kind);
const struct filing_rule *filing_rule_of(const char *infno);
const struct filing_rule *filing_rule_named(const char *name);

/* Stored; never reuse a number. */
enum filing_stage {
    FILING_APPLIED = 1,
    FILING_ASSESSED = 2,
    FILING_APPROVED = 3,
    FILING_REFUSED = 4,
    FILING_WITHDRAWN = 5,
};
#define FILING_STAGES (FILING_WITHDRAWN + 1)
/* "applied" ..., as the wire names it. */
const char *filing_stage_name(enum filing_stage stage);

/* One in the person's list. It counts for settlements behind the record that brought it into force
 * and up to the one that ended it, whatever its days: what was settled stays as it was. */
struct filed {
    char number[ID_SETL + 1]; /* trt_dcla_detl_sn: id_format_filing() */
    enum filing_kind kind;
    enum filing_stage stage;
    struct filing filing;
    uint64_t since, until; /* sequences of these records; 0: not yet */
};

struct person_filings {
    uint32_t count;
    struct filed list[FILINGS_MAX]; /* oldest first */
};

/* Those that a settlement of that sequence finds in force. */
void filings_at(const struct person_filings *all, uint64_t sequence, struct filings *out);
/* Room for one more: the place of one that matters no longer, which goes away; -1: there is none.
 * What never came into force goes first, then what was withdrawn, then what ended first. */
int filings_dispensable(const struct person_filings *all, int32_t today);

/* Who brought it how far. */
struct filing_step {
    enum filing_stage stage;
    int64_t time_ms;
    char who[ACTOR_MAX + 1]; /* an operator, or institution and its operator's number */
    char note[TEXT_NAME_MAX + 1];
};
#define FILING_STEPS_MAX 4
#define FILING_CHANNEL 2

/* The whole of one. */
struct filing_file {
    struct filed filed;
    char psn_no[TEXT_ID_MAX + 1];
    char institution[ID_FIXMEDINS + 1]; /* that filed it; "": an operator */
    char dcla_souc[FILING_CHANNEL + 1];
    uint32_t step_count;
    struct filing_step steps[FILING_STEPS_MAX];
};

/* Stored layouts, version 1; reading latches. */
#define FILED_BYTES_MAX 121
#define FILINGS_BYTES_MAX (2 + FILINGS_MAX * FILED_BYTES_MAX)
#define FILING_FILE_BYTES_MAX 1600
_Static_assert(FILINGS_BYTES_MAX < VALUE_INLINE_MAX, "a person's filings are one inline value");
_Static_assert(FILING_FILE_BYTES_MAX < VALUE_INLINE_MAX, "and so is the whole of one");
void filings_write(struct writer *w, const struct person_filings *filings);
void filings_read(struct reader *r, struct person_filings *filings);
void filing_file_write(struct writer *w, const struct filing_file *file);
void filing_file_read(struct reader *r, struct filing_file *file);

#endif
