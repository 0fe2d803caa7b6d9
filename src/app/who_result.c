/* SPDX-License-Identifier: Apache-2.0 */
#include "app/who.h"

#include "app/evidence.h"

#include <stdlib.h>

enum { OPEN_MAX = 8, NOTES_MAX = 8, EVIDENCE_CONTACTS_MAX = 1000 };

static span item_text(const struct contacts_folded *f, const struct contact_cell *c)
{
    return c->kind == CELL_USER   ? names_text(f->users, c->thing)
           : c->kind == CELL_HOST ? names_text(f->hosts, c->thing) : names_text(f->agents, c->thing);
}

static void tell_asked(struct who *w)
{
    struct who_result *r = &w->result;
    r->asked_n = w->set.n;
    r->asked = arena_new(&w->memory, struct asked, w->set.n + 1);
    for (size_t i = 0; i < w->set.n; i++) {
        const struct indicator *x = &w->set.items[i];
        r->asked[i] = (struct asked){.text = x->text, .spelled = x->spelled, .kind = indicator_kind_keys[x->kind],
                                     .where = w->set.names[x->source], .line = x->line};
    }
    r->not_asked = arena_new(&w->memory, struct not_asked, w->set.no_n + 1);
    r->not_asked_n = w->set.no_n;
    for (size_t i = 0; i < w->set.no_n; i++) {
        const struct no_indicator *x = &w->set.no[i];
        r->not_asked[i] = (struct not_asked){x->spelled, no_indicator_keys[x->kind], w->set.names[x->source], x->line};
    }
    for (size_t i = 0; i < NO_INDICATOR_KIND_COUNT; i++)
        r->not_asked_count += w->set.no_count[i];
}

/* Most rows first, then by text. */
static int by_rows(const void *x, const void *y)
{
    const struct contact_item *a = x, *b = y;
    if (a->sum.rows != b->sum.rows)
        return a->sum.rows > b->sum.rows ? -1 : 1;
    return span_cmp(a->text, b->text);
}

/* The cells of one kind out of a client's. */
static struct contact_items items_of(struct who *w, const struct contacts_folded *f, const struct contact_cell *cells,
                                     size_t n, enum cell_kind kind)
{
    struct contact_items out = {0};
    for (size_t i = 0; i < n; i++)
        out.n += cells[i].kind == kind;
    out.items = arena_new(&w->memory, struct contact_item, out.n + 1);
    out.n = 0;
    for (size_t i = 0; i < n; i++)
        if (cells[i].kind == kind) {
            span text = kind == CELL_INDICATOR ? w->set.items[cells[i].thing].text : item_text(f, &cells[i]);
            out.items[out.n++] = (struct contact_item){text, kind == CELL_INDICATOR ? cells[i].thing : cells[i].of, cells[i].sum};
        }
    if (out.n)
        qsort(out.items, out.n, sizeof *out.items, by_rows);
    return out;
}

static struct evidence at_place(const struct place *p) { return (struct evidence){.source = p->source, .offset = p->offset}; }

/* cells[0] is the client's own. */
static void tell_contact(struct who *w, const struct contacts_folded *f, const struct contact_cell *cells, size_t n,
                         struct contact *out)
{
    *out = (struct contact){.client = names_text(f->clients, cells->client), .sum = cells->sum, .evidence_n = 1};
    const struct machine *m = clients_find(w->clients, out->client, cells->stamp);
    out->client_name = cells->machine == NAME_OTHER ? (span){NULL, 0} : names_text(f->machines, cells->machine);
    out->role = m ? m->role : (span){NULL, 0};
    out->users = items_of(w, f, cells, n, CELL_USER);
    out->agents = items_of(w, f, cells, n, CELL_AGENT);
    out->indicators = items_of(w, f, cells, n, CELL_INDICATOR);
    out->hosts = items_of(w, f, cells, n, CELL_HOST);
    out->evidence[0] = at_place(&cells->first);
    if (cells->first.source != cells->last.source || cells->first.offset != cells->last.offset)
        out->evidence[out->evidence_n++] = at_place(&cells->last);
    contact_sum_add(&w->result.sum, &cells->sum);
    for (size_t i = 0; i < out->indicators.n; i++) {
        struct asked *a = &w->result.asked[out->indicators.items[i].number];
        if (!a->sum) {
            a->sum = arena_new(&w->memory, struct contact_sum, 1);
            *a->sum = (struct contact_sum){.first = INT64_MAX, .last = INT64_MIN};
            w->result.seen_n++;
        }
        contact_sum_add(a->sum, &out->indicators.items[i].sum);
        a->clients++;
    }
}

static int by_first(const void *x, const void *y)
{
    const struct contact *a = x, *b = y;
    if (a->sum.first != b->sum.first)
        return a->sum.first < b->sum.first ? -1 : 1;
    int order = span_cmp(a->client, b->client);
    return order ? order : span_cmp(a->client_name, b->client_name);
}

static void tell_contacts(struct who *w, const struct contacts_folded *f)
{
    struct who_result *r = &w->result;
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) {
        n += f->cells[i].kind == CELL_CLIENT && f->cells[i].sum.rows;
        if (f->cells[i].kind == CELL_SELF)
            r->asked[f->cells[i].thing].client_rows += f->cells[i].sum.rows;
    }
    r->contacts = arena_new(&w->memory, struct contact, n + 1);
    r->sum = (struct contact_sum){.first = INT64_MAX, .last = INT64_MIN};
    for (size_t i = 0, k; i < f->n; i += k) {
        const struct contact_cell *c = &f->cells[i];
        for (k = 1; i + k < f->n && f->cells[i + k].client == c->client && f->cells[i + k].machine == c->machine;)
            k++;
        if (c->kind == CELL_CLIENT && c->sum.rows && r->contact_n < n)
            tell_contact(w, f, c, k, &r->contacts[r->contact_n++]);
    }
    if (r->contact_n)
        qsort(r->contacts, r->contact_n, sizeof *r->contacts, by_first);
}

/* Those within; where there are none, the nearest one. */
static void tell_near(struct who *w, const struct contacts_folded *f)
{
    struct who_result *r = &w->result;
    r->at = w->options.at;
    r->within = w->options.within;
    r->elsewhere = f->elsewhere;
    r->rows = arena_new(&w->memory, struct contact_row, f->near_n + 1);
    for (size_t i = 0; i < f->near_n; i++) {
        const struct near_row *n = &f->near[i];
        if (i && llabs(n->away) > r->within)
            break;
        struct contact_row *row = &r->rows[r->row_n++];
        *row = (struct contact_row){.start = n->start, .end = n->end, .away_ms = n->away, .indicator = n->item,
                                    .client = names_text(f->clients, n->client), .evidence = at_place(&n->place)};
        row->client_name = n->machine == NAME_OTHER ? (span){NULL, 0} : names_text(f->machines, n->machine);
        row->user = n->user == NAME_OTHER ? (span){NULL, 0} : names_text(f->users, n->user);
    }
}

static void prove(struct who *w)
{
    struct who_result *r = &w->result;
    size_t contacts = min_u64(r->contact_n, EVIDENCE_CONTACTS_MAX), n = 0;
    struct evidence **wanted = mem_alloc((contacts * 2 + r->row_n + 1) * sizeof *wanted);
    for (size_t i = 0; i < contacts; i++)
        for (size_t k = 0; k < r->contacts[i].evidence_n; k++)
            wanted[n++] = &r->contacts[i].evidence[k];
    for (size_t i = contacts; i < r->contact_n; i++)
        r->contacts[i].evidence_n = 0;
    for (size_t i = 0; i < r->row_n; i++)
        wanted[n++] = &r->rows[i].evidence;
    evidence_fetch(&w->reading, &w->memory, wanted, n);
    mem_free(wanted);
}

static void sum_source(struct totals *t, const struct source_info *s)
{
    t->records += s->records;
    t->events += s->events;
    t->skipped += s->skipped;
    t->bad += s->bad;
    t->used += s->used;
    if (!s->events)
        return;
    t->first = min_i64(t->first, s->first);
    t->last = max_i64(t->last, s->last);
    t->gives &= s->gives;
    t->gives_any |= s->gives;
    t->is_epoch &= s->is_epoch;
}

static void sum_sources(struct who *w)
{
    struct hunt_result *r = &w->result.read;
    struct totals *t = &r->totals;
    r->sources = w->reading.infos;
    r->source_n = w->reading.n;
    r->failures = w->reading.failures;
    r->failure_n = w->reading.failure_n;
    t->first = INT64_MAX;
    t->last = INT64_MIN;
    t->gives = UINT64_MAX;
    t->is_epoch = true;
    t->tz_minutes = reading_zone(&w->reading);
    for (size_t i = 0; i < r->source_n; i++) {
        r->sources[i].used = r->sources[i].events;
        if (r->sources[i].same_as < 0 && source_has_rows(&r->sources[i]))
            sum_source(t, &r->sources[i]);
    }
    t->gives = t->events ? t->gives : 0;
    t->is_epoch &= t->events > 0;
}

static uint64_t values_of(const struct who *w, enum field field)
{
    uint64_t n = 0;
    for (size_t i = 0; i < w->reading.n; i++)
        n += w->reading.infos[i].value[field];
    return n;
}

static void add_open(struct who *w, enum text_key question, enum text_key effect, uint64_t missing, const struct fact *facts,
                     size_t n)
{
    struct hunt_result *r = &w->result.read;
    struct could_not_look *c = &r->could_not_look[r->could_not_look_n++];
    *c = (struct could_not_look){.question = sentence_make(&w->memory, question, facts, n),
                                 .effect = sentence_make(&w->memory, effect, facts, n), .missing = missing,
                                 .sources = arena_new(&w->memory, uint32_t, r->source_n + 1)};
    for (size_t i = 0; i < r->source_n; i++)
        if (r->sources[i].same_as < 0 && source_has_rows(&r->sources[i]) && (!missing || !r->sources[i].value[__builtin_ctzll(missing)]))
            c->sources[c->source_n++] = (uint32_t)i;
}

/* What these logs cannot answer of what was asked. */
static void tell_limits(struct who *w)
{
    struct who_result *r = &w->result;
    size_t addresses = 0;
    for (size_t i = 0; i < w->set.n; i++)
        addresses += w->set.items[i].kind == INDICATOR_ADDRESS || w->set.items[i].kind == INDICATOR_NETWORK;
    r->read.could_not_look = arena_new(&w->memory, struct could_not_look, OPEN_MAX);
    struct fact facts[] = {fact_count("addresses", addresses), fact_count("rows", r->hidden_urls)};
    if (addresses && !values_of(w, FIELD_SERVER_IP))
        add_open(w, TEXT_WHO_OPEN_SERVER, TEXT_WHO_OPEN_SERVER_EFFECT, FIELD_BIT(SERVER_IP), facts, COUNT_OF(facts));
    if (r->hidden_urls)
        add_open(w, TEXT_WHO_OPEN_URL, TEXT_WHO_OPEN_URL_EFFECT, 0, facts, COUNT_OF(facts));
    if (!values_of(w, FIELD_USER))
        add_open(w, TEXT_QUESTION_USER, TEXT_EFFECT_USER, FIELD_BIT(USER), NULL, 0);
    if (!values_of(w, FIELD_BYTES_OUT))
        add_open(w, TEXT_WHO_OPEN_OUT, TEXT_WHO_OPEN_OUT_EFFECT, FIELD_BIT(BYTES_OUT), NULL, 0);
    add_open(w, TEXT_QUESTION_OPEN, TEXT_EFFECT_OPEN, 0, NULL, 0);
}

static void add_note(struct who *w, enum text_key key, struct fact fact)
{
    struct hunt_result *r = &w->result.read;
    r->notes[r->note_n++] = sentence_make(&w->memory, key, &fact, 1);
}

static void tell_notes(struct who *w, const struct contacts_folded *f)
{
    struct hunt_result *r = &w->result.read;
    r->notes = arena_new(&w->memory, struct sentence, w->reading.note_n + r->source_n + NOTES_MAX);
    for (size_t i = 0; i < w->reading.note_n; i++)
        r->notes[r->note_n++] = w->reading.notes[i];
    for (size_t i = 0; i < r->source_n; i++)
        if (r->sources[i].same_as < 0 && source_has_rows(&r->sources[i]) && r->sources[i].tz_assumed)
            add_note(w, TEXT_NOTE_TZ_ASSUMED, fact_text("path", r->sources[i].path));
    if (f->copies)
        add_note(w, TEXT_WHO_NOTE_COPIES, fact_count("rows", f->copies));
    if (f->refused)
        add_note(w, TEXT_WHO_NOTE_REFUSED, fact_count("rows", f->refused));
    if (w->set.repeated)
        add_note(w, TEXT_WHO_NOTE_REPEATED, fact_count("repeated", w->set.repeated));
}

void who_tell(struct who *w)
{
    struct contacts_folded folded;
    contacts_finish(w->contacts, &folded);
    w->result.copies = folded.copies;
    w->result.hidden_urls = folded.hidden_urls;
    sum_sources(w);
    tell_asked(w);
    tell_contacts(w, &folded);
    w->result.at = INT64_MIN;
    if (w->options.at != INT64_MIN)
        tell_near(w, &folded);
    tell_limits(w);
    tell_notes(w, &folded);
    prove(w);
}
