/* Rules that bind lines of a bill together: an item's deductible, and ceilings over groups of
 * lines; private to lib/adjudicate.
 *
 * Refunds are netted first. A line without refunds has its part of the whole as it is finally
 * billed. Of a line with refunds, the split before any of them and after each is what it would be
 * with all other lines as finally billed; refunds report the differences. So every line and its
 * refunds come to its part of the whole, whatever the order of the lines. */
#ifndef ADJUDICATE_BOUND_H
#define ADJUDICATE_BOUND_H

#include "adjudicate/apportion.h"
#include "adjudicate/lines.h"

#define BOUND_NONE UINT32_MAX

/* A line that is no refund. */
struct bound_line {
    const struct claim_line *line;
    struct item item;        /* set where items have deductibles, or it has refunds */
    int64_t amount, cnt;     /* after refunds */
    struct line_split split; /* before ceilings */
    uint32_t group, bucket;  /* BOUND_NONE: in none; its place among the members */
    uint32_t group_place, bucket_place;
};

/* Lines of one item, or of one ceiling (and day): they lie together among the members. */
struct bound_group {
    uint32_t first, count;
    int64_t most;    /* of an item: the deductible */
    uint8_t ceiling; /* index */
    int32_t day;     /* of CEILING_FEE_DAY; else 0 */
    int64_t sum;     /* of a bucket: in-scope money */
};

struct ceiling_now {
    const struct ceiling_rule *rule; /* NULL: holds for nobody here */
    uint32_t first, count;           /* its buckets */
};

struct bound {
    struct run *r;
    uint32_t count; /* lines that are no refunds, in order of feedetl_sn */
    struct bound_line *lines;
    uint32_t *members; /* positions of lines, by group */
    uint32_t group_count;
    struct bound_group *groups;
    uint32_t *bucket_members; /* by bucket */
    uint32_t bucket_count;
    struct bound_group *buckets;
    struct ceiling_now ceilings[CEILINGS_MAX];
    struct portion *portions; /* scratch, as many as lines */
};

/* bound.c: the lines were split by themselves. item_dedc: an item among them has a deductible;
 * ceilings: those that may hold, mask. */
enum err bound_split(struct run *r, bool item_dedc, uint32_t ceilings);

/* item_dedc.c: groups the lines whose items have a deductible, and splits a group. */
enum err item_dedc_group(struct bound *b);
void item_dedc_split(struct bound *b, struct bound_group *group);

/* ceiling.c: which lines count against which ceiling (mask), and what is above it. */
enum err ceiling_group(struct bound *b, uint32_t ceilings);
/* What the ceilings take of all lines' in-scope money; explains it. */
void ceiling_share(struct bound *b);
/* Of one, the others being as they are; its bucket's sum is computed again. */
void ceiling_take(struct bound *b, const struct bound_line *line, struct line_split *split);

#endif
