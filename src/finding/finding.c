/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/timeline.h"

#include "base/hash.h"

const char *const severity_keys[SEVERITY_COUNT] = {"lead", "low", "medium", "high", "critical"};
const char *const action_keys[ACTION_COUNT] = {"none", "ask_owner", "look_today", "act_now"};
const char *const answer_keys[ANSWER_COUNT] = {"unknown", "no", "yes", "partly"};

void finding_set_id(struct finding *f)
{
    sha256 h = sha256_begin();
    sha256_part(&h, span_str(f->kind));
    for (size_t i = 0; i < f->subject_n; i++) {
        sha256_part(&h, span_str(f->subject[i].name));
        sha256_part(&h, f->subject[i].value);
    }
    sha256_end(&h, f->id, 16);
}

const char *const timeline_whats[TIMELINE_WHAT_COUNT] = {"Row Logged", "Tunnel Started", "Tunnel Ended", "Event Logged"};
