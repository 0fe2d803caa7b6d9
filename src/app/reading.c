/* SPDX-License-Identifier: Apache-2.0 */
#include "app/reading.h"

#include "app/sandbox.h"
#include "base/task.h"
#include "base/when.h"
#include "input/depot.h"
#include "input/events.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BAD_SAMPLE_BYTES = 512,
       CHECKPOINTS = 1024 /* to inflate from again, of all sources, about 57 KiB each */ };

/* Faults name the path they are about; a failure shows it once, in front. */
static void add_failure(struct reading *r, span path, const fault *why)
{
    span text = span_str(why->text);
    if (path.n && span_starts(text, path)) {
        text = span_skip(text, path.n);
        text = span_trim(text.n && text.p[0] == ':' ? span_skip(text, 1) : text);
    }
    r->failures[r->failure_n++] = (struct failure){arena_dup(&r->memory, path), arena_dup(&r->memory, text)};
}

/* Opens one path and recognises its layout. */
static fault open_source(struct reading *r, const source_path *path, struct source *s)
{
    TRY(input_open(path, (uint32_t)r->n, &r->input, &s->input));
    fault refusal_of_content = input_refusal(s->input);
    if (refusal_of_content.kind) { /* of this input alone: it stops no other */
        refusal_of_content.kind = FAULT_CORRUPT;
        return refusal_of_content;
    }
    if (input_kind(s->input) == CONTENT_EMPTY)
        return NO_FAULT;
    return layouts_recognise(r, s);
}

static void find_copies(struct reading *r)
{
    struct input **inputs = arena_new(&r->memory, struct input *, r->n + 1);
    sameness *same = arena_new(&r->memory, sameness, r->n + 1);
    for (size_t i = 0; i < r->n; i++)
        inputs[i] = r->sources[i].input;
    input_sameness(inputs, r->n, same);
    for (size_t i = 0; i < r->n; i++) {
        r->sources[i].same = same[i].kind;
        r->sources[i].same_as = same[i].of;
    }
}

/* From here on content is read that an attacker wrote. */
static fault enter_sandbox(struct reading *r, const source_list *list)
{
    const char **paths = arena_new(&r->memory, const char *, list->n + 1);
    TRY(known_suffixes_open(&r->suffixes)); /* a file of the system: closed to us in a moment */
    for (size_t i = 0; i < list->n; i++)
        paths[i] = list->items[i].path.p;
    return sandbox_enter(paths, list->n, r->options->tmp);
}

/* A report written over a log would destroy evidence: -o must not be an input, by whatever name. */
static fault refuse_output_among(const source_list *list, const char *option, const char *output)
{
    struct stat out, in;
    if (!output || stat(output, &out) != 0 || !S_ISREG(out.st_mode))
        return NO_FAULT;
    for (size_t i = 0; i < list->n; i++) {
        const char *path = list->items[i].path.p;
        int failed = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &in) : stat(path, &in);
        if (!failed && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return fault_make(FAULT_USAGE, "%s %s is one of the inputs, or lies among them: write elsewhere", option, output);
    }
    return NO_FAULT;
}

/* Once layouts are known: times of a filter without a zone mean the zone that is shown. */
static fault compile_filter(struct reading *r)
{
    const struct words *texts = &r->options->where;
    struct where_options options = {.tz_minutes = reading_zone(r), .suffixes = r->suffixes};
    return texts->n ? where_compile(&r->memory, texts->items, texts->n, &options, &r->where) : NO_FAULT;
}

fault reading_open(struct reading *r, struct options *options)
{
    source_list named, list;
    *r = (struct reading){.options = options,
                          .input = {.block_size = options->block_size, .tmp = options->tmp, .encoding = options->encoding,
                                    .max_ratio = options->max_ratio, .passwords = options->passwords.items,
                                    .password_n = options->passwords.n}};
    TRY(input_list(&r->memory, options->inputs, options->input_n, &named));
    TRY(refuse_output_among(&named, "-o", options->output));
    TRY(refuse_output_among(&named, "--timeline", options->timeline));
    r->events = r->input.events = named.n ? event_reader_start(NULL, options->threads) : NULL;
    r->depot = depot_open(&r->input);
    TRY(enter_sandbox(r, &named));
    TRY(depot_list(r->depot, &r->memory, &named, &list));
    if (list.n > ROW_SOURCES_MAX)
        return fault_make(FAULT_LIMIT, "%zu inputs are more than the %u that can be told apart", list.n, ROW_SOURCES_MAX);
    r->sources = arena_new(&r->memory, struct source, list.n + 1);
    r->infos = arena_new(&r->memory, struct source_info, list.n + 1);
    r->input.checkpoints = list.n ? (unsigned)max_u64(1, min_u64(64, CHECKPOINTS / list.n)) : 1;
    r->failure_max = list.n + list.failed_n;
    r->failures = arena_new(&r->memory, struct failure, r->failure_max + 1);
    for (size_t i = 0; i < list.failed_n; i++)
        add_failure(r, list.failed[i].path, &list.failed[i].why);
    for (size_t i = 0; i < list.n; i++) {
        struct source *s = &r->sources[r->n];
        *s = (struct source){0};
        row_counts_clear(&s->counts);
        fault f = open_source(r, &list.items[i], s);
        if (f.kind)
            input_close(s->input);
        if (f.kind == FAULT_USAGE)
            return f;
        if (f.kind) {
            add_failure(r, list.items[i].path, &f);
            continue;
        }
        r->infos[r->n].path = list.items[i].path;
        r->bytes_total += input_state(s->input).bytes;
        r->n++;
    }
    layouts_share(r);
    find_copies(r);
    TRY(options_settle_times(options, reading_zone(r)));
    return compile_filter(r);
}

/* What the workers share while they pull blocks. */
struct pulling {
    struct reading *reading;
    const struct row_taker *take;
    void *taker;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t claims, turn;        /* made; whose turn it is to take what was claimed */
    size_t source;                /* the one blocks come from now */
    uint64_t blocks;              /* handed out so far */
    reading_progress *progress;
    void *ctx;
};

struct parser {
    struct pulling *pulling;
    void *worker;                 /* of the taker */
    const struct where *where;
    struct where_scratch *scratch;
    const struct literal_set *literals; /* one stands in every line that can match; NULL: every line is parsed */
    struct row_counts counts;  /* of `source`, since it was last added */
    struct windows_counts windows;
    size_t source;
    uint64_t block;               /* number of the one in hand */
    struct layout_changes changes; /* of the block in hand */
    size_t change;                 /* the next one */
    const struct layout *layout;   /* of the next line */
    arena room;                   /* for text of its events that stands nowhere in it */
};

static bool is_read(const struct pulling *p, const struct source *s)
{
    return s->same == SAME_UNIQUE && !s->is_left_out && (s->layout.n || (s->layout.windows && p->take->windows));
}

/* The next block of any source, in order; called with the lock held. */
static bool next_block(struct pulling *p, struct block *b)
{
    struct reading *r = p->reading;
    for (; p->source < r->n; p->source++) {
        struct source *s = &r->sources[p->source];
        if (!is_read(p, s))
            continue;
        r->at = p->source;
        if (input_next(s->input, b))
            return true;
        r->bytes_done += input_state(s->input).bytes;
    }
    struct input *last = b->from ? b->from : b->claim.of;
    if (last) /* the end: its input still has to hear how many lines the block held, and that nothing is fetched any more */
        (void)input_next(last, b);
    return false;
}

static void flush_counts(struct parser *p)
{
    struct source *s = &p->pulling->reading->sources[p->source];
    if (p->counts.records)
        row_counts_add(&s->counts, &p->counts);
    windows_counts_join(&s->windows, &p->windows);
    row_counts_clear(&p->counts);
    windows_counts_free(&p->windows);
}

/* Keeps the bad lines with the lowest offsets, whichever thread finds them first. */
static void sample_bad(struct parser *p, span line, uint64_t offset)
{
    struct reading *r = p->pulling->reading;
    struct source_info *info = &r->infos[p->source];
    pthread_mutex_lock(&p->pulling->lock);
    size_t at = info->bad_sample_n;
    while (at && info->bad_sample[at - 1].offset > offset)
        at--;
    if (at < COUNT_OF(info->bad_sample)) {
        size_t move = min_u64(info->bad_sample_n, COUNT_OF(info->bad_sample) - 1) - at;
        memmove(&info->bad_sample[at + 1], &info->bad_sample[at], move * sizeof info->bad_sample[0]);
        info->bad_sample[at] = (struct bad_line){0, offset, arena_dup(&r->memory, span_take(line, BAD_SAMPLE_BYTES))};
        info->bad_sample_n += info->bad_sample_n < COUNT_OF(info->bad_sample);
    }
    pthread_mutex_unlock(&p->pulling->lock);
}

static fault parse_line(struct parser *p, span line, uint64_t offset)
{
    const struct options *o = p->pulling->reading->options;
    const struct row_taker *take = p->pulling->take;
    event e;
    p->counts.records++;
    switch (format_row(p->layout, line, &p->room, &e)) {
    case ROW_EVENT:
        if (event_end(&e) < o->since || event_start(&e) > o->until) {
            row_counts_beyond(&p->counts, e.at[FIELD_TIME].ms);
            break;
        }
        p->counts.within++;
        client_apply(&o->clients_are, &e, &p->room); /* first: a filter asks for the client that is shown */
        if (p->where && !where_match(p->where, p->scratch, &e)) {
            p->counts.skipped++;
            return take->other ? take->other(p->worker, (uint32_t)p->source, offset, line, &e) : NO_FAULT;
        }
        row_counts_event(&p->counts, &e);
        return take->event(p->worker, (uint32_t)p->source, offset, line, &e);
    case ROW_SKIPPED:
        break;
    case ROW_BAD:
        p->counts.bad++;
        sample_bad(p, line, offset);
        return NO_FAULT;
    }
    p->counts.skipped++;
    return NO_FAULT;
}

/* The Event Viewer's CSV names no machine. People keep the logs of each in a folder of its name. */
static span folder_of(span path)
{
    size_t end = path.n, start;
    while (end && path.p[end - 1] != '/' && path.p[end - 1] != '!')
        end--;
    for (start = end ? end - 1 : 0; start && path.p[start - 1] != '/' && path.p[start - 1] != '!';)
        start--;
    return end > start + 1 ? span_of(path.p + start, end - 1 - start) : SPAN("-");
}

static fault parse_windows(struct parser *p, span line, uint64_t offset)
{
    const struct options *o = p->pulling->reading->options;
    struct windows_event e;
    p->counts.records++;
    enum row_fate fate = format_windows_row(p->layout, line, &p->room, &e);
    if (fate == ROW_BAD) {
        p->counts.bad++;
        sample_bad(p, line, offset);
        return NO_FAULT;
    }
    if (fate == ROW_EVENT && !windows_has(&e, WINDOWS_COMPUTER))
        (void)windows_put_field(&e, WINDOWS_COMPUTER, folder_of(p->pulling->reading->infos[p->source].path));
    bool is_event = fate == ROW_EVENT || windows_has(&e, WINDOWS_TIME);   /* of ours, or another; else a blank line */
    bool is_within = is_event && e.at[WINDOWS_TIME].ms >= o->since && e.at[WINDOWS_TIME].ms <= o->until;
    if (is_within) {
        p->counts.within++;
        windows_counts_add(&p->windows, &e);
    } else if (is_event) {
        row_counts_beyond(&p->counts, e.at[WINDOWS_TIME].ms);
    }
    if (fate == ROW_SKIPPED || !is_within) {
        p->counts.skipped++;
        return NO_FAULT;
    }
    row_counts_time(&p->counts, e.at[WINDOWS_TIME].ms);
    return p->pulling->take->windows(p->worker, (uint32_t)p->source, offset, line, &e);
}

/* The next line of the block that can match, as block_line; those before it are counted, not read. */
static bool next_line(struct parser *p, struct block *b, span *line, uint64_t *offset)
{
    const struct layout *layout = &p->pulling->reading->sources[p->source].layout;
    if (p->literals && b->state == BLOCK_LINES && !layout->unescapes && !layout->follows_headers) {
        size_t hit = literal_find(p->literals, b->data, b->at), to = b->data.n;
        if (hit != SIZE_MAX)
            for (to = hit; to > b->at && b->data.p[to - 1] != '\n';)
                to--;
        uint64_t passed = span_count(span_of(b->data.p + b->at, to - b->at), '\n');
        passed += to > b->at && b->data.p[to - 1] != '\n'; /* the last line of a source may lack its newline */
        p->counts.records += passed;
        p->counts.skipped += passed;
        b->lines += passed;
        b->at = to;
    }
    return block_line(b, line, offset);
}

/* Which layout has the line at `at`? Lines come in order. */
static inline void turn_to(struct parser *p, uint64_t at)
{
    while (p->change < p->changes.n && p->changes.items[p->change].at <= at)
        p->layout = p->changes.items[p->change++].layout;
}

static fault parse_block(struct parser *p, struct block *b)
{
    const struct row_taker *take = p->pulling->take;
    span line;
    uint64_t offset;
    while (next_line(p, b, &line, &offset)) {
        if (b->state == BLOCK_LINES) {
            turn_to(p, offset - b->offset);
            TRY(p->layout->windows ? parse_windows(p, line, offset) : parse_line(p, line, offset));
            continue;
        }
        p->counts.records++;
        p->counts.bad++;
        sample_bad(p, line, offset);
    }
    if (take->block)
        TRY(take->block(p->worker, b, p->block));
    TRY(take->flush ? take->flush(p->worker) : NO_FAULT);
    arena_free(&p->room);
    return NO_FAULT;
}

/* Waits for a turn, with bytes of the next block at hand where they can be read by several at a time. Called with the
 * lock held, which it lets go of meanwhile. */
static void await_turn(struct pulling *p, struct block *b)
{
    const struct reading *r = p->reading;
    uint64_t mine = p->claims++;
    if (p->source < r->n && is_read(p, &r->sources[p->source]) && input_claim(r->sources[p->source].input, b)) {
        pthread_mutex_unlock(&p->lock);
        input_fetch(b);
        pthread_mutex_lock(&p->lock);
    }
    while (p->turn != mine)
        pthread_cond_wait(&p->moved, &p->lock);
}

static void end_turn(struct pulling *p)
{
    p->turn++;
    pthread_cond_broadcast(&p->moved);
}

static bool pull(struct pulling *p, struct parser *parser, struct block *b)
{
    pthread_mutex_lock(&p->lock);
    for (await_turn(p, b); input_claim_is_spent(b); await_turn(p, b))
        end_turn(p);
    bool more = next_block(p, b);
    if (!more || b->source != parser->source) {
        flush_counts(parser);
        parser->source = more ? b->source : parser->source;
    }
    parser->block = p->blocks;
    p->blocks += more;
    if (more) {
        layouts_follow(p->reading, &p->reading->sources[b->source], b, &parser->changes);
        parser->layout = parser->changes.first;
        parser->change = 0;
    }
    if (more && p->progress)
        p->progress(p->ctx, p->reading, p->reading->infos[b->source].path);
    end_turn(p);
    pthread_mutex_unlock(&p->lock);
    return more;
}

static void close_filter(struct parser *p)
{
    if (!p->where)
        return;
    pthread_mutex_lock(&p->pulling->lock);
    p->pulling->reading->gave_up += where_gave_up(p->scratch);
    pthread_mutex_unlock(&p->pulling->lock);
    where_scratch_close(p->scratch);
}

static fault parse_blocks(void *ctx, unsigned number)
{
    struct pulling *pulling = ctx;
    const struct where *where = pulling->reading->where;
    struct parser parser = {.pulling = pulling, .worker = pulling->take->begin(pulling->taker), .where = where};
    struct block b = {0};
    fault f = NO_FAULT;
    (void)number;
    if (where) {
        parser.scratch = where_scratch_open(where);
        bool stands_in_line = pulling->reading->options->clients_are.key != CLIENT_BOTH; /* "address+user" does not */
        parser.literals = pulling->take->only_matches && stands_in_line ? where_literals(where) : NULL;
    }
    row_counts_clear(&parser.counts);
    while (!f.kind && pull(pulling, &parser, &b))
        f = parse_block(&parser, &b);
    block_free(&b);
    array_free((void **)&parser.changes.items, &parser.changes.capacity);
    windows_counts_free(&parser.windows);
    arena_free(&parser.room);
    close_filter(&parser);
    fault ended = pulling->take->end(parser.worker);
    return f.kind ? f : ended;
}

uint64_t reading_bytes_done(const struct reading *r)
{
    if (r->at >= r->n)
        return r->bytes_done;
    input_status now = input_state(r->sources[r->at].input);
    return r->bytes_done + min_u64(now.content, now.bytes);
}

/* A taker of rows, and nothing but Windows event logs. */
static fault refuse_windows_alone(const struct reading *r)
{
    const struct source_info *first = NULL;
    for (size_t i = r->n; i--;) {
        if (r->sources[i].layout.n)
            return NO_FAULT;
        first = r->sources[i].layout.windows ? &r->infos[i] : first;
    }
    return !first ? NO_FAULT : fault_make(FAULT_CORRUPT, "%s is a Windows event log, which has no rows: konseki hunt and konseki check read it", first->path.p);
}

fault reading_run(struct reading *r, const struct row_taker *take, void *taker, reading_progress *progress, void *ctx)
{
    struct pulling p = {.reading = r, .take = take, .taker = taker, .progress = progress, .ctx = ctx};
    r->reads_windows = take->windows != NULL;
    if (!r->reads_windows)
        TRY(refuse_windows_alone(r));
    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.moved, NULL);
    fault f = task_run(r->options->threads, parse_blocks, &p);
    pthread_mutex_destroy(&p.lock);
    pthread_cond_destroy(&p.moved);
    return f;
}

fault reading_rewind(struct reading *r)
{
    r->bytes_done = r->at = 0;
    for (size_t i = 0; i < r->n; i++) {
        struct source *s = &r->sources[i];
        if (s->is_left_out)
            continue;
        if (s->same == SAME_UNIQUE && !input_rewind(s->input))
            return fault_make(FAULT_LIMIT, "%s cannot be read a second time: save it to a file and name that", r->infos[i].path.p);
        row_counts_clear(&s->counts);
        windows_counts_free(&s->windows);
        s->now = NULL;
        s->not_followed = 0;
        r->infos[i].bad_sample_n = 0;
    }
    return NO_FAULT;
}

void reading_close(struct reading *r)
{
    where_close(r->where);
    known_suffixes_close(r->suffixes);
    for (size_t i = 0; i < r->n; i++) {
        input_close(r->sources[i].input);
        windows_counts_free(&r->sources[i].windows);
    }
    depot_close(r->depot);
    event_reader_stop(r->events);
    arena_free(&r->memory);
}
