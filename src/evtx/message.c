/* SPDX-License-Identifier: Apache-2.0 */
/* A message is lines of "label:<tabs>value"; a line with a label alone begins a section, whose lines begin with a tab.
 * What stands further in without a label goes on with the value above it. Only the labels of message.def are taken:
 * the rest is prose. */
#include "evtx/message.h"

struct label { uint16_t event; span section, label, field; };
struct source { span said, provider, channel; };
struct value { span field, said, meant; };
struct phrase { uint16_t event; span before, behind, field; };

static const struct label labels[] = {
#define LABEL(event, section, label, field) {event, SPAN_INIT(section), SPAN_INIT(label), SPAN_INIT(field)},
#define SOURCE(said, provider, channel)
#define VALUE(field, said, meant)
#define PHRASE(event, before, behind, field)
#include "evtx/message.def"
#undef LABEL
#undef SOURCE
#undef VALUE
#undef PHRASE
};
static const struct source sources[] = {
#define LABEL(event, section, label, field)
#define SOURCE(said, provider, channel) {SPAN_INIT(said), SPAN_INIT(provider), SPAN_INIT(channel)},
#define VALUE(field, said, meant)
#define PHRASE(event, before, behind, field)
#include "evtx/message.def"
#undef SOURCE
#undef VALUE
#undef PHRASE
};
static const struct value values[] = {
#define SOURCE(said, provider, channel)
#define VALUE(field, said, meant) {SPAN_INIT(field), SPAN_INIT(said), SPAN_INIT(meant)},
#define PHRASE(event, before, behind, field)
#include "evtx/message.def"
#undef VALUE
#undef PHRASE
};
static const struct phrase phrases[] = {
#define VALUE(field, said, meant)
#define PHRASE(event, before, behind, field) {event, SPAN_INIT(before), SPAN_INIT(behind), SPAN_INIT(field)},
#include "evtx/message.def"
#undef LABEL
#undef SOURCE
#undef VALUE
#undef PHRASE
};

struct message_source message_source(span source)
{
    for (size_t i = 0; i < COUNT_OF(sources); i++)
        if (span_eq(sources[i].said, source))
            return (struct message_source){sources[i].provider, sources[i].channel};
    return (struct message_source){source, {NULL, 0}};
}

/* 21 to 25 are worded alike. */
static uint64_t worded_like(uint64_t event) { return event > 21 && event <= 25 ? 21 : event; }

/* The field of a label; {NULL,0}: none is known. What is said of the event itself counts before what is said of all. */
static span field_of(uint64_t event, span section, span label)
{
    span of_any = {NULL, 0};
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        const struct label *l = &labels[i];
        if ((l->event && l->event != event) || !span_eq(l->label, label) || !span_eq(l->section, section))
            continue;
        if (l->event)
            return l->field;
        of_any = l->field;
    }
    return of_any;
}

static span meant(span field, span said)
{
    for (size_t i = 0; i < COUNT_OF(values); i++)
        if (span_eq(values[i].field, field) && span_eq(values[i].said, said))
            return values[i].meant;
    return said;
}

/* Messages show the names of accounts where the event has their SID. */
static bool is_shown_otherwise(span field, span value)
{
    return span_ends(field, SPAN("Sid")) && !span_starts(value, SPAN("S-1-"));
}

struct reading {
    struct shape *shape;
    enum section section_of_fields;
    uint64_t event;
    bool names_itself;    /* Sysmon's labels are the names of its fields */
    span section;
    span field, value;    /* of the last label, which may go on */
};

static void give(struct reading *r)
{
    if (r->field.n && !is_shown_otherwise(r->field, r->value))
        shape_pair(r->shape, r->section_of_fields, r->field, meant(r->field, r->value));
    r->field = (span){NULL, 0};
}

static span trim(span s)
{
    while (s.n && (s.p[s.n - 1] == '\r' || s.p[s.n - 1] == '\n'))
        s.n--;
    return span_trim(s);
}

/* Cuts behind the first colon that a tab, a blank or the end follows; a full-width one too. */
static bool cut_label(span line, span *label, span *value)
{
    static const span wide = SPAN_INIT("：");
    for (size_t at = 0; at < line.n; at++) {
        span rest = span_skip(line, at);
        size_t colon = rest.p[0] == ':' ? 1 : span_starts(rest, wide) ? wide.n : 0;
        if (!colon || (rest.n > colon && colon == 1 && rest.p[colon] != '\t' && rest.p[colon] != ' '))
            continue;
        *label = span_trim(span_take(line, at));
        *value = trim(span_skip(rest, colon));
        return label->n > 0;
    }
    return false;
}

static bool is_word(span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]))
            return false;
    return s.n > 0;
}

static void read_line(struct reading *r, span line)
{
    span label, value, inner = span_trim(line);
    bool is_inside = line.n && line.p[0] == '\t';
    if (!inner.n)
        return;
    if (!cut_label(inner, &label, &value)) {
        if (r->field.n && span_starts(line, SPAN("\t\t")))
            r->value.n = (size_t)(inner.p + inner.n - r->value.p);
        else
            give(r);
        return;
    }
    give(r);
    if (!is_inside)
        r->section = value.n ? (span){NULL, 0} : label;
    r->field = field_of(r->event, is_inside ? r->section : SPAN(""), label);
    r->value = value;
    if (!r->field.n && r->names_itself && !is_inside && is_word(label))
        r->field = label;
}

static void read_phrases(struct shape *s, uint64_t event, span message)
{
    for (size_t i = 0; i < COUNT_OF(phrases); i++) {
        const struct phrase *p = &phrases[i];
        size_t at = event == p->event ? span_find(message, p->before) : SIZE_MAX;
        if (at == SIZE_MAX)
            continue;
        span rest = span_skip(message, at + p->before.n);
        size_t end = p->behind.n ? span_find(rest, p->behind) : rest.n;
        if (end == SIZE_MAX)
            continue;
        span value = trim(span_take(rest, end));
        while (!p->behind.n && value.n && value.p[value.n - 1] == '.')
            value.n--;
        shape_pair(s, SECTION_EVENT, p->field, value);
        return;
    }
}

static bool has_user_data(span provider, uint64_t event)
{
    return span_starts(provider, SPAN("Microsoft-Windows-TerminalServices-")) && (event == 1149 || worded_like(event) == 21);
}

void message_read(struct shape *s, span event_id, span provider, span message)
{
    struct reading r = {.shape = s, .names_itself = span_eq(provider, SPAN("Microsoft-Windows-Sysmon"))};
    if (!span_u64(event_id, &r.event))
        return;
    bool is_in_user_data = has_user_data(provider, r.event);
    r.section_of_fields = is_in_user_data ? SECTION_USER : SECTION_EVENT;
    if (is_in_user_data)
        shape_pair(s, SECTION_USER, SPAN("xml_name"), SPAN("EventXML"));
    r.event = worded_like(r.event);
    for (span rest = message; rest.n;) {
        cut c = span_cut(rest, '\n');
        read_line(&r, c.head);
        rest = c.tail;
    }
    give(&r);
    read_phrases(s, r.event, message);
}
