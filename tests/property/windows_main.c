/* SPDX-License-Identifier: Apache-2.0 */
/* Files of Windows events in, what is kept of them out, a line of JSON each: the hand by which `windows` asks. Each file is a
 * source, and its lines go to two workers by turns. */
#include "format/winlog.h"
#include "report/json.h"
#include "windows/store.h"

#include <stdio.h>

enum { FILE_MAX = 64 << 20, SAMPLE = 1000 };

static span read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        panic(path);
    char *text = mem_alloc(FILE_MAX);
    size_t n = fread(text, 1, FILE_MAX, f);
    fclose(f);
    return span_of(text, n);
}

static size_t sample(span rest, span *lines)
{
    size_t n = 0;
    while (rest.n && n < SAMPLE) {
        cut c = span_cut(rest, '\n');
        lines[n++] = c.head;
        rest = c.tail;
    }
    return n;
}

static void read_source(struct windows_worker *const *workers, uint32_t source, span text)
{
    arena a = {0};
    span lines[SAMPLE], rest = text;
    struct layout layout;
    struct format_refusal refusal;
    struct format_options options = {.tz_minutes = 540};
    if (format_recognise(&a, &options, lines, sample(text, lines), &layout, &refusal).kind || !layout.windows)
        panic("not recognised as Windows events");
    for (size_t i = 0; rest.n; i++) {
        struct windows_event e;
        cut c = span_cut(rest, '\n');
        if (format_windows_row(&layout, c.head, &a, &e) == ROW_EVENT)
            windows_worker_event(workers[i % 2], source, (uint64_t)(rest.p - text.p), &e);
        rest = c.tail;
    }
    arena_free(&a);
}

static void put_kept(sink *o, const struct kept *k)
{
    struct json j = json_begin_line(o, LANG_EN);
    json_open_object(&j, NULL);
    json_u64(&j, "source", kept_source(k));
    json_i64(&j, "time", k->time);
    json_string(&j, "channel", k->kind->channel);
    json_u64(&j, "event_id", k->kind->id);
    for (enum windows_field f = 0; f < WINDOWS_FIELD_COUNT; f++) {
        const struct windows_field_info *info = &windows_field_infos[f];
        if (kept_state(k, f) == STATE_BLANK)
            json_string(&j, info->key, "");
        if (!kept_has(k, f))
            continue;
        if (info->type == WINDOWS_TYPE_TEXT)
            json_text(&j, info->key, kept_text(k, f));
        else if (info->type == WINDOWS_TYPE_SIGNED)
            json_i64(&j, info->key, (int64_t)kept_number(k, f));
        else
            json_u64(&j, info->key, kept_number(k, f));
    }
    json_close(&j);
    json_end(&j);
}

int main(int argc, char **argv)
{
    struct windows_store *s = windows_store_new((size_t)argc, 0);
    struct windows_worker *workers[2] = {windows_worker_new(s), windows_worker_new(s)};
    for (int i = 1; i < argc; i++) {
        span text = read_file(argv[i]);
        read_source(workers, (uint32_t)i - 1, text);
        mem_free((void *)(uintptr_t)text.p);
    }
    for (int i = 0; i < 2; i++) {
        windows_worker_flush(workers[i]);
        windows_worker_close(workers[i]);
    }
    windows_seal(s);
    sink o = sink_fd(1);
    for (size_t i = 0; i < s->n; i++)
        put_kept(&o, s->events[i]);
    windows_store_free(s);
    return sink_done(&o).kind ? 1 : 0;
}
