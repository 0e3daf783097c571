/* Sends a roster in messages of at most IMPORT_MEMBERS_MAX members. Rows that are in already (file
 * digest and row) are left out, so that an import that was cut off is simply run again; the daemon
 * skips them too, should two runs overlap. Main thread. */
#include "import.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/date.h"
#include "model/command.h"

#define BATCH_ARENA_MAX ((size_t)64 << 20)
#define PROGRESS_MS 500

struct import {
    struct ctl *ctl;
    const struct roster *roster;
    const char *file; /* of members */
    struct hash digest;
    struct arena *arena;
    uint32_t begin; /* index of the first member not yet in */
    int64_t shown_ms;
};

/* To stderr: a line that rewrites itself on a terminal, now and then a line in a log. */
static void show_progress(struct import *import, const char *what, uint32_t done, bool last)
{
    bool terminal = isatty(STDERR_FILENO);
    int64_t now = clock_mono_ms();
    if (!last && now - import->shown_ms < (terminal ? PROGRESS_MS : 10 * PROGRESS_MS))
        return;
    import->shown_ms = now;
    fprintf(stderr, "%s%s %u/%u%s", terminal ? "\r" : "", what, done, roster_count(import->roster),
            !terminal || last ? "\n" : "");
}

static Copay__Admin__MemberInsurance **pack_insurances(struct arena *arena,
                                                       const struct roster_member *member)
{
    Copay__Admin__MemberInsurance **list = arena_alloc(arena, INSURANCES_MAX * sizeof *list);
    size_t i = 0;
    for (const struct roster_insurance *in = member->insurances; list && in; in = in->next) {
        const struct insurance *from = &in->insurance;
        Copay__Admin__MemberInsurance *to = arena_alloc(arena, sizeof *to);
        if (!to)
            return NULL;
        copay__admin__member_insurance__init(to);
        to->insutype = from->insutype;
        to->psn_type = (char *)from->psn_type;
        to->psn_insu_stas = from->psn_insu_stas;
        to->insuplc_admdvs = (char *)from->insuplc_admdvs;
        to->psn_insu_date = from->psn_insu_date;
        to->has_pool_begndate = true;
        to->pool_begndate = from->pool_begndate;
        to->has_paus_insu_date = from->paus_insu_date != DATE_NONE;
        to->paus_insu_date = from->paus_insu_date;
        to->has_expi_date = from->expi_date != DATE_MAX;
        to->expi_date = from->expi_date;
        to->has_cvlserv_flag = true;
        to->cvlserv_flag = from->cvlserv_flag;
        list[i++] = to;
    }
    return list;
}

static Copay__Admin__MemberIdentity **pack_identities(struct arena *arena,
                                                      const struct roster_member *member)
{
    Copay__Admin__MemberIdentity **list = arena_alloc(arena, IDENTITIES_MAX * sizeof *list);
    size_t i = 0;
    for (const struct roster_identity *id = member->identities; list && id; id = id->next) {
        const struct identity *from = &id->identity;
        Copay__Admin__MemberIdentity *to = arena_alloc(arena, sizeof *to);
        if (!to)
            return NULL;
        copay__admin__member_identity__init(to);
        to->psn_idet_type = (char *)from->psn_idet_type;
        to->psn_type_lv = from->psn_type_lv[0] ? (char *)from->psn_type_lv : NULL;
        to->admdvs = (char *)from->admdvs;
        to->begntime = from->begntime;
        to->endtime = from->endtime;
        list[i++] = to;
    }
    return list;
}

static Copay__Admin__Member *pack_member(struct arena *arena, const struct roster_member *from)
{
    Copay__Admin__Member *to = arena_alloc(arena, sizeof *to);
    if (!to)
        return NULL;
    copay__admin__member__init(to);
    to->psn_no = (char *)from->psn_no;
    to->psn_cert_type = (char *)from->psn_cert_type;
    to->certno = (char *)from->certno;
    to->psn_name = (char *)from->psn_name;
    to->gend = from->gend;
    to->naty = from->naty[0] ? (char *)from->naty : NULL;
    to->brdy = from->brdy;
    to->has_death_date = from->death_date != DATE_NONE;
    to->death_date = from->death_date;
    to->has_balc = from->balc_given;
    to->balc = from->balc;
    to->row = from->row;
    to->n_insurances = from->insurance_count;
    to->insurances = pack_insurances(arena, from);
    to->n_identities = from->identity_count;
    to->identities = pack_identities(arena, from);
    return to->insurances && to->identities ? to : NULL;
}

/* Sends members first .. first + count - 1. */
static enum ctl_exit send_batch(struct import *import, uint32_t first, uint32_t count, bool dry_run,
                                Copay__Admin__CommandReply **reply)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__ImportMembers body = COPAY__ADMIN__IMPORT_MEMBERS__INIT;
    Copay__Admin__Member *members[IMPORT_MEMBERS_MAX];
    char msgid[ID_MSGID + 1];
    arena_reset(import->arena);
    for (uint32_t i = 0; i < count; i++) {
        members[i] = pack_member(import->arena, roster_member(import->roster, first + i));
        if (!members[i]) {
            fprintf(stderr, "copayctl: 内存不足 / out of memory\n");
            return CTL_FAILED;
        }
    }
    body.file_digest.data = import->digest.bytes;
    body.file_digest.len = HASH_SIZE;
    body.first_row = members[0]->row;
    body.dry_run = dry_run;
    body.n_members = count;
    body.members = members;
    command.import_members = &body;
    ctl_msgid(dry_run ? 'd' : 'i', &import->digest, body.first_row, msgid);
    return ctl_send(import->ctl, msgid, &command, reply);
}

static uint32_t batch_at(const struct import *import, uint32_t first)
{
    uint32_t left = roster_count(import->roster) - first;
    return left < IMPORT_MEMBERS_MAX ? left : IMPORT_MEMBERS_MAX;
}

/* How far an earlier run of the same files got. */
static enum ctl_exit find_begin(struct import *import)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__ImportProgress body = COPAY__ADMIN__IMPORT_PROGRESS__INIT;
    Copay__Admin__CommandReply *reply;
    char msgid[ID_MSGID + 1];
    body.file_digest.data = import->digest.bytes;
    body.file_digest.len = HASH_SIZE;
    command.import_progress = &body;
    ctl_msgid('g', &import->digest, 0, msgid);
    enum ctl_exit status = ctl_ask(import->ctl, msgid, &command, &reply);
    uint32_t row = status == CTL_DONE && reply->has_row ? reply->row : 0;
    ctl_free(reply);
    while (import->begin < roster_count(import->roster) &&
           roster_member(import->roster, import->begin)->row <= row)
        import->begin++;
    if (import->begin > 0)
        fprintf(stderr, "此前已导入至第 %u 行，继续 / rows up to %u are in already\n", row, row);
    return status;
}

/* Every message against the present state; all that is wrong is printed before anything changes. */
static enum ctl_exit run_dry(struct import *import)
{
    uint64_t problems = 0;
    uint32_t count;
    for (uint32_t i = import->begin; i < roster_count(import->roster); i += count) {
        Copay__Admin__CommandReply *reply;
        count = batch_at(import, i);
        enum ctl_exit status = send_batch(import, i, count, true, &reply);
        if (status == CTL_REFUSED)
            problems += ctl_print_problems(reply, import->file);
        ctl_free(reply);
        if (status > CTL_REFUSED)
            return status;
        show_progress(import, "试运行 dry run", i + count,
                      i + count == roster_count(import->roster));
    }
    if (problems == 0)
        return CTL_DONE;
    printf("共 %" PRIu64 " 处问题，未导入任何人员 / %" PRIu64 " problems, nothing was imported\n",
           problems, problems);
    return CTL_REFUSED;
}

static enum ctl_exit run_real(struct import *import)
{
    uint32_t count;
    for (uint32_t i = import->begin; i < roster_count(import->roster); i += count) {
        Copay__Admin__CommandReply *reply;
        count = batch_at(import, i);
        enum ctl_exit status = send_batch(import, i, count, false, &reply);
        if (status == CTL_REFUSED)
            ctl_print_problems(reply, import->file);
        ctl_free(reply);
        if (status != CTL_DONE) {
            fprintf(
                stderr,
                "已导入 %u 人；改正后重新运行即可继续 / %u members are in; run again to go on\n", i,
                i);
            return status;
        }
        show_progress(import, "导入 import", i + count, i + count == roster_count(import->roster));
    }
    printf("已导入 %u 人，其中本次 %u 人 / %u members are in, %u of them now\n",
           roster_count(import->roster), roster_count(import->roster) - import->begin,
           roster_count(import->roster), roster_count(import->roster) - import->begin);
    return CTL_DONE;
}

enum ctl_exit import_members(struct ctl *ctl, const struct roster_files *files)
{
    struct roster *roster;
    uint64_t faults;
    enum err err = roster_read(files, &roster, &faults);
    if (err != ERR_OK) {
        fprintf(stderr, "copayctl: %s\n", err_text(err));
        return CTL_FAILED;
    }
    if (faults > 0) {
        printf("共 %" PRIu64 " 处错误，文件整体拒绝 / %" PRIu64
               " faults, the files are refused whole\n",
               faults, faults);
        roster_free(roster);
        return CTL_REFUSED;
    }
    struct import import = {.ctl = ctl,
                            .roster = roster,
                            .file = files->members,
                            .digest = roster_digest(roster),
                            .arena = arena_new(BATCH_ARENA_MAX)};
    enum ctl_exit status = import.arena ? find_begin(&import) : CTL_FAILED;
    if (status == CTL_DONE)
        status = run_dry(&import);
    if (status == CTL_DONE)
        status = run_real(&import);
    arena_free(import.arena);
    roster_free(roster);
    return status;
}
