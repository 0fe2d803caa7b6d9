/* SPDX-License-Identifier: Apache-2.0 */
/* app/sandbox.h: what the process may still do once log content is read: read files, write its temporary
 * file and what is open already. No new program, no socket, no other process. */
#ifndef KONSEKI_SANDBOX_H
#define KONSEKI_SANDBOX_H

#include "base/fault.h"

/* Landlock where the kernel has it: read below `inputs` (and system libraries' data), write below `tmp`;
 * seccomp: no exec, no sockets, no ptrace. A kernel without one of the two is no fault: what it offers is used. */
fault sandbox_enter(const char *const *inputs, size_t n, const char *tmp) MUST_USE;

#endif
