/* SPDX-License-Identifier: Apache-2.0 */
#include "app/pipeline.h"

#include "detect/registry.h"

static fault no_such_detector(span name)
{
    sink known = sink_memory();
    for (size_t d = 0; d < detector_n; d++)
        sink_printf(&known, "%s%s", d ? ", " : "", detectors[d]->kind);
    fault f = fault_make(FAULT_USAGE, "--set %.*s: no such detector (there are %.*s)", (int)span_take(name, 60).n, name.p,
                         (int)known.used, known.buffer);
    fault ignored = sink_done(&known);
    (void)ignored;
    return f;
}

static fault set_knob(const struct setting *s, double (*out)[KNOBS_MAX])
{
    for (size_t d = 0; d < detector_n; d++) {
        if (!span_eq(s->detector, span_str(detectors[d]->kind)))
            continue;
        for (size_t k = 0; k < detectors[d]->knob_n; k++)
            if (span_eq(s->knob, span_str(detectors[d]->knobs[k].name))) {
                out[d][k] = s->value;
                return NO_FAULT;
            }
        return fault_make(FAULT_USAGE, "--set %.*s.%.*s: that detector has no such knob (docs/detectors/%s.md lists them)",
                          (int)s->detector.n, s->detector.p, (int)span_take(s->knob, 60).n, s->knob.p, detectors[d]->kind);
    }
    return no_such_detector(s->detector);
}

fault knobs_make(arena *a, const struct options *o, struct hunt_result *result, double (*out)[KNOBS_MAX])
{
    for (size_t d = 0; d < detector_n; d++)
        for (size_t k = 0; k < detectors[d]->knob_n; k++)
            out[d][k] = detectors[d]->knobs[k].value;
    for (size_t i = 0; i < o->setting_n; i++)
        TRY(set_knob(&o->settings[i], out));
    result->knobs = arena_new(a, struct knob_value, (size_t)DETECTOR_COUNT * KNOBS_MAX);
    for (size_t d = 0; d < detector_n; d++)
        for (size_t k = 0; k < detectors[d]->knob_n; k++) {
            const struct knob_def *def = &detectors[d]->knobs[k];
            result->knobs[result->knob_n++] = (struct knob_value){detectors[d]->kind, def->name, out[d][k],
                                                                  out[d][k] == def->value};
        }
    return NO_FAULT;
}
