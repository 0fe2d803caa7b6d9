/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/shape.h: from the XML of an event, whatever it was written in, to one line of JSON in the shape Winlogbeat
 * gives. Its caller names elements, attributes and texts as they come. Nothing is allocated for a record once the
 * buffers have grown. */
#ifndef KONSEKI_EVTX_SHAPE_H
#define KONSEKI_EVTX_SHAPE_H

#include "evtx/text.h"

enum {
    SHAPE_DEPTH_MAX = 64,             /* elements inside one another */
    SHAPE_FIELDS_MAX = 3000,          /* values of one event */
    SHAPE_KEYS = 4096,                /* slots for their names: more than fields, a power of two */
    SHAPE_LINE_MAX = 1024 * 1024,     /* bytes of an event's text */
    SHAPE_PATH_MAX = 64 * 1024        /* bytes of a field's name */
};

enum known_name {
    NAME_OTHER,
#define NAME(constant, text) constant,
#include "evtx/names.def"
#undef NAME
    NAME_COUNT
};

struct name {
    span text;                /* as in a JSON string, borrowed until the element is closed */
    enum known_name known;
};

enum known_name name_known(span text);

/* What stands under System: where each is kept. */
enum field {
    FIELD_NONE, FIELD_TIME, FIELD_CHANNEL, FIELD_EVENT_ID, FIELD_RECORD_ID, FIELD_PROVIDER, FIELD_SOURCE, FIELD_GUID,
    FIELD_COMPUTER, FIELD_VERSION, FIELD_PID, FIELD_THREAD, FIELD_USER, FIELD_ACTIVITY, FIELD_RELATED, FIELD_KEYWORDS,
    FIELD_COUNT
};

/* event_data, user_data and error of one event. */
enum section { SECTION_EVENT, SECTION_USER, SECTION_ERROR, SECTION_COUNT, SECTION_SYSTEM = SECTION_COUNT, SECTION_OTHER };

struct shape_key { uint32_t used, section, hash, at, n, count; };   /* in the text of its section */
struct shape_value { size_t at, n; };                      /* in `system` */

enum level_state { LEVEL_FRESH, LEVEL_VALUE, LEVEL_PARENT };
struct shape_level {
    struct name name;
    enum level_state state;
    bool is_numbered;         /* its name is paramN */
    size_t outer;             /* bytes of the path that are its parent's */
};

struct shape {
    struct shape_level levels[SHAPE_DEPTH_MAX];
    size_t depth;
    enum section section;
    bool is_event;            /* the outermost element is one */
    struct text *attribute;   /* where the value of the attribute at hand goes; NULL: nowhere */
    bool in_attribute;
    struct text system, path, sections[SECTION_COUNT];
    struct shape_value fields[FIELD_COUNT], *field;   /* `field`: the one being written */
    size_t pairs[SECTION_COUNT], field_n;
    struct shape_key keys[SHAPE_KEYS];
    uint32_t used;            /* of slots of this event; others are empty */
    const char *why;          /* what is wrong with it; NULL: nothing so far */
};

/* Zeroed memory is a shape; shape_free gives its buffers back. */
void shape_free(struct shape *s);

void shape_begin(struct shape *s);
void shape_open(struct shape *s, const struct name *n);
/* Texts that follow are its value, until the next attribute or shape_content. */
void shape_attribute(struct shape *s, const struct name *n);
void shape_content(struct shape *s);
/* Where the text that comes now is to be written, as in a JSON string. NULL: nobody wants it. */
struct text *shape_text(struct shape *s);
/* The next item of a list: an element is repeated for each. */
void shape_again(struct shape *s);
void shape_close(struct shape *s);
/* A value that is no element: `key` as in a JSON string. */
void shape_pair(struct shape *s, enum section section, span key, span value_utf8);
void shape_field(struct shape *s, enum field f, span value_utf8);

/* What the record itself says, where the event does not. */
struct shape_record { span time, id; span message_utf8; bool has_message; };
/* Writes the line. False: s->why says why not, and `out` is as it was. */
bool shape_end(struct shape *s, const struct shape_record *record, struct text *out) MUST_USE;

/* The line that stands for what could not be read. UINT64_MAX: no number is known. */
void shape_refused(struct text *out, uint64_t offset, uint64_t record, const char *why);

#endif
