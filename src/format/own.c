/* SPDX-License-Identifier: Apache-2.0 */
/* Definition files: "key = value" lines, then the sections [fields] and [outcomes]. */
#include "format/own.h"

#include "base/when.h"
#include "format/keyed.h"

enum section { SECTION_TOP, SECTION_FIELDS, SECTION_OUTCOMES };

struct own_reader {
    arena *a;
    struct own_format *own;
    struct named_field *fields;
    struct outcome_word *words;
    size_t field_n, word_n, line;
    enum section section;
    uint8_t time_type;
    sink shown;
};

static fault refuse(const struct own_reader *r, const char *why, span what)
{
    what = span_take(what, 40);
    for (size_t i = 0; i < what.n; i++)
        if ((unsigned char)what.p[i] < ' ' || what.p[i] == 127)
            what.n = i;
    return fault_make(FAULT_USAGE, "format file, line %zu: %s: %.*s", r->line, why, (int)what.n, what.p ? what.p : "");
}

static const char *kept(const struct own_reader *r, span s)
{
    char *text = arena_new(r->a, char, s.n + 1);
    if (s.n)
        memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    return text;
}

static fault take_name(struct own_reader *r, span v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_alpha(v.p[i]) && !ascii_digit(v.p[i]) && v.p[i] != '-' && v.p[i] != '_' && v.p[i] != '.')
            return refuse(r, "a name is of letters, digits, \"-\", \"_\" and \".\"", v);
    r->own->v.name = kept(r, span_take(v, 40));
    return NO_FAULT;
}

static fault take_shape(struct own_reader *r, span v)
{
    static const struct { const char *word; enum own_shape shape; } known[] = {
        {"csv", OWN_CSV}, {"w3c", OWN_W3C}, {"pairs", OWN_PAIRS}, {"json", OWN_JSON}, {"logformat", OWN_LOGFORMAT},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (span_eq(v, span_str(known[i].word))) {
            r->own->shape = known[i].shape;
            return NO_FAULT;
        }
    return refuse(r, "the shape is csv, w3c, pairs, json or logformat", v);
}

static fault take_byte(struct own_reader *r, span v, char *to)
{
    if (v.n == 1)
        *to = v.p[0];
    else if (span_eq(v, SPAN("tab")))
        *to = '\t';
    else if (span_eq(v, SPAN("blank")))
        *to = ' ';
    else
        return refuse(r, "one character, \"tab\" or \"blank\"", v);
    return NO_FAULT;
}

static fault take_separator(struct own_reader *r, span v) { return take_byte(r, v, &r->own->separator); }
static fault take_equals(struct own_reader *r, span v) { return take_byte(r, v, &r->own->equals); }

static fault take_header(struct own_reader *r, span v)
{
    r->own->header = arena_dup(r->a, v);
    return NO_FAULT;
}

static fault take_logformat(struct own_reader *r, span v)
{
    r->own->logformat = arena_dup(r->a, v);
    return NO_FAULT;
}

static fault take_time(struct own_reader *r, span v)
{
    static const struct { const char *word; uint8_t type; } known[] = {
        {"auto", CUT_ANY_TIME}, {"epoch", CUT_EPOCH_ANY}, {"iso", CUT_ISO_TIME}, {"clf", CUT_CLF_TIME},
    };
    if (span_find(v, SPAN("%")) != SIZE_MAX) {
        r->own->v.time_pattern = kept(r, v);
        r->time_type = CUT_PATTERN_TIME;
        return NO_FAULT;
    }
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (span_eq(v, span_str(known[i].word))) {
            r->time_type = known[i].type;
            return NO_FAULT;
        }
    return refuse(r, "the time is auto, epoch, iso, clf or a pattern as of strftime", v);
}

static fault take_zone(struct own_reader *r, span v)
{
    if (span_eq_nocase(v, SPAN("utc"))) {
        r->own->tz_minutes = 0;
        return NO_FAULT;
    }
    return when_zone(v, &r->own->tz_minutes) ? NO_FAULT : refuse(r, "the zone is utc or an offset like +09:00", v);
}

static fault take_stamp(struct own_reader *r, span v)
{
    r->own->v.stamp = span_eq(v, SPAN("start")) ? STAMP_START : STAMP_END;
    return span_eq(v, SPAN("start")) || span_eq(v, SPAN("end")) ? NO_FAULT : refuse(r, "a stamp is the start or the end", v);
}

static fault take_counters(struct own_reader *r, span v)
{
    bool with = span_eq(v, SPAN("with headers"));
    r->own->v.counts_headers_in = r->own->v.counts_headers_out = with;
    return with || span_eq(v, SPAN("without headers")) ? NO_FAULT : refuse(r, "\"with headers\" or \"without headers\"", v);
}

static fault take_top(struct own_reader *r, span key, span v)
{
    static const struct { const char *key; fault (*take)(struct own_reader *, span); } known[] = {
        {"name", take_name}, {"shape", take_shape}, {"separator", take_separator}, {"equals", take_equals},
        {"header", take_header}, {"logformat", take_logformat}, {"time", take_time}, {"zone", take_zone},
        {"stamp", take_stamp}, {"counters", take_counters},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (span_eq(key, span_str(known[i].key)))
            return v.n ? known[i].take(r, v) : refuse(r, "says nothing", key);
    return refuse(r, "no such key", key);
}

/* The type that reads a field where nothing else is said. */
static uint8_t type_of(const struct own_reader *r, enum field f)
{
    static const uint8_t types[FIELD_COUNT] = {
        [FIELD_CLIENT] = CUT_CLIENT, [FIELD_METHOD] = CUT_METHOD, [FIELD_STATUS] = CUT_STATUS, [FIELD_SERVER_IP] = CUT_ADDRESS,
        [FIELD_URL] = CUT_BARE_URL, [FIELD_CLIENT_PORT] = CUT_PORT, [FIELD_SERVER_PORT] = CUT_PORT, [FIELD_PORT] = CUT_PORT,
    };
    if (types[f] != CUT_IGNORED)
        return types[f];
    return field_infos[f].type == FIELD_TYPE_MS ? r->time_type : field_infos[f].type == FIELD_TYPE_NUMBER ? CUT_NUMBER : CUT_TEXT;
}

/* What is no field of an event but is written in logs, and words behind a field that say how it is written. */
static bool special_field(span what, struct named_field *f)
{
    static const struct { const char *words; uint8_t field, type; } known[] = {
        {"date", FIELD_TIME, CUT_DATE},           {"date day-first", FIELD_TIME, CUT_DAY_FIRST},
        {"clock", FIELD_COUNT, CUT_CLOCK},        {"request", FIELD_URL, CUT_REQUEST},
        {"duration ms", FIELD_DURATION, CUT_MILLISECONDS}, {"duration s", FIELD_DURATION, CUT_SECONDS},
        {"duration us", FIELD_DURATION, CUT_MICROSECONDS}, {"client with-port", FIELD_CLIENT, CUT_ENDPOINT},
        {"server_ip with-port", FIELD_SERVER_IP, CUT_ENDPOINT},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (span_eq(what, span_str(known[i].words))) {
            f->field = known[i].field;
            f->type = known[i].type;
            return true;
        }
    return false;
}

static fault take_field(struct own_reader *r, span key, span v)
{
    struct named_field *f = &r->fields[r->field_n];
    if (r->field_n == OWN_FIELDS_MAX)
        return refuse(r, "too many fields", key);
    if (!key.n || key.n > KEYED_PATH_MAX)
        return refuse(r, "a name of 1 to 256 bytes", key);
    if (!special_field(v, f)) {
        cut quiet = span_cut(v, ' ');
        enum field field = field_by_key(quiet.head);
        bool is_quiet = span_eq(quiet.tail, SPAN("or-nothing"));
        if (field == FIELD_DURATION)
            return refuse(r, "say \"duration ms\", \"duration s\" or \"duration us\"", v);
        if (field == FIELD_COUNT || field == FIELD_OUTCOME || field == FIELD_SESSION || (quiet.found && !is_quiet))
            return refuse(r, "no such field", v);
        f->field = (uint8_t)field;
        f->type = type_of(r, field);
        if (is_quiet)
            f->type = field_infos[field].type == FIELD_TYPE_TEXT && f->type != CUT_ADDRESS ? CUT_SOME_TEXT : f->type;
    }
    f->name = kept(r, key);
    r->field_n++;
    return NO_FAULT;
}

static fault take_outcome(struct own_reader *r, span key, span v)
{
    if (r->word_n == OWN_WORDS_MAX)
        return refuse(r, "too many words", key);
    for (unsigned i = 0; i < OUTCOME_COUNT; i++)
        if (span_eq(v, span_str(outcome_keys[i]))) {
            r->words[r->word_n++] = (struct outcome_word){kept(r, key), (enum outcome)i};
            return NO_FAULT;
        }
    return refuse(r, "an outcome is allowed, blocked, auth_required, failed, cached or unknown", v);
}

static fault take_section(struct own_reader *r, span line)
{
    if (span_eq(line, SPAN("[fields]")))
        r->section = SECTION_FIELDS;
    else if (span_eq(line, SPAN("[outcomes]")))
        r->section = SECTION_OUTCOMES;
    else
        return refuse(r, "no such section", line);
    return NO_FAULT;
}

/* Quotes keep blanks at the ends, and a "#" in front. */
static span without_quotes(span s)
{
    return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? span_of(s.p + 1, s.n - 2) : s;
}

static fault take_line(struct own_reader *r, span line)
{
    if (!line.n || line.p[0] == '#')
        return NO_FAULT;
    sink_put(&r->shown, sink_text(&r->shown).n ? SPAN("; ") : SPAN(""));
    sink_put(&r->shown, line);
    if (line.p[0] == '[')
        return take_section(r, line);
    cut c = r->section == SECTION_TOP ? span_cut(line, '=') : span_rcut(line, '=');
    if (!c.found)
        return refuse(r, "not \"key = value\"", line);
    span key = without_quotes(span_trim(c.head)), v = without_quotes(span_trim(c.tail));
    return r->section == SECTION_FIELDS     ? take_field(r, key, v)
           : r->section == SECTION_OUTCOMES ? take_outcome(r, key, v)
                                            : take_top(r, key, v);
}

static bool gives(const struct own_reader *r, enum field field)
{
    for (size_t i = 0; i < r->field_n; i++)
        if (r->fields[i].field == field)
            return true;
    return false;
}

/* The name that gives the field is in every log of this format. */
static const char *name_of(const struct own_reader *r, enum field field)
{
    for (size_t i = 0; i < r->field_n; i++)
        if (r->fields[i].field == field)
            return r->fields[i].name;
    return NULL;
}

static fault judge(struct own_reader *r)
{
    struct own_format *own = r->own;
    const char **must = arena_new(r->a, const char *, 3);
    if (!own->v.name)
        return fault_make(FAULT_USAGE, "format file: it has no \"name = ...\"");
    if (!own->shape)
        return fault_make(FAULT_USAGE, "format file: it has no \"shape = ...\"");
    if (own->shape == OWN_LOGFORMAT && !own->logformat.n)
        return fault_make(FAULT_USAGE, "format file: the shape logformat needs \"logformat = ...\"");
    if (own->shape != OWN_LOGFORMAT && (!(gives(r, FIELD_TIME) || gives(r, FIELD_START)) || !gives(r, FIELD_CLIENT)))
        return fault_make(FAULT_USAGE, "format file: [fields] must give the time and the client");
    size_t n = 0;
    for (size_t i = 0; i < 2; i++)
        if (gives(r, i ? FIELD_CLIENT : FIELD_TIME))
            must[n++] = name_of(r, i ? FIELD_CLIENT : FIELD_TIME);
    own->v.must = must;
    own->v.fields = r->fields;
    own->v.outcomes = r->word_n ? r->words : NULL;
    if (!own->separator)
        own->separator = own->shape == OWN_CSV ? ',' : ' ';
    return NO_FAULT;
}

static fault read_lines(struct own_reader *r, span text)
{
    cut c = {.tail = text, .found = true};
    while (c.found) {
        c = span_cut(c.tail, '\n');
        r->line++;
        TRY(take_line(r, span_trim(c.head)));
    }
    return judge(r);
}

fault own_read(arena *a, span text, struct own_format *out)
{
    *out = (struct own_format){.equals = '=', .tz_minutes = WHEN_NONE_MINUTES};
    struct own_reader r = {.a = a, .own = out, .time_type = CUT_ANY_TIME, .shown = sink_memory()};
    if (text.n > OWN_TEXT_MAX)
        return fault_make(FAULT_USAGE, "format file: longer than %d bytes", OWN_TEXT_MAX);
    if (span_starts(text, SPAN("\xef\xbb\xbf")))
        text = span_skip(text, 3);
    r.fields = arena_new(a, struct named_field, OWN_FIELDS_MAX + 1);
    r.words = arena_new(a, struct outcome_word, OWN_WORDS_MAX + 1);
    fault f = read_lines(&r, text);
    out->definition = arena_dup(a, sink_text(&r.shown));
    fault done = sink_done(&r.shown);
    return f.kind ? f : done;
}

static fault column_plan(arena *a, const struct own_format *own, struct header h, named_found *found, void *ctx)
{
    struct plan *plan = arena_new(a, struct plan, 1);
    if (!vocabulary_fits(&own->v, header_has_name, &h))
        return NO_FAULT;
    TRY(plan_compile_columns(a, &own->v, h, plan));
    plan->definition = own->definition;
    found(ctx, plan);
    return NO_FAULT;
}

static fault logformat_plan(arena *a, const struct own_format *own, named_found *found, void *ctx)
{
    struct plan *plan = arena_new(a, struct plan, 1);
    TRY(plan_compile_any(a, own->logformat, plan));
    plan->name = span_str(own->v.name);
    plan->stamp = own->v.stamp;
    plan->counts_headers_in = own->v.counts_headers_in;
    plan->counts_headers_out = own->v.counts_headers_out;
    plan->vocabulary = &own->v;
    found(ctx, plan);
    return NO_FAULT;
}

static fault w3c_plan(arena *a, const struct own_format *own, const span *lines, size_t n, named_found *found, void *ctx)
{
    struct header h;
    for (size_t i = 0; i < n; i++)
        if (header_of_comment(lines[i], &h))
            return column_plan(a, own, h, found, ctx);
    return NO_FAULT;
}

fault own_plans(arena *a, const struct own_format *own, const span *lines, size_t n, named_found *found, void *ctx)
{
    struct plan shape = {.shape = own->shape == OWN_JSON ? SHAPE_JSON : SHAPE_PAIRS, .between = own->separator,
                         .equals = own->equals};
    size_t first = 0;
    if (own->shape == OWN_LOGFORMAT)
        return logformat_plan(a, own, found, ctx);
    if (own->shape == OWN_JSON || own->shape == OWN_PAIRS) {
        named_own(a, &own->v, shape, own->definition, lines, n, found, ctx);
        return NO_FAULT;
    }
    if (own->header.n) {
        struct header h = {.line = own->header, .rest = own->header, .separator = own->separator};
        return column_plan(a, own, h, found, ctx);
    }
    if (own->shape == OWN_W3C)
        return w3c_plan(a, own, lines, n, found, ctx);
    while (first < n && is_skippable(lines[first]))
        first++;
    struct header h = first < n ? (struct header){.line = lines[first], .rest = lines[first], .separator = own->separator}
                                : (struct header){.separator = ','};
    return column_plan(a, own, h, found, ctx);
}
