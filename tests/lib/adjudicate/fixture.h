/* A small world for the adjudicator's tests: two insurances, three classes, three grades, a
 * hospital and a person; tests add layers, lines and history. Invented people and institutions
 * only.
 *
 * The catalogue is the test's own table: this file stands in for lib/policy's. */
#ifndef TEST_ADJUDICATE_FIXTURE_H
#define TEST_ADJUDICATE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adjudicate/adjudicate.h"
#include "base/money.h"

#define WORLD_LINES 64
#define YUAN(y) ((int64_t)((y)*100LL))
#define NOON_MS (INT64_C(12) * 3600000)

enum { ACTIVE, RETIRED, RESIDENT };
enum { INPATIENT, OUTPATIENT, PHARMACY };
enum { PRIMARY, LEVEL2, LEVEL3 };
enum { LOW_INCOME, DESTITUTE };

struct catalogue {
    uint32_t count;
    struct catalogue_entry entries[16];
    struct catalogue_more more[17]; /* by entry->more; [0] is none */
    int64_t caps[16][CATALOGUE_CAP_GRADES_MAX];
};

struct layer_rules {
    struct deductible_rule deductibles[6];
    struct ratio_rule ratios[6];
    struct cap_rule caps[4];
    struct adjust_rule adjusts[6];
};

struct world {
    struct policy policy;
    struct layer_rules rules[POLICY_LAYERS_MAX];
    struct catalogue catalogue;
    struct institution institution;
    struct person person;
    struct accums accums;
    struct claim claim;
    struct claim_line lines[WORLD_LINES];
    struct stated_line stated[WORLD_LINES];
    char numbers[WORLD_LINES][8];
    struct line_split splits[WORLD_LINES];
    struct result result;
    struct arena *arena;
    struct adjudication in;
};

extern const struct selector everyone;
struct selector for_grades(uint32_t grades);
struct selector for_classes(uint32_t classes);
/* An inpatient stay of a resident at level 3, 1 to 10 March 2024, without lines. */
struct world *world_new(void);
void world_free(struct world *w);
void world_employee(struct world *w, const char *psn_type);
void world_identity(struct world *w, const char *code, const char *admdvs);
/* A layer on in-scope money for everybody and every kind of care. */
struct layer *world_layer(struct world *w, const char *id, enum fund_field field);
struct layer_rules *world_rules(struct world *w, const struct layer *l);
void layer_deductible(struct world *w, struct layer *l, struct selector who, int64_t first,
                      int64_t later);
struct ratio_rule *layer_ratio(struct world *w, struct layer *l, struct selector who,
                               int32_t ratio);
/* Bands of the layer's last ratio rule, after its first. */
void layer_band(struct world *w, struct layer *l, int64_t upto, int32_t ratio);
struct cap_rule *layer_cap(struct world *w, struct layer *l, enum cap_on on, int64_t amount);
/* An adjustment that changes nothing yet. */
struct adjust_rule *layer_adjust(struct world *w, struct layer *l, struct selector who);
/* Deductible x dedc_ratio, points added and maybe no cap for LOW_INCOME. */
struct adjust_rule *layer_ease(struct world *w, struct layer *l, int32_t dedc_ratio, int32_t points,
                               bool uncapped);
/* Its base, as a sum of terms. */
void layer_base(struct layer *l, uint8_t count, const struct base_term *terms);
/* A line with stated class and ratio (chrgitm_lv 0: looked up), priced at its amount. */
struct claim_line *world_line(struct world *w, uint8_t chrgitm_lv, int64_t amount,
                              int32_t selfpay_prop);
struct claim_line *world_refund(struct world *w, const struct claim_line *original, int64_t amount,
                                int64_t cnt);
void world_clear_lines(struct world *w);
/* A catalogue entry for everybody from 2024 on, and a line of it that is looked up. */
struct catalogue_entry *world_entry(struct world *w, const char *code, uint8_t chrgitm_lv);
void entry_cap(struct world *w, struct catalogue_entry *e, int grade, int64_t amount);
/* What is stated of few items. */
struct catalogue_more *entry_more(struct world *w, struct catalogue_entry *e);
struct claim_line *world_coded(struct world *w, const char *code, int64_t amount);
/* Adjudicates what stands there, as it is. */
enum err world_adjudicate(struct world *w) MUST_CHECK;
/* One claim of one stated line, or the lines that are there when amount is 0. */
const struct result *world_run(struct world *w, int64_t amount);
/* The same; it must be paid, and its movements go into the accumulators. */
const struct result *world_settle(struct world *w, int64_t amount);
void assert_refused(const struct result *result, enum reason reason, const char *field);
const struct step *find_step(const struct result *result, enum step_code code, const char *layer);
int64_t delta_of(const struct result *result, enum accum_kind kind, const char *scope);

#endif
