/* A compiled policy and what it made of a claim, in words: Chinese or English. The one describer
 * behind explain, diff, table and check's warnings; it computes nothing. */
#ifndef REVIEW_WORDS_H
#define REVIEW_WORDS_H

#include <stdio.h>

#include "model/step.h"
#include "policy/policy.h"

enum lang { LANG_ZH, LANG_EN };

/* "zh" or "en"; false for anything else. */
bool lang_parse(const char *text, enum lang *lang);

/* Money and ratios in a text: each use needs a buffer of its own. */
#define YUAN(fen) money_yuan((fen), (char[MONEY_TEXT]){0})
/* 1200.00 as 1200. */
#define SHORT_YUAN(fen) money_format((fen), 2, -1, (char[MONEY_TEXT]){0})
/* 8500 as 85, 8333 as 83.33. */
#define PERCENT(ratio) money_format((ratio), 2, -1, (char[MONEY_TEXT]){0})

/* The text of the language; both are static. */
static inline const char *in_words(enum lang lang, const char *zh, const char *en)
{
    return lang == LANG_ZH ? zh : en;
}

/* Prints in the language; both formats take the same arguments in the same order. */
void say(FILE *out, enum lang lang, const char *zh, const char *en, ...) PRINTF_LIKE(3, 5)
    PRINTF_LIKE(4, 5);

/* words_step.c: what a step is called, and its arithmetic. Codes unknown here are shown by number.
 */
const char *step_name(enum lang lang, uint8_t code);
void step_figures(FILE *out, enum lang lang, const struct policy *policy, const struct step *step);

/* "official", "secondary, unverified", "illustrative". */
const char *provenance_name(enum lang lang, enum provenance provenance);
/* The layer by its name; "个人账户" for the account's rows and steps. */
const char *layer_name(enum lang lang, const struct policy *policy, const char *id);
const char *owner_name(enum lang lang, enum owner_kind kind);
/* What an accumulator of that kind counts: stays, money paid ... */
const char *accum_name(enum lang lang, enum accum_kind kind);
bool accum_is_count(enum accum_kind kind);

/* words_name.c: what print calls the policy's names. By the policy's own index. */
/* Of a grade, class or kind by its id. */
const char *title_of(enum lang lang, const struct policy *policy, const char *name);
const char *grade_name(enum lang lang, const struct policy *policy, uint8_t grade);
const char *class_name(enum lang lang, const struct policy *policy, uint8_t class);
const char *kind_name(enum lang lang, const struct policy *policy, uint8_t kind);
/* Over what a deductible or a cap runs. */
const char *per_name(enum lang lang, enum rule_per per);
const char *rounding_words(enum lang lang, enum rounding to);
const char *identity_name(enum lang lang, const struct policy *policy, uint8_t identity);
/* By insutype's index: "城乡居民基本医疗保险". */
const char *insutype_name(enum lang lang, const struct policy *policy, uint8_t insutype);
typedef const char *(*name_of)(enum lang lang, const struct policy *policy, uint8_t index);
/* The names of a mask's bits, in order, with 、 or commas between them. */
void say_names(FILE *out, enum lang lang, const struct policy *policy, uint32_t mask, name_of name);
/* 、 or a comma before all but the first of a list. */
void say_next(FILE *out, enum lang lang, unsigned *count);

/* words_who.c: for whom. Grades and classes are told apart from the rest of a selector, which may
 * come to nothing. */
void say_who_else(FILE *out, enum lang lang, const struct policy *policy,
                  const struct selector *who);
void say_situations(FILE *out, enum lang lang, const struct policy *policy,
                    const struct situation_set *in);
const char *value_name(enum lang lang, const struct dimension *dimension, uint8_t value);
void say_age(FILE *out, enum lang lang, int16_t from, int16_t to);
/* Between the conditions of one selector. */
void next_condition(FILE *out, enum lang lang, unsigned *count);
/* words_matcher.c */
void say_matcher(FILE *out, enum lang lang, const struct policy *policy,
                 const struct matcher *matcher);

#endif
