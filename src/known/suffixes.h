/* SPDX-License-Identifier: Apache-2.0 */
/* known/suffixes.h: what the list of lists needs of the suffixes. */
#ifndef KONSEKI_KNOWN_SUFFIXES_H
#define KONSEKI_KNOWN_SUFFIXES_H

#include "finding/finding.h"
#include "known/domain.h"

struct list_used suffixes_list(const struct suffixes *s);
/* Is it a top-level domain that the list has? One label, lower case, A-label. */
bool suffixes_is_top_level(const struct suffixes *s, span label);

#endif
