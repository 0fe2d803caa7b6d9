/* SPDX-License-Identifier: Apache-2.0 */
/* Values of System are kept aside, as they go to fixed places of the line; those of the other sections are written as
 * they come. Names of fields follow Winlogbeat: the Name attribute, else the element; a <Data> without one is paramN,
 * N being its place among the fields. What stands deeper is "outer.inner". A name that comes again gets "#2". */
#include "evtx/shape.h"

#include "base/arena.h"
#include "base/hash.h"

enum { SYSTEM_MAX = 256 * 1024, KEY_EXTRA = 24, /* around a key: quotes, comma, colon, "#" and a number */
       FIELD_DEPTH = 3 /* elements open in a field: Event, its section, itself */ };

struct known { span text; enum known_name known; };

enum known_name name_known(span text)
{
    static const struct known all[] = {
#define NAME(constant, written) {SPAN_INIT(written), constant},
#include "evtx/names.def"
#undef NAME
    };
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (span_eq(all[i].text, text))
            return all[i].known;
    return NAME_OTHER;
}

/* Where a value of System goes, by its element and attribute; NAME_OTHER: the element's own text. */
static enum field field_of(enum known_name element, enum known_name attribute)
{
    static const uint8_t fields[NAME_COUNT][NAME_COUNT] = {
        [NAME_PROVIDER] = {[NAME_NAME] = FIELD_PROVIDER, [NAME_EVENT_SOURCE_NAME] = FIELD_SOURCE, [NAME_GUID] = FIELD_GUID},
        [NAME_EVENT_ID] = {[NAME_OTHER] = FIELD_EVENT_ID},
        [NAME_VERSION] = {[NAME_OTHER] = FIELD_VERSION},
        [NAME_KEYWORDS] = {[NAME_OTHER] = FIELD_KEYWORDS},
        [NAME_TIME_CREATED] = {[NAME_SYSTEM_TIME] = FIELD_TIME},
        [NAME_RECORD_ID] = {[NAME_OTHER] = FIELD_RECORD_ID},
        [NAME_CORRELATION] = {[NAME_ACTIVITY_ID] = FIELD_ACTIVITY, [NAME_RELATED_ACTIVITY_ID] = FIELD_RELATED},
        [NAME_EXECUTION] = {[NAME_PROCESS_ID] = FIELD_PID, [NAME_THREAD_ID] = FIELD_THREAD},
        [NAME_CHANNEL] = {[NAME_OTHER] = FIELD_CHANNEL},
        [NAME_COMPUTER] = {[NAME_OTHER] = FIELD_COMPUTER},
        [NAME_SECURITY] = {[NAME_USER_ID] = FIELD_USER},
    };
    return (enum field)fields[element][attribute];
}

void shape_free(struct shape *s)
{
    text_free(&s->system);
    text_free(&s->path);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        text_free(&s->sections[i]);
}

static void clear(struct text *t, size_t limit)
{
    t->n = 0;
    t->full = false;
    t->limit = limit;
}

void shape_begin(struct shape *s)
{
    clear(&s->system, SYSTEM_MAX);
    clear(&s->path, SHAPE_PATH_MAX);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        clear(&s->sections[i], SHAPE_LINE_MAX);
        s->pairs[i] = 0;
    }
    memset(s->fields, 0, sizeof s->fields);
    s->depth = s->field_n = 0;
    s->section = SECTION_OTHER;
    s->is_event = s->in_attribute = false;
    s->attribute = NULL;
    s->field = NULL;
    s->why = NULL;
    if (++s->used == 0) { /* after four thousand million events slots of the first would seem used */
        memset(s->keys, 0, sizeof s->keys);
        s->used = 1;
    }
}

static bool holds_fields(const struct shape *s) { return s->section < SECTION_COUNT; }

/* The depth of what is around fields: Event, EventData; in UserData one more, which is a field only where it has a text. */
static size_t field_depth(const struct shape *s) { return s->section == SECTION_USER ? FIELD_DEPTH : FIELD_DEPTH - 1; }

/* ---- names of fields ---- */

static uint64_t hash_key(span key, enum section section)
{
    uint64_t hash = section + 1, word;
    for (; key.n >= sizeof word; key = span_skip(key, sizeof word)) {
        memcpy(&word, key.p, sizeof word);
        hash = hash_mix(hash ^ word);
    }
    word = 0;
    if (key.n)
        memcpy(&word, key.p, key.n);
    return hash_mix(hash ^ word ^ (uint64_t)key.n << 56);
}

/* How often the key came before in its section. It is noted where it stands now, at `at`. */
static uint32_t note_key(struct shape *s, enum section section, span key, size_t at)
{
    uint64_t hash = hash_key(key, section);
    const char *text = s->sections[section].p;
    for (size_t i = hash % SHAPE_KEYS;; i = (i + 1) % SHAPE_KEYS) {
        struct shape_key *k = &s->keys[i];
        if (k->used != s->used) {
            *k = (struct shape_key){s->used, section, (uint32_t)hash, (uint32_t)at, (uint32_t)key.n, 1};
            return 0;
        }
        if (k->hash == (uint32_t)hash && k->section == section && span_eq(span_of(text + k->at, k->n), key))
            return k->count++;
    }
}

/* Writes `,"key":"` and leaves the value to come. */
static void put_key(struct shape *s, enum section section, span key)
{
    struct text *t = &s->sections[section];
    if (++s->field_n > SHAPE_FIELDS_MAX) {
        s->why = "it has more than 3,000 fields";
        return;
    }
    if (!text_room(t, key.n + KEY_EXTRA))
        return;
    if (t->n)
        TEXT_PUT(t, ",");
    TEXT_PUT(t, "\"");
    size_t at = t->n;
    text_put(t, key);
    uint32_t before = note_key(s, section, key, at);
    if (before) {
        TEXT_PUT(t, "#");
        text_u64(t, before + 1);
    }
    TEXT_PUT(t, "\":\"");
    s->pairs[section]++;
}

/* The path of the element, with its own name where no attribute gave one. */
static span field_path(struct shape *s, struct shape_level *l)
{
    struct text *path = &s->path;
    bool is_named = path->n > l->outer + (l->outer > 0);
    if (!is_named) {
        path->n = l->outer;
        if (l->outer)
            TEXT_PUT(path, ".");
        l->is_numbered = l->name.known == NAME_DATA;
        if (l->is_numbered) {
            TEXT_PUT(path, "param");
            text_u64(path, s->pairs[s->section] + 1);
        } else {
            text_put(path, l->name.text);
        }
    }
    return text_span(path);
}

static void open_value(struct shape *s, struct shape_level *l)
{
    put_key(s, s->section, field_path(s, l));
    l->state = LEVEL_VALUE;
}

static void close_value(struct shape *s, struct shape_level *l)
{
    if (l->state == LEVEL_VALUE)
        TEXT_PUT(&s->sections[s->section], "\"");
}

/* ---- what comes ---- */

static void open_section(struct shape *s, enum known_name name)
{
    s->section = name == NAME_SYSTEM ? SECTION_SYSTEM : name == NAME_EVENT_DATA ? SECTION_EVENT : name == NAME_USER_DATA
                 ? SECTION_USER : name == NAME_PROCESSING_ERROR ? SECTION_ERROR : SECTION_OTHER;
}

/* The element around this one is no field but has fields in it. */
static void become_parent(struct shape *s, struct shape_level *parent)
{
    close_value(s, parent);
    if (s->depth <= field_depth(s))
        s->path.n = 0;
    else if (parent->state == LEVEL_FRESH)
        (void)field_path(s, parent);
    parent->state = LEVEL_PARENT;
}

void shape_open(struct shape *s, const struct name *n)
{
    if (s->depth == SHAPE_DEPTH_MAX) {
        s->why = "its elements lie too deep inside one another";
        return;
    }
    shape_content(s);
    s->field = NULL;
    if (s->depth == 0)
        s->is_event = n->known == NAME_EVENT;
    else if (s->depth == 1)
        open_section(s, n->known);
    else if (holds_fields(s) && s->depth > 1)
        become_parent(s, &s->levels[s->depth - 1]);
    s->levels[s->depth] = (struct shape_level){.name = *n, .outer = s->path.n};
    s->depth++;
    if (s->section == SECTION_USER && s->depth == FIELD_DEPTH && s->pairs[SECTION_USER] == 0) {
        put_key(s, SECTION_USER, SPAN("xml_name"));
        text_put(&s->sections[SECTION_USER], n->text);
        TEXT_PUT(&s->sections[SECTION_USER], "\"");
        s->pairs[SECTION_USER] = 0;
    }
}

static struct text *keep(struct shape *s, enum field f)
{
    if (f == FIELD_NONE)
        return NULL;
    s->field = &s->fields[f];
    *s->field = (struct shape_value){.at = s->system.n};
    return &s->system;
}

void shape_attribute(struct shape *s, const struct name *n)
{
    shape_content(s);
    s->in_attribute = true;
    if (s->depth == 0)
        return;
    struct shape_level *l = &s->levels[s->depth - 1];
    if (s->section == SECTION_SYSTEM && s->depth == FIELD_DEPTH) {
        s->attribute = keep(s, field_of(l->name.known, n->known));
    } else if (holds_fields(s) && n->known == NAME_NAME && s->depth > field_depth(s) && l->state == LEVEL_FRESH) {
        s->path.n = l->outer;
        if (l->outer)
            TEXT_PUT(&s->path, ".");
        s->attribute = &s->path;
    }
}

static void end_field(struct shape *s)
{
    if (s->field)
        s->field->n = s->system.n - s->field->at;
    s->field = NULL;
}

void shape_content(struct shape *s)
{
    end_field(s);
    s->in_attribute = false;
    s->attribute = NULL;
}

struct text *shape_text(struct shape *s)
{
    if (s->in_attribute || s->depth == 0)
        return s->attribute;
    struct shape_level *l = &s->levels[s->depth - 1];
    if (s->section == SECTION_SYSTEM) {
        if (s->depth == FIELD_DEPTH && !s->field)
            (void)keep(s, field_of(l->name.known, NAME_OTHER));
        return s->field ? &s->system : NULL;
    }
    if (!holds_fields(s) || s->depth < FIELD_DEPTH)
        return NULL;
    if (l->state != LEVEL_VALUE)
        open_value(s, l);
    return &s->sections[s->section];
}

void shape_again(struct shape *s)
{
    if (s->in_attribute || !holds_fields(s) || s->depth < FIELD_DEPTH) {
        struct text *t = shape_text(s);
        if (t)
            TEXT_PUT(t, " ");
        return;
    }
    struct shape_level *l = &s->levels[s->depth - 1];
    close_value(s, l);
    if (l->is_numbered)
        s->path.n = l->outer;
    l->state = LEVEL_FRESH;
    (void)shape_text(s);
}

void shape_close(struct shape *s)
{
    if (s->depth == 0)
        return;
    shape_content(s);
    struct shape_level *l = &s->levels[s->depth - 1];
    if (holds_fields(s) && s->depth >= FIELD_DEPTH) {
        if (l->state == LEVEL_FRESH && s->depth > field_depth(s))
            open_value(s, l);
        close_value(s, l);
        s->path.n = l->outer;
    }
    if (--s->depth == 1)
        s->section = SECTION_OTHER;
}
