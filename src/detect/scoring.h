/* SPDX-License-Identifier: Apache-2.0 */
/* detect/scoring.h: signals to points, points to severity. A group's points are capped; the sum of the
 * groups is the score; the three lines are the detector's first knobs. */
#ifndef KONSEKI_SCORING_H
#define KONSEKI_SCORING_H

#include "detect/detector.h"

enum { KNOB_MEDIUM, KNOB_HIGH, KNOB_CRITICAL, KNOB_FIRST_OWN };

static inline double scoring_knob(const struct detecting *d, const struct detector *detector, size_t knob)
{
    return d->knobs[detector->index][knob];
}

/* Gives the signal at `index` of the detector's table; 0 points: not given. Facts are copied. */
void scoring_give(struct judging *j, size_t index, int points, const struct fact *facts, size_t n);
#define GIVE(j, index, points, ...)                                                       \
    scoring_give((j), (index), (points), (const struct fact[]){__VA_ARGS__},               \
                 sizeof((const struct fact[]){__VA_ARGS__}) / sizeof(struct fact))

/* Points of one group so far, its cap applied. */
int scoring_group(const struct judging *j, const char *group);
int scoring_total(const struct judging *j);
int scoring_max(const struct detecting *d, const struct detector *detector);

/* Writes score, score_max, lines and signals into the finding; severity by the lines. */
void scoring_finish(struct judging *j);
/* No severity above this; action follows severity unless the detector says otherwise afterwards. */
void scoring_cap(struct judging *j, enum severity most);

/* The finding of a candidate with everything that does not depend on the detector. */
struct finding *scoring_finding(const struct detecting *d, arena *memory, const struct candidate *c);
void scoring_set_summary(struct judging *j, enum text_key key, const struct fact *facts, size_t n);
#define SUMMARY(j, key, ...)                                                              \
    scoring_set_summary((j), (key), (const struct fact[]){__VA_ARGS__},                    \
                        sizeof((const struct fact[]){__VA_ARGS__}) / sizeof(struct fact))
/* What would refute the finding, or has to be asked; at most four. */
void scoring_add_refute(struct judging *j, enum text_key key, const struct fact *facts, size_t n);

#endif
