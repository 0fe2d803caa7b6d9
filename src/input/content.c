/* SPDX-License-Identifier: Apache-2.0 */
#include "input/content.h"
#include "input/depot.h"
#include "input/encoding.h"
#include "input/events_layer.h"

#include <stdio.h>

static void name_add(char names[COMPRESSION_NAME_MAX], const char *name)
{
    size_t n = strlen(names);
    (void)snprintf(names + n, COMPRESSION_NAME_MAX - n, "%s%s", n ? "+" : "", name);
}

void content_unpack(struct layer **top, char names[COMPRESSION_NAME_MAX], const input_options *o, const struct packing **packing)
{
    char head[PACKING_HEAD];
    for (unsigned i = 0;; i++) {
        *packing = packing_of(span_of(head, layer_read(*top, 0, head, sizeof head)));
        if (!*packing || !(*packing)->unpack || i == UNPACK_MAX)
            return;
        *top = (*packing)->unpack(*top, o);
        name_add(names, (*top)->name);
    }
}

/* Windows events that were saved as text are told by it. */
static void read_events(struct content *c, const input_options *o)
{
    char bytes[EVENTS_HEAD];
    span head = span_of(bytes, layer_read(c->top, 0, bytes, sizeof bytes));
    enum events_kind kind = events_kind_of(head);
    if (kind != EVENTS_XML && kind != EVENTS_CSV)
        return;
    c->top = events_text_new(c->top, kind, head, o);
    name_add(c->compression, c->top->name);
}

fault content_open(struct content *c, const source_path *path, const input_options *o)
{
    input_options unpacked = *o;
    *c = (struct content){0};
    if (path->entry) {
        TRY(entry_open(path->entry, path->path.p, o, &c->top));
        c->file = path->entry->file;
        c->stored = path->entry->stored;
        unpacked.growth_free = path->entry->growth_free ? *path->entry->growth_free : 0;
        (void)snprintf(c->compression, sizeof c->compression, "%s", path->entry->wrapping);
    } else {
        TRY(file_open(path->path.p, path->pipe, o, &c->file));
        c->top = &c->file->layer;
    }
    content_unpack(&c->top, c->compression, &unpacked, &c->packing);
    if (c->file && c->top == &c->file->layer && c->file->layer.broken) {
        fault e = c->file->layer.problem;
        content_close(c);
        return e;
    }
    c->unpacked = c->top;
    c->text = c->top = text_new(c->top, o);
    read_events(c, o);
    return NO_FAULT;
}

size_t content_read(struct content *c, void *buffer, size_t n)
{
    size_t got = layer_read(c->top, c->at, buffer, n);
    c->problem = c->top->problem;
    c->broken = c->top->broken;
    c->at += got;
    return got;
}

void content_hold(struct content *c, bool hold)
{
    if (c->file)
        c->file->hold = hold;
}

struct file *content_plain(const struct content *c)
{
    bool is_plain = c->file && c->unpacked == &c->file->layer && c->file->pipe < 0 && c->top == c->text && !text_decodes(c->text);
    return is_plain ? c->file : NULL;
}

void content_sleep(struct content *c) { layer_sleep(c->top); }

void content_close(struct content *c)
{
    layer_free(c->top);
    c->top = NULL;
    c->file = NULL;
}
