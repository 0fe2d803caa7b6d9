/* SPDX-License-Identifier: Apache-2.0 */
/* A line as a Windows event: in each dialect, below each member that may hold it, then through the store. The line lies in memory of exactly
 * its size. */
#include "fuzz.h"

#include "format/winlog.h"
#include "windows/store.h"

#include <stdlib.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_event(const struct windows_event *e)
{
    require(!(e->has & e->blank) && e->kind);
    require(((e->has | e->blank) & ~windows_gives(e->kind)) == 0);
    require(windows_has(e, WINDOWS_TIME) && windows_has(e, WINDOWS_EVENT_ID));
    for (enum windows_field f = 0; f < WINDOWS_FIELD_COUNT; f++)
        if (windows_has(e, f) && windows_field_infos[f].type == WINDOWS_TYPE_TEXT)
            require(e->at[f].text.n > 0);
    require(windows_address_kind(windows_text(e, WINDOWS_ADDRESS)) <= ADDRESS_NAME);
}

/* Kept twice from two inputs, once it is there. */
static void keep(const struct windows_event *e)
{
    struct windows_store *s = windows_store_new(2, 4);
    struct windows_worker *w = windows_worker_new(s);
    for (uint32_t source = 0; source < 2; source++)
        for (uint64_t offset = 0; offset < 2; offset++)
            windows_worker_event(w, source, offset, e);
    windows_worker_flush(w);
    windows_worker_close(w);
    windows_seal(s);
    require(s->n == 2 && s->duplicate[1] == 2);
    for (enum windows_field f = 0; f < WINDOWS_FIELD_COUNT; f++)
        if (windows_field_infos[f].type == WINDOWS_TYPE_TEXT && kept_has(s->events[0], f)) {
            span text = kept_text(s->events[0], f);
            require(span_eq(text, span_take(e->at[f].text, WINDOWS_TEXT_MAX)) && kept_same(s->events[0], s->events[1], f));
        }
    windows_store_free(s);
}

static void read_as_all(arena *a, span line)
{
    static const char *const above[] = {"", "_source.", "data."};
    struct windows_event e;
    for (size_t i = 0; winlog_at(i); i++)
        for (size_t k = 0; k < COUNT_OF(above); k++)
            if (winlog_row(winlog_at(i), above[k], line, a, &e) == ROW_EVENT) {
                check_event(&e);
                keep(&e);
            }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena a = {0};
    char *copy = malloc(size ? size : 1);
    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    span line = span_of(copy, size);
    struct format_options options = {.tz_minutes = 540};
    struct layout layout;
    struct windows_event e;
    read_as_all(&a, line);
    if (winlog_recognise(&options, &line, 1, 0.5, &layout) && format_windows_row(&layout, line, &a, &e) == ROW_EVENT)
        check_event(&e);
    arena_free(&a);
    free(copy);
    return 0;
}
