/* SPDX-License-Identifier: Apache-2.0 */
/* report/hunt_json.h: the parts of hunt's JSON (schema 1, docs/schema/hunt.schema.json), one file each. */
#ifndef KONSEKI_REPORT_HUNT_JSON_H
#define KONSEKI_REPORT_HUNT_JSON_H

#include "finding/finding.h"
#include "report/json.h"

enum { HUNT_JSON_SCHEMA = 1 };

/* The members of an object that is open. */
void hunt_json_source(struct json *j, const struct source_info *s);
void hunt_json_story(struct json *j, const struct story *s);
void hunt_json_finding(struct json *j, const struct finding *f);
void hunt_json_could_not_look(struct json *j, const struct could_not_look *c);

/* Members of the document, under their own keys. */
void hunt_json_run(struct json *j, const struct hunt_result *r);
void hunt_json_failures(struct json *j, const struct failure *failures, size_t n);
void hunt_json_gaps(struct json *j, const struct hunt_result *r);   /* "could_not_look" */
void hunt_json_totals(struct json *j, const struct hunt_result *r);
void hunt_json_event_logs(struct json *j, const struct event_logs *logs);
void hunt_json_leads(struct json *j, const struct hunt_result *r, bool rows);   /* "leads", "lead_rows" */
void hunt_json_explained(struct json *j, const struct hunt_result *r);

void hunt_json_times(struct json *j, int64_t first, int64_t last);   /* "first", "last"; first > last: null */
void hunt_json_zone(struct json *j, int minutes);                    /* "tz" */

/* "key": [...] of the fields in `bits`. */
void hunt_json_fields(struct json *j, const char *key, uint64_t bits);
/* "key": [...], and "key_more": how many further ones are not listed. */
void hunt_json_list(struct json *j, const char *key, const char *more_key, const struct text_list *list);
/* "raw", and "raw_b64" with the exact bytes where JSON cannot hold them (else null). */
void hunt_json_raw(struct json *j, span raw);
void hunt_json_sentences(struct json *j, const char *key, const struct sentence *items, size_t n);

#endif
