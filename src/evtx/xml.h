/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/xml.h: events as XML text: what wevtutil and Event Viewer write. Each event is a document of its own for the
 * parser, so that one that is damaged costs no other. */
#ifndef KONSEKI_EVTX_XML_H
#define KONSEKI_EVTX_XML_H

#include "evtx/frame.h"
#include "evtx/shape.h"

struct xml;

struct xml *xml_open(void);
void xml_close(struct xml *x);
/* Appends a line for each whole event of the UTF-8 text, which begins at byte `offset`. *consumed: bytes that are done;
 * the rest is the beginning of an event, unless nothing follows: `is_last`. */
struct tally xml_read(struct xml *x, span text, uint64_t offset, bool is_last, struct text *out, size_t *consumed);

#endif
