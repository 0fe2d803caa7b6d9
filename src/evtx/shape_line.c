/* SPDX-License-Identifier: Apache-2.0 */
/* The line of an event, put together from what was kept of it. */
#include "evtx/shape.h"

static const uint64_t AUDIT_FAILURE = UINT64_C(0x10000000000000), AUDIT_SUCCESS = UINT64_C(0x20000000000000); /* winmeta.xml */

void shape_pair(struct shape *s, enum section section, span key, span value)
{
    struct name element = {.text = key, .known = NAME_OTHER};
    s->section = section;
    s->depth = section == SECTION_USER ? 3 : 2; /* as an element would stand */
    s->levels[s->depth - 1] = (struct shape_level){.name = element};
    s->path.n = 0;
    shape_open(s, &element);
    struct text *t = shape_text(s);
    if (t)
        text_json_utf8(t, value);
    shape_close(s);
}

void shape_field(struct shape *s, enum field f, span value)
{
    s->fields[f].at = s->system.n;
    text_json_utf8(&s->system, value);
    s->fields[f].n = s->system.n - s->fields[f].at;
}

static span field(const struct shape *s, enum field f)
{
    return s->fields[f].n ? span_of(s->system.p + s->fields[f].at, s->fields[f].n) : (span){NULL, 0};
}

static void put_string(struct text *out, const char *before, span value)
{
    if (!value.n)
        return;
    text_put(out, span_str(before));
    TEXT_PUT(out, "\"");
    text_put(out, value);
    TEXT_PUT(out, "\",");
}

/* A number where it is one. */
static void put_number(struct text *out, const char *before, span value)
{
    uint64_t number;
    if (!span_u64(value, &number)) {
        put_string(out, before, value);
        return;
    }
    text_put(out, span_str(before));
    text_u64(out, number);
    TEXT_PUT(out, ",");
}

/* The comma behind the last member goes. */
static void close_object(struct text *out)
{
    if (out->n && out->p[out->n - 1] == ',')
        out->n--;
    TEXT_PUT(out, "},");
}

static void put_process(struct text *out, const struct shape *s)
{
    span pid = field(s, FIELD_PID), thread = field(s, FIELD_THREAD);
    if (!pid.n && !thread.n)
        return;
    TEXT_PUT(out, "\"process\":{");
    put_number(out, "\"pid\":", pid);
    if (thread.n) {
        TEXT_PUT(out, "\"thread\":{");
        put_number(out, "\"id\":", thread);
        close_object(out);
    }
    close_object(out);
}

static uint64_t read_hex(span s)
{
    uint64_t value = 0;
    if (!span_starts(s, SPAN("0x")) || s.n > 18)
        return 0;
    for (size_t i = 2; i < s.n; i++) {
        int digit = ascii_hex(s.p[i]);
        if (digit < 0)
            return 0;
        value = value << 4 | (uint64_t)digit;
    }
    return value;
}

static void put_outcome(struct text *out, span keywords)
{
    uint64_t bits = read_hex(keywords);
    if (bits & AUDIT_FAILURE)
        TEXT_PUT(out, "\"keywords\":[\"Audit Failure\"],\"outcome\":\"failure\",");
    else if (bits & AUDIT_SUCCESS)
        TEXT_PUT(out, "\"keywords\":[\"Audit Success\"],\"outcome\":\"success\",");
}

static void put_system(struct text *out, const struct shape *s, const struct shape_record *record)
{
    span id = field(s, FIELD_RECORD_ID), user = field(s, FIELD_USER);
    put_string(out, "\"channel\":", field(s, FIELD_CHANNEL));
    put_string(out, "\"event_id\":", field(s, FIELD_EVENT_ID));
    put_string(out, "\"record_id\":", id.n ? id : record->id);
    put_string(out, "\"provider_name\":", field(s, field(s, FIELD_PROVIDER).n ? FIELD_PROVIDER : FIELD_SOURCE));
    put_string(out, "\"provider_guid\":", field(s, FIELD_GUID));
    put_string(out, "\"computer_name\":", field(s, FIELD_COMPUTER));
    put_number(out, "\"version\":", field(s, FIELD_VERSION));
    put_process(out, s);
    if (user.n) {
        put_string(out, "\"user\":{\"identifier\":", user);
        close_object(out);
    }
    put_string(out, "\"activity_id\":", field(s, FIELD_ACTIVITY));
    put_string(out, "\"related_activity_id\":", field(s, FIELD_RELATED));
    put_outcome(out, field(s, FIELD_KEYWORDS));
}

static const char *what_is_wrong(const struct shape *s)
{
    bool full = s->system.full || s->path.full;
    for (size_t i = 0; i < SECTION_COUNT; i++)
        full |= s->sections[i].full;
    if (s->why)
        return s->why;
    if (full)
        return "its text is longer than 1 MiB";
    return !s->is_event || !field(s, FIELD_EVENT_ID).n ? "it holds no event" : NULL;
}

bool shape_end(struct shape *s, const struct shape_record *record, struct text *out)
{
    static const char *const titles[SECTION_COUNT] = {"\"event_data\":{", "\"user_data\":{", "\"error\":{"};
    size_t start = out->n;
    span time = field(s, FIELD_TIME);
    s->why = what_is_wrong(s);
    if (s->why)
        return false;
    TEXT_PUT(out, "{");
    put_string(out, "\"@timestamp\":", time.n ? time : record->time);
    TEXT_PUT(out, "\"winlog\":{");
    put_system(out, s, record);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (!s->sections[i].n)
            continue;
        text_put(out, span_str(titles[i]));
        text_put(out, text_span(&s->sections[i]));
        TEXT_PUT(out, "},");
    }
    close_object(out);
    if (record->has_message) {
        TEXT_PUT(out, "\"message\":\"");
        text_json_utf8(out, record->message_utf8);
        TEXT_PUT(out, "\",");
    }
    close_object(out);
    if (out->full) {
        out->n = start;
        s->why = "what it stands among becomes too much text";
        return false;
    }
    out->p[out->n - 1] = '\n'; /* where the comma was */
    return true;
}

void shape_refused(struct text *out, uint64_t offset, uint64_t record, const char *why)
{
    TEXT_PUT(out, "{\"konseki\":{\"refused\":{\"offset\":");
    text_u64(out, offset);
    if (record != UINT64_MAX) {
        TEXT_PUT(out, ",\"record\":");
        text_u64(out, record);
    }
    TEXT_PUT(out, ",\"why\":\"");
    text_json_utf8(out, span_str(why));
    TEXT_PUT(out, "\"}}}\n");
}
