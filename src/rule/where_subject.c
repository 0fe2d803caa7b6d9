/* SPDX-License-Identifier: Apache-2.0 */
/* What can be asked for, and how its values are compared. */
#include "rule/where_plan.h"

static const struct subject derived[] = {
    [SUBJECT_DOMAIN - FIELD_COUNT] = {"domain", KIND_DOMAIN, FIELD_HOST, FIELD_BIT(HOST), false},
    [SUBJECT_HOUR - FIELD_COUNT] = {"hour", KIND_HOUR, FIELD_TIME, FIELD_BIT(TIME), false},
    /* known where the method or the action is: see the matcher */
    [SUBJECT_TUNNEL - FIELD_COUNT] = {"tunnel", KIND_TUNNEL, FIELD_METHOD, 0, false},
    [SUBJECT_EXT - FIELD_COUNT] = {"ext", KIND_TEXT, FIELD_PATH, FIELD_BIT(PATH), false},
};

static enum value_kind kind_of(enum field f)
{
    static const uint64_t addresses = FIELD_BIT(CLIENT) | FIELD_BIT(SERVER_IP) | FIELD_BIT(XFF);
    static const uint64_t hosts = FIELD_BIT(HOST) | FIELD_BIT(SNI) | FIELD_BIT(CLIENT_NAME);
    if (f == FIELD_OUTCOME)
        return KIND_OUTCOME;
    if (addresses >> f & 1)
        return KIND_ADDRESS;
    if (hosts >> f & 1)
        return KIND_HOST;
    switch (field_infos[f].type) {
    case FIELD_TYPE_MS: return KIND_TIME;
    case FIELD_TYPE_MSEC: return KIND_DURATION;
    case FIELD_TYPE_NUMBER: return KIND_NUMBER;
    case FIELD_TYPE_TEXT: break;
    }
    return KIND_TEXT;
}

struct subject subject_of(unsigned subject)
{
    static const uint64_t cased = FIELD_BIT(URL) | FIELD_BIT(PATH) | FIELD_BIT(QUERY) | FIELD_BIT(AGENT) |
                                  FIELD_BIT(REFERER) | FIELD_BIT(COOKIE) | FIELD_BIT(SESSION);
    if (subject >= FIELD_COUNT)
        return derived[subject - FIELD_COUNT];
    return (struct subject){field_infos[subject].key, kind_of(subject), subject, UINT64_C(1) << subject,
                            cased >> subject & 1};
}

unsigned subject_by_key(span key)
{
    unsigned found = 0;
    while (found < SUBJECT_COUNT && !span_eq(key, span_str(subject_of(found).key)))
        found++;
    return found;
}
