/* SPDX-License-Identifier: Apache-2.0 */
/* report/event_json.h: one event in JSON, and what every answer made of events says about itself. */
#ifndef KONSEKI_REPORT_EVENT_JSON_H
#define KONSEKI_REPORT_EVENT_JSON_H

#include "event/event.h"
#include "finding/finding.h"
#include "report/json.h"

enum { ACCOUNT_JSON_SCHEMA = 1 };

/* An object with a member for each field that is logged: a value, "" where it is blank, null where it is absent. What
 * has no member is not logged. "cut": the fields that the logger cut short. */
void event_json(struct json *j, const char *key, const event *e);

/* Where an answer comes from. */
struct account {
    int64_t created;
    const char *const *arguments;
    size_t argument_n;
    const struct source_info *sources;
    size_t source_n;
    const struct failure *failures;
    size_t failure_n;
    const struct sentence *notes;
    size_t note_n;
};
void account_json_run(struct json *j, const struct account *a);        /* "konseki", "schema", "run" */
void account_json_sources(struct json *j, const struct account *a);
void account_ndjson_sources(sink *o, const struct account *a);          /* a line each, of type "source" */
void account_json_rest(struct json *j, const struct account *a);       /* "totals", "failures", "notes" */

#endif
