/* SPDX-License-Identifier: Apache-2.0 */
/* input/events.h: Windows events as lines of JSON. What takes them apart is another program, konseki-evtx, in a box of its
 * own. */
#ifndef KONSEKI_EVENTS_H
#define KONSEKI_EVENTS_H

struct event_reader;

/* Starts konseki-evtx, which lies beside this program; `program`: another one, for tests. Before the sandbox closes. Where it
 * cannot be started, whoever asks it later hears why: never NULL. */
struct event_reader *event_reader_start(const char *program, unsigned threads);
void event_reader_stop(struct event_reader *r);   /* NULL is fine */

#endif
