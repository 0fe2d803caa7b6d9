/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/box.h: what the process may still do once it reads what an attacker wrote: read and write what is open, wait, take
 * and give back memory, end. Nothing else: no file, no program, no socket, no thread. */
#ifndef KONSEKI_EVTX_BOX_H
#define KONSEKI_EVTX_BOX_H

#include "base/fault.h"

/* For all threads of the process. A kernel without seccomp is no fault. */
fault box_close(void) MUST_USE;

#endif
