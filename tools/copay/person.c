/* The person of a 1101 answer. */
#include <string.h>

#include "show.h"
#include "table.h"

static void print_insurances(const struct show *show, const Copay__Person *p)
{
    struct table t = table_of("lllllllr");
    fprintf(show->out, "\n参保信息\n");
    table_add(&t, "险种", "人员类别", "参保地", "参保日期", "统筹起享", "暂停", "终止", "账户余额");
    for (size_t i = 0; i < p->n_insuinfo; i++) {
        const Copay__Insurance *in = p->insuinfo[i];
        char name[80];
        snprintf(name, sizeof name, "%s（%s）", show_insutype(in->insutype), in->insutype);
        table_add(&t, name, in->psn_type, in->insuplc_admdvs, DAY(in->psn_insu_date),
                  DAY(in->pool_begndate), in->has_paus_insu_date ? DAY(in->paus_insu_date) : "",
                  in->has_expi_date ? DAY(in->expi_date) : "", in->has_balc ? YUAN(in->balc) : "");
    }
    table_print(&t, show->out);
}

static void print_identities(const struct show *show, const Copay__Person *p)
{
    struct table t = table_of("lllll");
    if (p->n_idetinfo == 0)
        return;
    fprintf(show->out, "\n身份信息\n");
    table_add(&t, "代码", "身份", "认定地", "起", "止");
    for (size_t i = 0; i < p->n_idetinfo; i++) {
        const Copay__Identity *in = p->idetinfo[i];
        table_add(&t, in->psn_idet_type, show_text(in->name), in->admdvs, DAY(in->begntime),
                  DAY(in->endtime));
    }
    table_print(&t, show->out);
}

static void print_entitlements(const struct show *show, const Copay__Person *p)
{
    struct table t = table_of("llll");
    if (p->n_entitlements == 0)
        return;
    fprintf(show->out, "\n待遇享受\n");
    table_add(&t, "基金代码", "待遇", "享受", "原因");
    for (size_t i = 0; i < p->n_entitlements; i++) {
        const Copay__Entitlement *in = p->entitlements[i];
        table_add(&t, in->fund_pay_type, show_layer(show, in->layer),
                  in->trt_enjymnt_flag ? "是" : "否", show_text(in->trt_chk_rslt));
    }
    table_print(&t, show->out);
}

static void print_accumulators(const struct show *show, const Copay__Person *p)
{
    struct table t = table_of("llllr");
    if (p->n_accumulators == 0)
        return;
    fprintf(show->out, "\n年度累计\n");
    table_add(&t, "年度", "险种", "累计", "范围", "数值");
    for (size_t i = 0; i < p->n_accumulators; i++) {
        const Copay__Accumulator *in = p->accumulators[i];
        char year[16], value[MONEY_TEXT], scope[SHOW_SCOPE];
        snprintf(year, sizeof year, "%u", in->year);
        table_add(&t, year, in->insutype, show_kind(in->kind), show_scope(show, in->scope, scope),
                  show_value(in, in->value, value));
    }
    table_print(&t, show->out);
}

void show_person(const struct show *show, const Copay__Person *p)
{
    const char *sex = strcmp(p->gend, "1") == 0 ? "男" : strcmp(p->gend, "2") == 0 ? "女" : "";
    fprintf(show->out, "人员 %s  编号 %s  %s  出生 %s", p->psn_name, p->psn_no, sex, DAY(p->brdy));
    if (p->has_age) /* whole years; the wire has room for tenths */
        fprintf(show->out, "  年龄 %s", money_format(p->age, 1, -1, (char[MONEY_TEXT]){0}));
    if (p->has_death_date)
        fprintf(show->out, "  死亡 %s", DAY(p->death_date));
    fprintf(show->out, "\n  证件 %s %s\n", p->psn_cert_type, p->certno);
    print_insurances(show, p);
    print_identities(show, p);
    print_entitlements(show, p);
    print_accumulators(show, p);
}
