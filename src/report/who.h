/* SPDX-License-Identifier: Apache-2.0 */
/* report/who.h: who was in contact, as text, JSON (docs/schema/who.schema.json), NDJSON, and CSV (docs/who.md). */
#ifndef KONSEKI_REPORT_WHO_H
#define KONSEKI_REPORT_WHO_H

#include "finding/contact.h"
#include "report/report.h"

enum { WHO_JSON_SCHEMA = 1 };

void who_text(const struct who_result *r, const struct report_options *options, sink *o);
void who_json(const struct who_result *r, const struct report_options *options, sink *o);
void who_ndjson(const struct who_result *r, const struct report_options *options, sink *o);
void who_csv(const struct who_result *r, sink *o);

#endif
