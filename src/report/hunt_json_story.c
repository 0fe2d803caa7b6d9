/* SPDX-License-Identifier: Apache-2.0 */
#include "report/hunt_json.h"

static void put_isolate(struct json *j, const struct story *s)
{
    json_open_array(j, "isolate");
    for (size_t i = 0; i < s->isolate_n; i++) {
        json_open_object(j, NULL);
        json_text(j, "client", s->isolate[i].client);
        json_text(j, "client_name", s->isolate[i].client_name);
        json_text(j, "computer", s->isolate[i].computer);
        json_sentence(j, "why", s->isolate[i].why);
        json_close(j);
    }
    json_close(j);
}

static void put_links(struct json *j, const struct story *s)
{
    json_open_array(j, "links");
    for (size_t i = 0; i < s->link_n; i++) {
        json_open_object(j, NULL);
        json_string(j, "a", s->links[i].a);
        json_string(j, "b", s->links[i].b);
        json_sentence(j, "why", s->links[i].why);
        json_close(j);
    }
    json_close(j);
}

static void put_timeline(struct json *j, const struct story *s)
{
    json_open_array(j, "timeline");
    for (size_t i = 0; i < s->timeline_n; i++) {
        json_open_object(j, NULL);
        json_time(j, "time", s->timeline[i].time);
        json_text(j, "client", s->timeline[i].client);
        json_text(j, "computer", s->timeline[i].computer);
        json_sentence(j, "text", s->timeline[i].text);
        json_close(j);
    }
    json_close(j);
}

/* The three questions every story answers: was it allowed, is it over, what left. */
static void put_answers(struct json *j, const struct story *s)
{
    json_string(j, "allowed", answer_keys[s->allowed]);
    json_u64(j, "allowed_rows", s->allowed_rows);
    json_u64(j, "rows", s->rows);
    json_string(j, "over", answer_keys[s->over]);
    json_sentence(j, "over_why", s->over_why);
    if (s->has_left)
        json_u64(j, "left_bytes_max", s->left_bytes_max);
    else
        json_null(j, "left_bytes_max");
    json_sentence(j, "left_why", s->left_why);
}

void hunt_json_story(struct json *j, const struct story *s)
{
    json_string(j, "id", s->id);
    json_string(j, "severity", severity_keys[s->severity]);
    json_string(j, "action", action_keys[s->action]);
    json_sentence(j, "title", s->title);
    hunt_json_list(j, "hosts", "hosts_more", &s->hosts);
    hunt_json_list(j, "clients", "clients_more", &s->clients);
    put_isolate(j, s);
    hunt_json_list(j, "block", "block_more", &s->block);
    put_answers(j, s);
    json_time(j, "first", s->first);
    json_time(j, "last", s->last);
    json_open_array(j, "findings");
    for (size_t i = 0; i < s->finding_n; i++)
        json_string(j, NULL, s->findings[i]->id);
    json_close(j);
    put_links(j, s);
    put_timeline(j, s);
}
