/* SPDX-License-Identifier: Apache-2.0 */
/* detect/download.h: what other detectors ask of a download. */
#ifndef KONSEKI_DOWNLOAD_H
#define KONSEKI_DOWNLOAD_H

#include "detect/detector.h"

/* A program from a host that hardly anyone uses, fetched not with the client's own browser, or under the name
 * of an intruder's tool or of a part of Windows. */
bool download_is_tool(const struct detecting *d, const struct candidate *c);
/* Is it under such a name? `c` is a download. */
bool download_is_named(const struct candidate *c);

#endif
