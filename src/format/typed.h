/* SPDX-License-Identifier: Apache-2.0 */
/* format/typed.h: the text of one column to its value. The whole span or nothing. */
#ifndef KONSEKI_TYPED_H
#define KONSEKI_TYPED_H

#include "base/span.h"

/* "1795295972", "1795295972.108": up to nine digits of fraction, cut to milliseconds. */
bool typed_epoch(span s, int64_t *ms);
/* Seconds as typed_epoch, or milli-, micro- or nanoseconds where there are 13, 16 or 19 digits. */
bool typed_epoch_any(span s, int64_t *ms);
/* That, milliseconds with a fraction too, ISO 8601 (as when_iso), "2026/11/21 21:19:32", or a month's name with day, year,
 * clock and zone in any order: "Nov 21 2026 21:19:32.108 JST", "Sat Nov 21 21:19:32 2026". */
bool typed_any_time(span s, int64_t *ms, int *tz_minutes);
/* "+0900", "+09:00", "+9", "Z", and abbreviations that mean one zone only. */
bool typed_zone(span s, int *minutes);
/* "2026-11-21", "2026/11/21": ms of its midnight, UTC. */
bool typed_date(span s, int64_t *ms);
/* "21/11/2026", "21-11-2026", "21.11.2026": likewise. */
bool typed_day_first(span s, int64_t *ms);
/* "11/21/2026", "1/2/26" (of this century): likewise. */
bool typed_month_first(span s, int64_t *ms);
/* "21:19:32", "21:19:32.108", "7:19:32": ms since midnight. */
bool typed_clock(span s, int64_t *ms);
/* As when_clf for the usual 26 bytes, without its generality: this runs once per line. */
bool typed_clf(span s, int64_t *ms, int *tz_minutes);
/* A text as strftime(3) writes `pattern` (%Y %y %m %b %d %e %H %I %p %M %S %z %s %F %T %R %D %c; %j and names are
 * skipped). *tz_minutes gets WHEN_NONE_MINUTES where the pattern has no zone. */
bool typed_pattern_time(span pattern, span s, int64_t *ms, int *tz_minutes);
/* A duration in seconds, "0.250" or "12"; negative is false. */
bool typed_seconds(span s, uint64_t *ms);
/* "01:12:00", "00:19" (minutes and seconds), "<1": ms. */
bool typed_lifetime(span s, uint64_t *ms);
/* A result tag: A-Z, 0-9, '_', '-' (alone: nothing to say). */
bool typed_word(span s);
/* A request method: letters, '_' and '-' (M-SEARCH, ICP_QUERY), or "-". */
bool typed_method(span s);
/* Looks like an IP literal: only its digits, dots, colons and brackets. */
bool typed_address(span s);

#endif
