/* SPDX-License-Identifier: Apache-2.0 */
/* report/hunt_ndjson.c: a hunt as one JSON object a line: the same objects as in the document (hunt_json.c), each with
 * its type. A reader that sees "end" has seen everything. */
#include "report/hunt_json.h"
#include "report/report.h"

static struct json begin(sink *o, const struct report_options *options, const char *type)
{
    struct json j = json_begin_line(o, options->lang_given ? options->lang : LANG_EN);
    json_open_object(&j, NULL);
    json_string(&j, "type", type);
    return j;
}

static void end(struct json *j)
{
    json_close(j);
    json_end(j);
}

static void put_end(sink *o, const struct report_options *options, const struct hunt_result *r)
{
    struct json j = begin(o, options, "end");
    json_string(&j, "konseki", KONSEKI_VERSION);
    json_u64(&j, "schema", HUNT_JSON_SCHEMA);
    hunt_json_run(&j, r);
    hunt_json_failures(&j, r->failures, r->failure_n);
    hunt_json_totals(&j, r);
    hunt_json_event_logs(&j, &r->event_logs);
    hunt_json_leads(&j, r, options->leads);
    hunt_json_explained(&j, r);
    hunt_json_sentences(&j, "notes", r->notes, r->note_n);
    end(&j);
}

static void render(const struct hunt_result *r, const struct report_options *options, sink *o)
{
    struct json j;
    for (size_t i = 0; i < r->source_n; i++) {
        j = begin(o, options, "source");
        json_u64(&j, "source", i);
        hunt_json_source(&j, &r->sources[i]);
        end(&j);
    }
    for (size_t i = 0; i < r->story_n; i++) {
        j = begin(o, options, "story");
        hunt_json_story(&j, &r->stories[i]);
        end(&j);
    }
    for (size_t i = 0; i < r->finding_n; i++) {
        j = begin(o, options, "finding");
        hunt_json_finding(&j, r->findings[i]);
        end(&j);
    }
    for (size_t i = 0; i < r->could_not_look_n; i++) {
        j = begin(o, options, "could_not_look");
        hunt_json_could_not_look(&j, &r->could_not_look[i]);
        end(&j);
    }
    put_end(o, options, r);
}

const struct report report_hunt_ndjson = {"hunt_ndjson", render};
