/* SPDX-License-Identifier: Apache-2.0 */
/* Forward or reverse? What a proxy is asked for names a host ("GET http://a.example/x", "CONNECT a.example:443"); what a
 * web server is asked for is a path alone (RFC 9112, section 3.2). The clients of a server are the internet. */
#include "format/recognise.h"

#include "format/vocabulary.h"

static const double PATHS_ALONE = 0.95;   /* of its requests: scanners ask servers for foreign hosts too */

static bool is_path(span url) { return url.n && url.p[0] == '/'; }

static bool asks_for_paths(const struct plan *plan, const span *lines, size_t n)
{
    size_t requests = 0, paths = 0, connects = 0;
    arena scratch = {0};
    event e;
    for (size_t i = 0; i < n && i < FORMAT_SAMPLE_LINES; i++) {
        if (plan_run(plan, lines[i], &scratch, &e) != ROW_EVENT || !event_text(&e, FIELD_URL).n)
            continue;
        requests++;
        paths += is_path(event_text(&e, FIELD_URL));
        connects += span_eq_nocase(event_text(&e, FIELD_METHOD), SPAN("CONNECT")) && !is_path(event_text(&e, FIELD_URL));
    }
    arena_free(&scratch);
    return requests && (double)paths >= PATHS_ALONE * (double)requests && (double)connects * 100 < (double)requests;
}

/* Sensors and gateways write the host into a column of its own, and the path beside it. */
bool is_server_log(const struct plan *plan, const struct format_options *options, const span *lines, size_t n)
{
    if (plan->vocabulary)
        return plan->vocabulary->is_server || (plan->vocabulary->tells_server && asks_for_paths(plan, lines, n));
    bool is_named = options->format.p || options->logformat.p || options->squid_conf.p || options->own;
    return !is_named && asks_for_paths(plan, lines, n);
}
