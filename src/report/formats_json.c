/* SPDX-License-Identifier: Apache-2.0 */
/* formats as one JSON document: docs/schema/formats.schema.json. */
#include "detect/registry.h"
#include "report/formats.h"
#include "report/hunt_json.h"

enum { FORMATS_JSON_SCHEMA = 1 };

static void put_answers(struct json *j, uint64_t gives)
{
    json_open_array(j, "answers");
    for (size_t i = 0; i < detector_n; i++) {
        if (!detectors[i]->pair)
            continue;
        struct cost c = cost_of(detectors[i], gives);
        json_open_object(j, NULL);
        json_string(j, "kind", detectors[i]->kind);
        json_string(j, "grade", grade_keys[c.grade]);
        json_i64(j, "possible", c.possible);
        json_i64(j, "full", c.full);
        hunt_json_fields(j, "missing", c.missing);
        json_close(j);
    }
    json_close(j);
}

/* Whether a counter counts headers; null where there is none. */
static void put_counter(struct json *j, const char *key, bool is_given, bool with_headers)
{
    if (is_given)
        json_bool(j, key, with_headers);
    else
        json_null(j, key);
}

static void put_layout(struct json *j, const struct plan *plan, const char *example)
{
    json_open_object(j, NULL);
    json_text(j, "definition", plan->definition);
    json_string(j, "example", example);
    hunt_json_fields(j, "fields", plan->gives);
    json_string(j, "stamp", plan->stamp == STAMP_END ? "end" : "start");
    json_bool(j, "zone_in_stamp", plan->tz_in_stamp);
    put_counter(j, "headers_in_bytes_out", plan->gives & FIELD_BIT(BYTES_OUT), plan->counts_headers_out);
    put_counter(j, "headers_in_bytes_in", plan->gives & FIELD_BIT(BYTES_IN), plan->counts_headers_in);
    put_answers(j, plan->gives);
    json_close(j);
}

void formats_json(const struct formats_result *r, const struct report_options *options, sink *o)
{
    struct json j = json_begin(o, options->lang_given ? options->lang : LANG_EN);
    json_open_object(&j, NULL);
    json_string(&j, "konseki", KONSEKI_VERSION);
    json_u64(&j, "schema", FORMATS_JSON_SCHEMA);
    json_open_array(&j, "formats");
    for (size_t i = 0; i < r->n; i++) {
        const struct format_view *v = &r->views[i];
        json_open_object(&j, NULL);
        json_string(&j, "name", v->name);
        json_string(&j, "kind", v->dialect_n ? "windows" : "log");
        json_sentence(&j, "what", v->what);
        json_open_array(&j, "layouts");
        for (size_t k = 0; k < v->n; k++)
            put_layout(&j, v->layouts[k].plan, v->layouts[k].example);
        json_close(&j);
        json_open_array(&j, "examples");
        for (size_t k = 0; k < v->dialect_n; k++)
            json_string(&j, NULL, v->dialects[k]->example);
        json_close(&j);
        json_close(&j);
    }
    json_close(&j);
    json_close(&j);
    json_end(&j);
}
