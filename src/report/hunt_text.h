/* SPDX-License-Identifier: Apache-2.0 */
/* report/hunt_text.h: the parts of hunt's screen, in the order a tired person needs them. */
#ifndef KONSEKI_REPORT_HUNT_TEXT_H
#define KONSEKI_REPORT_HUNT_TEXT_H

#include "finding/finding.h"
#include "report/page.h"
#include "report/report.h"

struct screen {
    struct page page;
    const struct hunt_result *r;
    const struct report_options *options;
    size_t stories[ACTION_COUNT];   /* how many there are of each */
};

void screen_head(struct screen *s);      /* what was read, what came out, what cannot be seen */
void screen_stories(struct screen *s);
void screen_why(struct screen *s, const struct story *story);
void screen_nothing_found(struct screen *s);
void screen_ask_owner(struct screen *s);
void screen_explained(struct screen *s);
void screen_below(struct screen *s);     /* --all: findings in no story */
void screen_leads(struct screen *s);     /* --leads */
void screen_could_not_look(struct screen *s);
/* The inputs it is of, in words; {NULL,0}: all of them. */
span screen_where(struct screen *s, const struct could_not_look *c);
void screen_inputs(struct screen *s);    /* what is remarkable about them, and what could not be read */
void screen_notes(struct screen *s);

/* a, then b, punctuated: "a; b" (or another English mark), in Japanese "a。b"; no second stop after a stop. */
span screen_clauses(struct screen *s, span a, const char *english, span b);
/* What stays open, and what that means. */
span screen_question(struct screen *s, const struct could_not_look *c);
/* One finding in a line: who -> where, what; and its score. */
span screen_finding(struct screen *s, const struct finding *f);
span screen_finding_scored(struct screen *s, const struct finding *f);
/* A story in a line: its title, who -> where. */
span screen_story_line(struct screen *s, const struct story *story);
/* "a", "b": with `between`; "and N more" where some are not listed. */
span screen_list(struct screen *s, const struct text_list *list, const char *between);
/* The names of the fields in `bits`, in the reader's language. */
span screen_fields(struct screen *s, uint64_t bits);
/* The client and, where known, its name: "127.0.1.13 (pc13)". */
span screen_client(struct screen *s, span client, span name);
/* "PC01" of PC01.corp.example. */
span screen_short(span computer);
/* "2026-11-21 21:19:32": with the date, whatever the sentences do. */
struct fact screen_moment(struct screen *s, const char *name, int64_t ms);
uint64_t screen_lead_sum(const struct hunt_result *r);
uint64_t screen_explained_sum(const struct hunt_result *r);
/* Blank agents and agents that do not apply are told apart. */
span screen_agent(struct screen *s, span agent);
span screen_zone(struct screen *s, int minutes);

#endif
