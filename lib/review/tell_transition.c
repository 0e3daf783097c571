/* The transition: the better of two versions for a while. */
#include "base/date.h"
#include "review/statements.h"

void tell_transition(struct statements *s)
{
    const struct transition *t = s->policy->transition;
    char until[DATE_TEXT];
    if (!t)
        return;
    FILE *out = tell(s, "transition", in_words(s->lang, "就高不就低", "the better of two versions"),
                     NULL, t->clause);
    say(out, s->lang, "至 %s，与 %s 比个人负担", "until %s, by the patient's total, with %s",
        date_format(t->until, until), t->file);
    if (t->filings) {
        fputs(in_words(s->lang, "，限备案：", ", for those filed as "), out);
        unsigned count = 0;
        for (uint8_t i = 0; i < s->policy->filing_count; i++) {
            if (!(t->filings >> i & 1))
                continue;
            say_next(out, s->lang, &count);
            fputs(in_words(s->lang, s->policy->filings[i].name_zh, s->policy->filings[i].name),
                  out);
        }
    }
    fputs(t->new_accumulators
              ? in_words(s->lang, "，累计按新办法", ", sums move by this version")
              : in_words(s->lang, "，累计按所选办法", ", sums move by the one chosen"),
          out);
    told(s);
}
