/* SPDX-License-Identifier: Apache-2.0 */
/* ECS is strict where we are not: an address is an address or it has another name, a duration is in nanoseconds, an
 * outcome is a success, a failure or unknown. Our own value stands under "konseki" then. */
#include "report/ecs_json.h"

#include "event/value.h"

#include <string.h>

#define ECS_SCHEMA "8.11.0"
static const int64_t NS_PER_MS = 1000000;

static void add(struct ecs_names *out, const char *front, const char *back, unsigned field, enum ecs_value value)
{
    span a = span_str(front), b = span_str(back);
    if (out->n == ECS_NAMES_MAX || a.n + b.n >= ECS_PATH_MAX)
        panic("a name of ECS is too long, or one too many");
    struct ecs_name *n = &out->at[out->n++];
    *n = (struct ecs_name){.field = (uint8_t)field, .value = (uint8_t)value, .depth = 1};
    memcpy(n->text, a.p, a.n);
    memcpy(n->text + a.n, b.p, b.n);
    for (size_t i = 0; i < a.n + b.n; i++)
        if (n->text[i] == '.' && n->depth < ECS_DEPTH_MAX) {
            n->text[i] = '\0';
            n->part[n->depth++] = (uint8_t)(i + 1);
        }
}

/* The fields whose value ECS would not take as it is (X-Forwarded-For is a list), and those it has no name for. */
static bool is_ours(enum field f) { return f == FIELD_XFF || f == FIELD_OUTCOME || !field_infos[f].ecs[0]; }

static void add_field(struct ecs_names *out, enum field f)
{
    if (f == FIELD_OUTCOME)
        add(out, field_infos[f].ecs, "", f, ECS_RESULT);
    if (f == FIELD_CLIENT) {
        add(out, field_infos[f].ecs, "", f, ECS_ADDRESS);
        add(out, "source.address", "", f, ECS_FIELD);
    } else if (is_ours(f)) {
        add(out, "konseki.", field_infos[f].key, f, ECS_FIELD);
    } else {
        add(out, field_infos[f].ecs, "", f, ECS_FIELD);
    }
}

static bool goes_before(const struct ecs_name *a, const struct ecs_name *b)
{
    return memcmp(a->text, b->text, ECS_PATH_MAX) < 0;
}

void ecs_names_make(struct ecs_names *out)
{
    out->n = 0;
    for (enum field f = 0; f < FIELD_COUNT; f++)
        add_field(out, f);
    add(out, "ecs.version", "", FIELD_COUNT, ECS_VERSION);
    add(out, "event.kind", "", FIELD_COUNT, ECS_KIND);
    add(out, "event.category", "", FIELD_COUNT, ECS_CATEGORY);
    add(out, "log.file.path", "", FIELD_COUNT, ECS_PATH);
    add(out, "log.offset", "", FIELD_COUNT, ECS_OFFSET);
    add(out, "konseki.tunnel", "", FIELD_COUNT, ECS_TUNNEL);
    add(out, "konseki.context", "", FIELD_COUNT, ECS_CONTEXT);
    for (size_t i = 1; i < out->n; i++)
        for (size_t k = i; k && goes_before(&out->at[k], &out->at[k - 1]); k--) {
            struct ecs_name swap = out->at[k];
            out->at[k] = out->at[k - 1];
            out->at[k - 1] = swap;
        }
}

/* An address as Elasticsearch takes it for its type `ip`. */
static bool is_address(span s)
{
    host_name name;
    return s.n && address_canon(s, &name);
}

static span value_of(const event *e, enum field f, struct value_room *room)
{
    return event_has(e, f) ? event_value(e, f, room) : (span){NULL, 0};
}

static bool is_written(const struct ecs_name *n, const struct ecs_row *row, const event *e)
{
    struct value_room room;
    enum field_state state = n->field < FIELD_COUNT ? event_state(e, (enum field)n->field) : STATE_VALUE;
    switch ((enum ecs_value)n->value) {
    case ECS_FIELD: return state != STATE_UNLOGGED;
    case ECS_RESULT: return state == STATE_VALUE;
    case ECS_ADDRESS: return is_address(value_of(e, (enum field)n->field, &room));
    case ECS_TUNNEL: return e->is_tunnel;
    case ECS_CONTEXT: return row->is_context;
    case ECS_KIND: case ECS_CATEGORY: case ECS_VERSION: case ECS_PATH: case ECS_OFFSET: break;
    }
    return true;
}

static const char *result_of(const event *e)
{
    switch ((enum outcome)e->at[FIELD_OUTCOME].number) {
    case OUTCOME_ALLOWED: case OUTCOME_CACHED: return "success";
    case OUTCOME_BLOCKED: case OUTCOME_AUTH_REQUIRED: case OUTCOME_FAILED: return "failure";
    case OUTCOME_UNKNOWN: case OUTCOME_COUNT: break;
    }
    return "unknown";
}

static void put_field(struct json *j, const char *key, enum field f, const event *e)
{
    struct value_room room;
    enum field_state state = event_state(e, f);
    if (state == STATE_ABSENT || (state == STATE_BLANK && f == FIELD_SERVER_IP)) /* "" is no address */
        json_null(j, key);
    else if (state == STATE_BLANK)
        json_string(j, key, "");
    else if (field_infos[f].type == FIELD_TYPE_MS)
        json_time(j, key, e->at[f].ms);
    else if (field_infos[f].type == FIELD_TYPE_MSEC)
        json_i64(j, key, e->at[f].ms <= INT64_MAX / NS_PER_MS ? e->at[f].ms * NS_PER_MS : INT64_MAX);
    else if (field_infos[f].type == FIELD_TYPE_NUMBER && f != FIELD_OUTCOME)
        json_u64(j, key, e->at[f].number);
    else
        json_text(j, key, event_value(e, f, &room));
}

static void put_value(struct json *j, const struct ecs_name *n, const struct ecs_row *row, const event *e)
{
    const char *key = n->text + n->part[n->depth - 1];
    switch ((enum ecs_value)n->value) {
    case ECS_FIELD: case ECS_ADDRESS: put_field(j, key, (enum field)n->field, e); break;
    case ECS_RESULT: json_string(j, key, result_of(e)); break;
    case ECS_KIND: json_string(j, key, "event"); break;
    case ECS_VERSION: json_string(j, key, ECS_SCHEMA); break;
    case ECS_PATH: json_text(j, key, row->path); break;
    case ECS_OFFSET: json_u64(j, key, row->offset); break;
    case ECS_TUNNEL: case ECS_CONTEXT: json_bool(j, key, true); break;
    case ECS_CATEGORY:
        json_open_array(j, key);
        json_string(j, NULL, "web");
        json_close(j);
        break;
    }
}

/* How many objects the two are both in. */
static unsigned shared_depth(const struct ecs_name *a, const struct ecs_name *b)
{
    unsigned n = 0;
    while (a && n + 1 < a->depth && n + 1 < b->depth && strcmp(a->text + a->part[n], b->text + b->part[n]) == 0)
        n++;
    return n;
}

void ecs_json(sink *o, const struct ecs_names *names, const struct ecs_row *row, const event *e)
{
    struct json j = json_begin_line(o, LANG_EN);
    const struct ecs_name *last = NULL;
    unsigned open = 0;
    json_open_object(&j, NULL);
    for (size_t i = 0; i < names->n; i++) {
        const struct ecs_name *n = &names->at[i];
        if (!is_written(n, row, e))
            continue;
        for (unsigned shared = shared_depth(last, n); open > shared; open--)
            json_close(&j);
        for (; open + 1 < n->depth; open++)
            json_open_object(&j, n->text + n->part[open]);
        put_value(&j, n, row, e);
        last = n;
    }
    for (; open; open--)
        json_close(&j);
    json_close(&j);
    json_end(&j);
}
