/* SPDX-License-Identifier: Apache-2.0 */
/* detect/catching.h: from rows to a candidate: the counting that all detectors share. */
#ifndef KONSEKI_CATCHING_H
#define KONSEKI_CATCHING_H

#include "detect/registry.h"

/* A new candidate of the pair, without rows; `measure` points to `measure_size` zeroed bytes. */
struct candidate *catch_new(struct catcher *c, const struct detector *detector, const struct pair *p,
                            size_t measure_size);
/* A new candidate of a computer's event logs: without rows, client and host until its detector knows them; what
 * `computer` points to lives as long as the findings. */
struct candidate *catch_computer(struct catcher *c, const struct detector *detector, span computer, size_t measure_size);
/* Of the candidates from place `from` on, those of one partition, keeps CANDIDATES_KEPT: a choice by their names that
 * no thread can change. The others are counted as leads. */
enum { CANDIDATES_KEPT = 4096 };
void catch_limit(struct catcher *c, size_t from);
/* Counts a row into the candidate: first, last, events, outcome, flags; bytes and duration where it went through.
 * Rows in order of time. */
void catch_count(struct candidate *c, const struct row *r);
/* Keeps a row as evidence, once. What decides comes first, then rows in order of time: where CANDIDATE_ROWS_MAX are
 * kept, a later one takes the last place, so that the last row of all is among them. */
void catch_evidence(struct candidate *c, const struct row *r);
/* Agent of the candidate and how it stands to the client. */
void catch_agent(const struct detecting *d, struct candidate *c, uint32_t agent, enum field_state state);
/* Evidence in order of time; call it when all was kept. */
void catch_sort(struct candidate *c);

/* Leads: one kind of evidence only. Counted; the most eventful of each partition are kept to be listed. The first
 * DETECTOR_COUNT kinds are the detectors' own: what nearly became their finding. */
enum lead_kind { LEAD_AGENT = DETECTOR_COUNT, LEAD_NO_REFERER, LEAD_RARE_HOST, LEAD_NEW_HOST,
                 LEAD_OFF_HOURS, LEAD_KINDS };
const char *lead_key(size_t kind);   /* "tunnel" ... "agent" "no_referer" "rare_host" ... */
enum { LEADS_KEPT = 16 };   /* per kind and partition */
struct lead { uint32_t client, host, agent; uint64_t events, order; int64_t first, last; };
struct lead_list { struct lead items[LEAD_KINDS][LEADS_KEPT]; size_t n[LEAD_KINDS]; uint64_t count[LEAD_KINDS]; };
void catch_lead(struct catcher *c, size_t kind, const struct pair *p, uint32_t agent);

#endif
