/* SPDX-License-Identifier: Apache-2.0 */
/* report/hunt_json.h: the parts of hunt's JSON (schema 1, docs/schema/hunt.schema.json), one file each. */
#ifndef KONSEKI_REPORT_HUNT_JSON_H
#define KONSEKI_REPORT_HUNT_JSON_H

#include "finding/finding.h"
#include "report/json.h"

void hunt_json_story(struct json *j, const struct story *s);
void hunt_json_finding(struct json *j, const struct finding *f);

/* "key": [...] of the fields in `bits`. */
void hunt_json_fields(struct json *j, const char *key, uint64_t bits);
/* "key": [...], and "key_more": how many further ones are not listed. */
void hunt_json_list(struct json *j, const char *key, const char *more_key, const struct text_list *list);
/* "raw", and "raw_b64" with the exact bytes where JSON cannot hold them (else null). */
void hunt_json_raw(struct json *j, span raw);
void hunt_json_sentences(struct json *j, const char *key, const struct sentence *items, size_t n);

#endif
