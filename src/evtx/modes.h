/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/modes.h: the two ways in which konseki-evtx is used. Both return an exit code. */
#ifndef KONSEKI_EVTX_MODES_H
#define KONSEKI_EVTX_MODES_H

#include "base/fault.h"

enum { EVTX_DONE = 0, EVTX_USAGE = 2, EVTX_INPUT = 3, EVTX_INTERNAL = 4 }; /* as konseki's own */

/* serve.c: answers the requests of evtx/frame.h that come on standard input, until it ends. */
int evtx_serve(unsigned threads);
/* files.c: writes the events of the files to standard output, what is to say of them to standard error. */
int evtx_files(const char *const *paths, size_t n, unsigned threads);

/* io.c: all n bytes, or less at the end; false: `errno` says why not. */
bool io_read(int fd, void *buffer, size_t n, size_t *got) MUST_USE;
bool io_write(int fd, const void *bytes, size_t n) MUST_USE;
/* A line for a person, on standard error: bytes of paths are escaped. */
void io_say(const char *text);

#endif
