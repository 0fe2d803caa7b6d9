/* SPDX-License-Identifier: Apache-2.0 */
/* detect/history.h: what a week of log adds to a pair: is the host new here, does the pair keep to hours in which
 * nobody sits at this client, has it been so all along? Without enough days every answer is no. "New" is judged
 * within the log and at as_of; see docs/detectors/README.md. */
#ifndef KONSEKI_HISTORY_H
#define KONSEKI_HISTORY_H

#include "detect/detector.h"

enum { NEW_AFTER_DAYS = 3,         /* days of log before the first contact, for a host to be new */
       NEW_WITHIN_DAYS = 7,        /* at most so long before as_of */
       OLD_FROM_DAYS = 1,          /* days of log at most before the first contact, for something to be old */
       OFF_ROWS_MIN = 5 };         /* contacts of a pair from which its hours are judged */

/* Nobody contacted the host in the first NEW_AFTER_DAYS days of the log, and somebody did lately. */
bool history_is_new_host(const struct detecting *d, uint32_t host);
/* Days of log before that. */
uint32_t history_days_before(const struct detecting *d, int64_t time);
/* Did it begin with the log? */
bool history_is_old(const struct detecting *d, int64_t first);
/* Is nobody at this client at such an hour of the week? */
bool history_is_off_hour(const struct detecting *d, uint32_t client, int64_t time);
/* Do the pair's contacts keep to such hours: nine of ten, and more than what runs day and night would have there? */
bool history_is_off_hours(const struct detecting *d, const struct pair *p, uint64_t *off);
/* Days on which the rows, in order of time, were seen. */
uint32_t history_days_of(const struct row *rows, size_t n);

/* The signal at `index` of the detector's table, where it holds: the host is new; all contacts of the pair keep to
 * hours of rest; this one moment lies in one. */
void history_give_new(struct judging *j, size_t index, int points, const struct candidate *c);
void history_give_off_hours(struct judging *j, size_t index, int points, const struct candidate *c);
void history_give_off_hour(struct judging *j, size_t index, int points, const struct candidate *c, int64_t time);

#endif
