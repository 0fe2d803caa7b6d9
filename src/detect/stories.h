/* SPDX-License-Identifier: Apache-2.0 */
/* detect/stories.h: findings that belong together become one story. Two findings are linked when they share
 * a host, a rare host's server address, a rare agent, the same fetched file, agent and period, or a client;
 * transitively, in no order, and every link is named. A question to the owner joins through the host, its server, or the same agent and period, never through a client. */
#ifndef KONSEKI_STORIES_H
#define KONSEKI_STORIES_H

#include "detect/investigate.h"

struct told {
    struct story *stories;      /* act_now first, then look_today, ask_owner; inside by score */
    size_t story_n;
    struct finding **findings;  /* in the order of their stories */
    size_t finding_n;
};

struct told stories_tell(const struct detecting *d, arena *memory, const struct investigation *v);

/* detect/story_text.c: fills what is said of a story whose findings are known. `of` are the candidates behind
 * them, in the same order. */
void story_write(const struct detecting *d, arena *memory, struct story *story,
                 struct candidate *const *of, size_t n);
/* detect/story_steps.c: its time line. */
void story_steps(const struct detecting *d, arena *memory, struct story *story, struct candidate *const *of, size_t n);

#endif
