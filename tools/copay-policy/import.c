/* import: national catalogue files into a pack's catalogue. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "commands.h"
#include "merge.h"
#include "national.h"
#include "review/diff.h"
#include "stage.h"

#define INPUTS_MAX 32
#define INPUT_BYTES_MAX ((size_t)2048 * 1024 * 1024)
#define CATALOGUE "catalogue.csv"
#define KEY "med_list_codg"

struct import {
    enum lang lang;
    bool dry_run, late;
    int32_t from, today;
    const char *pack;
    int held; /* the pack's folder, locked; -1: not yet */
    struct input inputs[INPUTS_MAX];
    uint8_t input_count;
    struct stage empty; /* stands for a pack without a catalogue */
    struct loaded before;
    struct stage after;
    struct readings readings;
    struct sheet old, new;
    struct arena *arena;
    struct facts facts;
    struct skips skips;
    struct faults faults, notes;
    bool first_import[INPUTS_MAX];
    struct catalogue_sources sources; /* as they are afterwards */
    bool sources_changed;
    uint32_t past;
};

/* 1301=PATH, or a file whose name begins with the number and no fifth digit. */
static bool take_input(struct import *im, const char *word)
{
    char infno[5] = "";
    const char *slash = strrchr(word, '/');
    const char *name = slash ? slash + 1 : word;
    bool named = strspn(word, "0123456789") == 4 && word[4] == '=';
    const char *digits = named ? word : name;
    if (strspn(digits, "0123456789") == 4)
        memcpy(infno, digits, 4);
    const struct national *kind = national_find(infno);
    if (!kind) {
        faults_put(&im->faults, word, 0, NULL,
                   "应为 1301、1302、1303、1305、1306、1312、1318 或 1319 的文件：写作 1301=路径",
                   "expected a file of 1301, 1302, 1303, 1305, 1306, 1312, 1318 or 1319: write "
                   "1301=PATH");
        return false;
    }
    if (im->input_count == INPUTS_MAX) {
        faults_put(&im->faults, word, 0, NULL, "文件过多", "too many files");
        return false;
    }
    im->inputs[im->input_count++] = (struct input){.kind = kind, .path = named ? word + 5 : word};
    return true;
}

/* A pipe would be waited for, perhaps for ever. */
static bool is_file(struct import *im, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || S_ISREG(st.st_mode))
        return true;
    faults_put(&im->faults, path, 0, NULL, "不是普通文件", "not a regular file");
    return false;
}

static bool load_text(struct import *im, struct input *input)
{
    uint8_t *text;
    if (!is_file(im, input->path))
        return false;
    enum err err = file_read(input->path, INPUT_BYTES_MAX, &text, &input->size);
    if (err != ERR_OK) {
        faults_add(&im->faults, input->path, 0, NULL, "无法读取：%s", "cannot be read: %s",
                   err_text(err));
        return false;
    }
    input->text = realloc(text, input->size + 1);
    CHECK(input->text);
    return true;
}

/* The version before this import. */
static const struct catalogue_source *held(const struct import *im, const struct input *input)
{
    return sources_find(pack_catalogue_sources(im->before.pack), input->kind->infno);
}

static void check_version(struct import *im, const struct input *input)
{
    const struct catalogue_source *source = held(im, input);
    int64_t stamp;
    if (!source || input->ver[0] == '\0')
        return;
    if (!version_stamp(source->ver, &stamp))
        faults_add(&im->faults, SOURCES_FILE, 0, input->kind->infno, "%s 无法与 %s 比较先后",
                   "%s and %s: which is later cannot be told", source->ver, input->ver);
    else if (input->stamp < stamp)
        faults_add(&im->faults, input->path, 0, NULL, "版本 %s 早于目录已有的 %s",
                   "version %s is older than %s, which the catalogue has", input->ver, source->ver);
}

static void keep_version(struct import *im, const struct input *input)
{
    struct catalogue_source *source = NULL;
    for (uint8_t i = 0; i < im->sources.count; i++)
        if (strcmp(im->sources.list[i].infno, input->kind->infno) == 0)
            source = &im->sources.list[i];
    int64_t stamp;
    if (source && version_stamp(source->ver, &stamp) && input->stamp <= stamp)
        return;
    if (!source) {
        CHECK(im->sources.count < SOURCES_MAX);
        source = &im->sources.list[im->sources.count++];
        snprintf(source->infno, sizeof source->infno, "%s", input->kind->infno);
    }
    snprintf(source->ver, sizeof source->ver, "%s", input->ver);
    source->imported = im->today;
    im->sources_changed = true;
}

static void read_inputs(struct import *im)
{
    struct intake intake = {&im->readings, &im->old,   im->arena,
                            &im->facts,    &im->skips, &im->faults};
    for (uint8_t i = 0; i < im->input_count; i++) {
        struct input *input = &im->inputs[i];
        if (!load_text(im, input))
            continue;
        national_read(input, i, &intake);
        check_version(im, input);
        im->first_import[i] = held(im, input) == NULL;
    }
    for (uint8_t i = 0; i < im->input_count; i++)
        keep_version(im, &im->inputs[i]);
}

static void merge(struct import *im)
{
    struct merge merge = {.policy = pack_version(im->before.pack, 0),
                          .from = im->from,
                          .late = im->late,
                          .first_import = im->first_import,
                          .faults = &im->faults,
                          .skips = &im->skips,
                          .notes = &im->notes,
                          .before = &im->old,
                          .after = &im->new,
                          .arena = im->arena};
    sheet_new(&im->new, KEY);
    im->new.column_count = im->old.column_count;
    memcpy(im->new.columns, im->old.columns, sizeof im->new.columns);
    merge_catalogue(&merge, &im->facts);
    im->past = merge.past;
}

static char *sources_text(const struct import *im)
{
    char *text, day[DATE_TEXT];
    size_t size;
    FILE *out = open_memstream(&text, &size);
    CHECK(out);
    fputs("infno,ver,imported\n", out);
    for (uint8_t i = 0; i < im->sources.count; i++)
        fprintf(out, "%s,%s,%s\n", im->sources.list[i].infno, im->sources.list[i].ver,
                date_format(im->sources.list[i].imported, day));
    CHECK(fclose(out) == 0);
    return text;
}

static void print_inputs(const struct import *im)
{
    for (uint8_t i = 0; i < im->input_count; i++) {
        const struct input *input = &im->inputs[i];
        const struct catalogue_source *source = held(im, input);
        say(stdout, im->lang, "%s %s %s：%u 行，版本 %s", "%s %s %s: %u rows, version %s",
            input->kind->infno, in_words(im->lang, input->kind->zh, input->kind->en), input->path,
            input->lines, input->ver[0] ? input->ver : "?");
        if (source)
            say(stdout, im->lang, "，目录已有 %s\n", ", the catalogue has %s\n", source->ver);
        else
            say(stdout, im->lang, "，首次导入\n", ", the first import\n");
    }
}

static void print_skips(struct import *im)
{
    uint32_t all = 0, shown = 0;
    for (int i = 0; i < SKIP_REASONS; i++)
        all += im->skips.counts[i];
    if (all == 0)
        return;
    faults_report(&im->skips.list, stdout);
    say(stdout, im->lang, "跳过 %u 行：", "%u rows skipped: ", all);
    for (int i = 0; i < SKIP_REASONS; i++) {
        if (im->skips.counts[i] == 0)
            continue;
        printf("%s%u %s", shown++ ? in_words(im->lang, "，", ", ") : "", im->skips.counts[i],
               in_words(im->lang, skip_zh((enum skip)i), skip_en((enum skip)i)));
    }
    putchar('\n');
}

static void print_notes(struct import *im)
{
    uint32_t late = faults_total(&im->notes);
    if (late) {
        faults_report(&im->notes, stdout);
        say(stdout, im->lang, "%u 处迟到的变更，自 --from 起生效\n",
            "%u changes were late and hold from --from\n", late);
    }
    if (im->past)
        say(stdout, im->lang, "%u 个项目只在 --from 之前与文件不同，不改\n",
            "%u items differ from the files on days before --from only, and stay\n", im->past);
    if (im->from <= im->today)
        say(stdout, im->lang,
            "--from 不晚于今天：已结算的不变，copayctl impact 列出其中哪些会不同\n",
            "--from is not after today: what was settled stays, copayctl impact lists what would "
            "differ\n");
}

static unsigned report_faults(struct import *im)
{
    unsigned count = faults_total(&im->faults);
    faults_report(&im->faults, stdout);
    say(stdout, im->lang, "%u 处错误，未写入\n", "%u faults, nothing is written\n", count);
    return count;
}

/* Catalogue first: what breaks off between the two is made good by the same import again. */
static unsigned write_pack(struct import *im, unsigned changes)
{
    if (changes && !stage_commit(&im->after, im->pack, CATALOGUE))
        return 1;
    if (im->sources_changed && !stage_commit(&im->after, im->pack, SOURCES_FILE))
        return 1;
    say(stdout, im->lang, "已写入 %s\n", "written to %s\n", im->pack);
    return 0;
}

/* Checked and compared as a pack of its own, and only then written. */
static unsigned finish(struct import *im)
{
    unsigned faults = 0;
    char *sources = sources_text(im);
    unsigned wrong = stage_open(&im->after, im->pack, &im->new, sources);
    free(sources);
    if (wrong) {
        say(stdout, im->lang, "结果有 %u 处错误，未写入\n",
            "the result has %u faults, nothing is written\n", wrong);
        return wrong;
    }
    print_inputs(im);
    print_skips(im);
    print_notes(im);
    unsigned changes = diff_catalogue(im->lang, &im->before, &im->after.loaded, &faults);
    if (faults)
        return faults;
    bool fresh = im->empty.folder[0] != '\0';
    if (!changes && !im->sources_changed && !fresh) {
        say(stdout, im->lang, "没有变化\n", "nothing changes\n");
        return 0;
    }
    if (im->dry_run) {
        say(stdout, im->lang, "试算，未写入\n", "a dry run, nothing is written\n");
        return 0;
    }
    return write_pack(im, changes || fresh);
}

/* Of two imports at once the later to write would undo the other, whose files are then older than
 * the versions that it left. What is no folder is for load_before() to say. */
static bool hold_pack(struct import *im)
{
    im->held = open(im->pack, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (im->held < 0 || flock(im->held, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno == EWOULDBLOCK)
        faults_put(&im->faults, im->pack, 0, NULL, "另一次导入正在写这个政策包，请在其完成后重试",
                   "another import of this pack is at work: try again when it is done");
    else
        faults_add(&im->faults, im->pack, 0, NULL, "无法加锁：%s", "cannot be locked: %s",
                   strerror(errno));
    return false;
}

/* What a link leads to may be another pack's catalogue as well, and that pack knows nothing of this
 * import: neither may the link be replaced nor the file behind it be written. */
static bool is_linked(struct import *im, const char *file)
{
    char path[PATH_MAX], target[PATH_MAX];
    struct stat st;
    int size = snprintf(path, sizeof path, "%s/%s", im->pack, file);
    if (size < 0 || size >= PATH_MAX || lstat(path, &st) != 0 || !S_ISLNK(st.st_mode))
        return false;
    faults_add(
        &im->faults, file, 0, NULL,
        "是指向 %.200s 的符号链接，其他政策包可能也用它：在其所在的政策包中导入，或先换成副本",
        "a link to %.200s, which other packs may use: import into the pack that it belongs "
        "to, or put a copy in its place",
        realpath(path, target) ? target : "?");
    return true;
}

/* A link that leads nowhere is no pack without a catalogue: load_version() says so. */
static unsigned load_before(struct import *im)
{
    char path[PATH_MAX];
    struct stat st;
    int size = snprintf(path, sizeof path, "%s/%s", im->pack, CATALOGUE);
    bool folder = stat(im->pack, &st) == 0 && S_ISDIR(st.st_mode);
    if (folder && size > 0 && size < PATH_MAX && lstat(path, &st) != 0 && errno == ENOENT) {
        unsigned faults = stage_open_empty(&im->empty, im->pack, KEY);
        im->before = im->empty.loaded;
        im->empty.loaded = (struct loaded){0};
        return faults;
    }
    return load_version(im->pack, &im->before);
}

static unsigned import_files(struct import *im)
{
    if (!hold_pack(im))
        return report_faults(im);
    unsigned faults = load_before(im);
    if (faults)
        return faults;
    if (is_linked(im, CATALOGUE) | is_linked(im, SOURCES_FILE))
        return report_faults(im);
    im->sources = *pack_catalogue_sources(im->before.pack);
    readings_read(im->pack, pack_version(im->before.pack, 0), &im->faults, &im->readings);
    if (!sheet_read(&im->old, im->before.path, CATALOGUE, KEY))
        return 1;
    read_inputs(im);
    facts_sort(&im->facts, &im->skips, &im->faults);
    if (faults_total(&im->faults) == 0)
        merge(im);
    return faults_total(&im->faults) ? report_faults(im) : finish(im);
}

static void release(struct import *im)
{
    for (uint8_t i = 0; i < im->input_count; i++)
        free(im->inputs[i].text);
    facts_free(&im->facts);
    sheet_free(&im->new);
    sheet_free(&im->old);
    arena_free(im->arena);
    stage_close(&im->after);
    unload(&im->before);
    stage_close(&im->empty);
    if (im->held >= 0)
        close(im->held);
}

static bool read_options(struct import *im, int argc, char *argv[])
{
    static const struct option options[] = {{"lang", required_argument, NULL, 'l'},
                                            {"dry-run", no_argument, NULL, 'd'},
                                            {"from", required_argument, NULL, 'f'},
                                            {"late", no_argument, NULL, 'e'},
                                            {0}};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'd')
            im->dry_run = true;
        else if (option == 'e')
            im->late = true;
        else if (option != 'l' && option != 'f')
            return false;
        else if (option == 'l' ? !lang_parse(optarg, &im->lang)
                               : date_parse(optarg, &im->from) != ERR_OK)
            return false;
    }
    return argc - optind >= 2;
}

int command_import(int argc, char *argv[])
{
    static struct import im;
    im.today = date_of_time(clock_wall_ms());
    im.from = im.today + 1;
    if (!read_options(&im, argc, argv))
        return STATUS_USAGE;
    im.pack = argv[optind];
    im.held = -1;
    bool known = true;
    for (int i = optind + 1; i < argc; i++)
        known &= take_input(&im, argv[i]);
    im.arena = arena_new((size_t)2048 * 1024 * 1024);
    CHECK(im.arena);
    unsigned faults = known ? import_files(&im) : report_faults(&im);
    release(&im);
    return status_of(faults);
}
