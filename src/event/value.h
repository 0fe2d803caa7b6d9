/* SPDX-License-Identifier: Apache-2.0 */
/* event/value.h: the value of a field as it is counted and given out: hosts, domains and addresses canonical, users with
 * their letter case folded, times in UTC as RFC 3339, durations in milliseconds, the rest as logged. */
#ifndef KONSEKI_EVENT_VALUE_H
#define KONSEKI_EVENT_VALUE_H

#include "event/event.h"
#include "event/host.h"

enum { USER_FOLDED_MAX = 256 };

struct value_room {                /* where a value is made that the line does not hold */
    host_name name;
    char text[USER_FOLDED_MAX];
};

/* Only where the field's state is VALUE. The span borrows from the event's line, from `room`, or from nothing. */
span event_value(const event *e, enum field f, struct value_room *room);

#endif
