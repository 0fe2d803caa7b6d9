/* SPDX-License-Identifier: Apache-2.0 */
/* app/list_file.h: the files that the user names beside the logs: lists of indicators, tables of machines, options. */
#ifndef KONSEKI_LIST_FILE_H
#define KONSEKI_LIST_FILE_H

#include "app/options.h"
#include "known/clients.h"

enum { LIST_FILE_MAX = 256 << 20, OPTION_FILE_MAX = 4 << 20 };

/* The whole file in `a`, at most `max` bytes, a NUL behind it; `option` is for the message. Before the sandbox closes. */
fault file_text(arena *a, const char *option, const char *path, size_t max, span *text) MUST_USE;
/* The same of a list, which Excel may have saved as CP932 or UTF-16: as UTF-8, at most LIST_FILE_MAX bytes as stored. */
fault list_text(arena *a, const char *option, const char *path, span *text) MUST_USE;
/* The table of --clients; NULL where none is given. */
fault list_clients(arena *a, const struct options *o, struct clients **out) MUST_USE;

#endif
