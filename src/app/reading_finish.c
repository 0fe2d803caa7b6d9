/* SPDX-License-Identifier: Apache-2.0 */
/* After the last block: what is said of each source, and of a filter that asked for what is not there. */
#include "app/reading.h"

#include "base/when.h"

static span fault_text(arena *a, const fault *f) { return arena_dup(a, span_str(f->text)); }

static int zone_of(const struct reading *r, const struct layout *l)
{
    int given = r->options->tz_minutes;
    return l->tz_in_stamp ? l->tz_minutes : given != WHEN_NONE_MINUTES ? given : 0;
}

int reading_zone(const struct reading *r)
{
    if (r->options->show_tz_minutes != WHEN_NONE_MINUTES)
        return r->options->show_tz_minutes;
    for (size_t i = 0; i < r->n; i++)
        if (layout_reads(&r->sources[i].layout) && zone_of(r, &r->sources[i].layout) != WHEN_NONE_MINUTES)
            return zone_of(r, &r->sources[i].layout);
    return 0;
}

static void finish_source(struct reading *r, size_t i)
{
    struct source *s = &r->sources[i];
    struct source_info *info = &r->infos[i];
    input_status status = input_state(s->input);
    const struct row_counts *c = &s->counts;
    info->compression = status.compression;
    info->encoding = status.encoding;
    info->bytes = status.bytes;
    info->format = layout_reads(&s->layout) ? s->layout.name : SPAN("none");
    info->definition = s->layout.definition;
    info->is_inferred = s->layout.is_inferred;
    info->direction_unknown = s->layout.direction_unknown;
    info->records = c->records;
    info->events = info->used = c->events;
    info->skipped = c->skipped;
    info->bad = c->bad;
    info->first = c->first;
    info->last = c->last;
    info->tz_minutes = zone_of(r, &s->layout);
    info->tz_assumed = layout_reads(&s->layout) && !s->layout.tz_in_stamp && r->options->tz_minutes == WHEN_NONE_MINUTES;
    info->is_epoch = span_find(s->layout.definition, SPAN("%ts")) != SIZE_MAX;
    info->is_complete = s->same != SAME_UNIQUE || !status.ended || status.complete;
    info->incomplete_why = status.reason.text[0] ? fault_text(&r->memory, &status.reason) : (span){NULL, 0};
    info->gives = s->layout.gives;
    for (size_t k = 0; k < s->followed_n; k++)
        info->gives |= s->followed[k].layout.gives;
    info->windows = s->layout.windows ? &s->windows : NULL;
    windows_counts_sort(&s->windows);
    info->is_server = s->layout.is_server;
    info->is_server_by_rows = s->layout.is_server_by_rows;
    info->not_followed = s->not_followed;
    info->same_as = s->same == SAME_UNIQUE ? -1 : (int64_t)s->same_as;
    info->is_prefix = s->same == SAME_PREFIX;
    memcpy(info->value, c->value, sizeof info->value);
    memcpy(info->blank, c->blank, sizeof info->blank);
}

/* Line numbers of the sampled bad lines: known once every block was counted. */
static void number_bad_lines(struct reading *r, size_t i)
{
    struct source_info *info = &r->infos[i];
    uint64_t offsets[COUNT_OF(info->bad_sample)];
    line_text lines[COUNT_OF(info->bad_sample)] = {0};
    for (size_t k = 0; k < info->bad_sample_n; k++)
        offsets[k] = info->bad_sample[k].offset;
    fault f = input_lines(r->sources[i].input, &r->memory, offsets, info->bad_sample_n, lines);
    for (size_t k = 0; !f.kind && k < info->bad_sample_n; k++)
        info->bad_sample[k].line = lines[k].number;
}

/* As screens show it, with its zone. */
static struct fact moment(struct reading *r, const char *name, int64_t ms)
{
    int zone = reading_zone(r);
    sink o = sink_memory();
    when_put_local(&o, ms, zone);
    sink_char(&o, ' ');
    when_put_zone(&o, zone);
    struct fact f = fact_text(name, arena_dup(&r->memory, sink_text(&o)));
    fault ignored = sink_done(&o);
    (void)ignored;
    return f;
}

/* --since and --until that left nothing: asked of which time, and which time was there? */
static void note_range(struct reading *r)
{
    const struct options *o = r->options;
    struct row_counts all;
    row_counts_clear(&all);
    for (size_t i = 0; i < r->n; i++)
        row_counts_add(&all, &r->sources[i].counts);
    if (!all.beyond || all.within)
        return;
    struct fact facts[] = {moment(r, "first", all.beyond_first), moment(r, "last", all.beyond_last),
                           moment(r, "since", o->since == INT64_MIN ? 0 : o->since),
                           moment(r, "until", o->until == INT64_MAX ? 0 : o->until)};
    enum text_key key = o->until == INT64_MAX ? TEXT_RANGE_SINCE : o->since == INT64_MIN ? TEXT_RANGE_UNTIL : TEXT_RANGE_BETWEEN;
    r->notes[r->note_n++] = sentence_make(&r->memory, key, facts, COUNT_OF(facts));
}

/* A filter that asks for what is not there, or that could not be asked to its end, says so. */
static void note_filter(struct reading *r)
{
    uint64_t asked = r->where ? where_fields(r->where) : 0;
    for (enum field f = 0; f < FIELD_COUNT; f++) {
        size_t without = 0, first = 0;
        for (size_t i = r->n; asked >> f & 1 && i--;) {
            const struct source *s = &r->sources[i];
            if (s->same == SAME_UNIQUE && s->layout.n && !(s->layout.gives >> f & 1)) {
                without++;
                first = i;
            }
        }
        struct fact facts[] = {fact_text("field", span_str(field_infos[f].key)), fact_text("path", r->infos[first].path),
                               fact_count("others", without - 1)};
        if (without)
            r->notes[r->note_n++] = sentence_make(&r->memory, without > 1 ? TEXT_WHERE_UNLOGGED_MORE : TEXT_WHERE_UNLOGGED,
                                                  facts, COUNT_OF(facts));
    }
    struct fact gave_up[] = {fact_count("rows", r->gave_up)};
    if (r->gave_up)
        r->notes[r->note_n++] = sentence_make(&r->memory, TEXT_WHERE_GAVE_UP, gave_up, COUNT_OF(gave_up));
}

/* Windows event logs that nobody asked for, beside other inputs. */
static void note_windows(struct reading *r)
{
    for (size_t i = 0; i < r->n && !r->reads_windows; i++) {
        struct fact path = fact_text("path", r->infos[i].path);
        if (r->sources[i].layout.windows)
            r->notes[r->note_n++] = sentence_make(&r->memory, TEXT_NOTE_WINDOWS_LEFT, &path, 1);
    }
}

void reading_finish(struct reading *r)
{
    for (size_t i = 0; i < r->n; i++) {
        finish_source(r, i);
        if (r->infos[i].bad_sample_n)
            number_bad_lines(r, i);
    }
    r->notes = arena_new(&r->memory, struct sentence, FIELD_COUNT + 2 + 2 * r->n);
    note_windows(r);
    note_range(r);
    note_filter(r);
}

void reading_note_bad(struct reading *r)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct source_info *s = &r->infos[i];
        struct fact facts[] = {fact_text("path", s->path), fact_count("bad", s->bad), fact_count("records", s->records),
                               fact_plain("line", s->bad_sample_n ? s->bad_sample[0].line : 0)};
        if (s->same_as < 0 && s->bad)
            r->notes[r->note_n++] = sentence_make(&r->memory, TEXT_NOTE_UNREAD, facts, COUNT_OF(facts));
    }
}
