/* SPDX-License-Identifier: Apache-2.0 */
#include "event/value.h"

#include "base/when.h"

#include <stdio.h>

static span number_text(struct value_room *room, uint64_t v)
{
    int n = snprintf(room->text, sizeof room->text, "%llu", (unsigned long long)v);
    return span_of(room->text, n > 0 ? (size_t)n : 0);
}

static span signed_text(struct value_room *room, int64_t v)
{
    int n = snprintf(room->text, sizeof room->text, "%lld", (long long)v);
    return span_of(room->text, n > 0 ? (size_t)n : 0);
}

static span time_text(struct value_room *room, int64_t ms)
{
    sink o = sink_memory();
    when_put_rfc3339(&o, ms);
    span made = span_take(sink_text(&o), sizeof room->text);
    memcpy(room->text, made.p, made.n);
    made.p = room->text;
    if (sink_done(&o).kind)
        panic("a sink in memory failed");
    return made;
}

/* Domain and realm are kept: two domains may have the same name. */
static span user_text(struct value_room *room, span user)
{
    size_t n = user.n < sizeof room->text ? user.n : sizeof room->text;
    for (size_t i = 0; i < n; i++)
        room->text[i] = ascii_lower(user.p[i]);
    return span_of(room->text, n);
}

static span text_value(enum field f, span text, struct value_room *room)
{
    static const uint64_t hosts = FIELD_BIT(HOST) | FIELD_BIT(SNI) | FIELD_BIT(CLIENT_NAME);
    static const uint64_t addresses = FIELD_BIT(CLIENT) | FIELD_BIT(SERVER_IP);
    uint16_t port;
    if (f == FIELD_USER)
        return user_text(room, text);
    if (hosts >> f & 1)
        host_canon(text, &room->name, &port);
    else if (addresses >> f & 1)
        address_canon(text, &room->name);
    else
        return text;
    return host_span(&room->name);
}

span event_value(const event *e, enum field f, struct value_room *room)
{
    switch (field_infos[f].type) {
    case FIELD_TYPE_MS: return time_text(room, e->at[f].ms);
    case FIELD_TYPE_MSEC: return signed_text(room, e->at[f].ms);
    case FIELD_TYPE_NUMBER:
        return f == FIELD_OUTCOME ? span_str(outcome_keys[e->at[f].number]) : number_text(room, e->at[f].number);
    case FIELD_TYPE_TEXT: break;
    }
    return text_value(f, e->at[f].text, room);
}
