/* What libcopay finds is said at once, beside the answer that showed it. */
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "show.h"

static void print_channel(const struct copay_tally_channel *c, FILE *out)
{
    fprintf(out, "终端 %s %s 清算类别 %s 经办机构 %s %s", c->dev_no[0] ? c->dev_no : "(未编号)",
            show_insutype(c->insutype), c->clr_type, c->setl_optins,
            c->refd_setl_flag ? "撤销" : "结算");
}

static void print_sums(const char *whose, uint64_t count, const int64_t sums[COPAY_TALLY_SUMS],
                       FILE *out)
{
    fprintf(out, "  %s %" PRIu64 " 笔 医疗费 %s 基金 %s 个账 %s 现金 %s\n", whose, count,
            YUAN(sums[0]), YUAN(sums[1]), YUAN(sums[2]), YUAN(sums[3]));
}

static void tell(void *context, const struct copay_tally_event *event)
{
    (void)context;
    fprintf(stderr, "copay: %s / %s\n", event->zh, event->en);
    print_channel(&event->channel, stderr);
    fputc('\n', stderr);
    print_sums("本机", event->ours_cnt, event->ours, stderr);
    print_sums("中心", event->theirs_cnt, event->theirs, stderr);
}

bool tally_open(const char *path, struct copay_tally **out, struct copay_error *error)
{
    *out = NULL;
    if (!path)
        return true;
    *out = copay_tally_new(tell, NULL);
    CHECK(*out);
    return copay_tally_load(*out, path, error) == COPAY_DONE;
}

void tally_close(const char *path, struct copay_tally *tally)
{
    struct copay_error error;
    if (tally && copay_tally_save(tally, path, &error) != COPAY_DONE)
        fprintf(stderr, "copay: %s / %s\n", error.zh, error.en);
    copay_tally_free(tally);
}

enum copay_status tally_show(const char *path)
{
    struct copay_tally *tally;
    struct copay_error error;
    struct copay_tally_standing at;
    bool loaded = tally_open(path, &tally, &error);
    if (!loaded)
        fprintf(stderr, "copay: %s / %s\n", error.zh, error.en);
    for (uint32_t i = 0; loaded && copay_tally_standing(tally, i, &at); i++) {
        print_channel(&at.channel, stdout);
        if (at.waiting > 0)
            printf(",另有 %u 笔待核", at.waiting);
        printf("\n");
        print_sums("合计", at.setl_cnt, at.sums, stdout);
    }
    copay_tally_free(tally);
    return loaded ? COPAY_DONE : COPAY_INVALID;
}
