/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/message.h: what Event Viewer shows of an event, back to the fields it was made of. English and Japanese. */
#ifndef KONSEKI_EVTX_MESSAGE_H
#define KONSEKI_EVTX_MESSAGE_H

#include "evtx/shape.h"

/* Adds the fields that the message names to the shape. */
void message_read(struct shape *s, span event_id, span provider, span message);

/* The provider's name and its channel, by what the column Source has of it; the channel is empty where it is not known. */
struct message_source { span provider, channel; };
struct message_source message_source(span source);

#endif
