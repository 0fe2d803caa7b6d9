/* SPDX-License-Identifier: Apache-2.0 */
/* report/who_text.h: the parts of who's screen. */
#ifndef KONSEKI_REPORT_WHO_TEXT_H
#define KONSEKI_REPORT_WHO_TEXT_H

#include "report/hunt_text.h"
#include "report/who.h"

struct who_screen {
    struct screen screen;         /* its result is who->read */
    const struct who_result *who;
    size_t limit;                 /* clients and indicators shown, each */
};

void who_screen_contacts(struct who_screen *s);
void who_screen_near(struct who_screen *s);          /* --at */
void who_screen_indicators(struct who_screen *s);    /* what was asked for, and what was not */
void who_screen_raw(struct who_screen *s, size_t indent, const struct evidence *e); /* "file:line", and the line */

#endif
