/* SPDX-License-Identifier: Apache-2.0 */
#include "app/evidence.h"

#include "app/pipeline.h"
#include "base/hash.h"

#include <stdlib.h>

static int by_place(const void *x, const void *y)
{
    const struct evidence *a = *(struct evidence *const *)x, *b = *(struct evidence *const *)y;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static void fill(struct evidence *e, const line_text *line, const fault *f, arena *a)
{
    e->line = line->number;
    e->length = line->length;
    e->raw = line->text;
    e->is_cut = line->text.p && line->length > line->text.n;
    if (!line->text.p) {
        struct fact reason = fact_text("reason", arena_dup(a, span_str(f->kind ? f->text : "the line could not be read back")));
        e->why_not = sentence_make(a, TEXT_NO_RAW, &reason, 1);
        return;
    }
    if (e->is_cut)
        return;
    sha256 hash = sha256_begin();
    sha256_raw(&hash, line->text);
    sha256_end(&hash, e->sha256, 64);
}

static void read_source(struct reading *r, arena *a, struct evidence *const *wanted, size_t n)
{
    uint64_t *offsets = mem_alloc(n * sizeof *offsets);
    line_text *lines = mem_alloc(n * sizeof *lines);
    for (size_t i = 0; i < n; i++)
        offsets[i] = wanted[i]->offset;
    fault f = input_lines(r->sources[wanted[0]->source].input, a, offsets, n, lines);
    for (size_t i = 0; i < n; i++)
        fill(wanted[i], &lines[i], &f, a);
    mem_free(offsets);
    mem_free(lines);
}

void evidence_fetch(struct reading *r, arena *a, struct evidence **wanted, size_t total)
{
    if (total)
        qsort(wanted, total, sizeof *wanted, by_place);
    for (size_t i = 0, n; i < total; i += n) {
        for (n = 1; i + n < total && wanted[i + n]->source == wanted[i]->source;)
            n++;
        read_source(r, a, wanted + i, n);
    }
}

static struct evidence *add_place(struct finding *f, uint64_t origin)
{
    struct evidence *e = &f->evidence[f->evidence_n++];
    const struct row at = {.origin = origin};
    e->source = row_source(&at);
    e->offset = row_offset(&at);
    return e;
}

/* What Windows says comes first, then the rows that go with it. */
static size_t list_wanted(struct hunt *h, struct evidence **wanted)
{
    size_t n = 0;
    for (size_t i = 0; i < h->investigation.candidate_n; i++) {
        const struct candidate *c = h->investigation.candidates[i];
        if (!c->finding)
            continue;
        c->finding->evidence = arena_new(&h->memory, struct evidence, c->events_at_n + c->row_n + 1);
        for (size_t k = 0; k < c->events_at_n; k++)
            wanted[n++] = add_place(c->finding, c->events_at[k]);
        for (size_t k = 0; k < c->row_n; k++)
            wanted[n++] = add_place(c->finding, c->rows[k].origin);
    }
    return n;
}

void evidence_read(struct hunt *h)
{
    struct evidence **wanted = mem_alloc((h->investigation.candidate_n * CANDIDATE_ROWS_MAX + 1) * sizeof *wanted);
    evidence_fetch(&h->reading, &h->memory, wanted, list_wanted(h, wanted));
    mem_free(wanted);
}
