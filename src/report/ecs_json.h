/* SPDX-License-Identifier: Apache-2.0 */
/* report/ecs_json.h: events as documents of the Elastic Common Schema, nested, one a line. The names are those of
 * event.h's list; what ECS has no name for stands under "konseki". format/ecs.c reads them back. */
#ifndef KONSEKI_REPORT_ECS_JSON_H
#define KONSEKI_REPORT_ECS_JSON_H

#include "event/event.h"
#include "report/json.h"

enum { ECS_NAMES_MAX = FIELD_COUNT + 16, ECS_DEPTH_MAX = 4, ECS_PATH_MAX = 40 };

/* What the value under a name is made of. */
enum ecs_value { ECS_FIELD, ECS_RESULT, ECS_ADDRESS, ECS_KIND, ECS_CATEGORY, ECS_VERSION, ECS_PATH, ECS_OFFSET, ECS_TUNNEL,
                 ECS_CONTEXT };

/* All names in the order of their paths, so that what belongs to one object stands together. Holds no pointers into
 * itself: `part` are offsets into `text`. */
struct ecs_names {
    struct ecs_name {
        char text[ECS_PATH_MAX];          /* its parts, each with a NUL behind it */
        uint8_t part[ECS_DEPTH_MAX], depth;
        uint8_t field, value;
    } at[ECS_NAMES_MAX];
    size_t n;
};
void ecs_names_make(struct ecs_names *out);

/* Where a row stands. */
struct ecs_row { span path; uint64_t offset; bool is_context; };
/* One document and the end of its line. */
void ecs_json(sink *o, const struct ecs_names *names, const struct ecs_row *row, const event *e);

#endif
