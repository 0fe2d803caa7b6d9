/* SPDX-License-Identifier: Apache-2.0 */
/* detect/rdp_loopback.h: what that detector measured, for stories that hold it. */
#ifndef KONSEKI_RDP_LOOPBACK_H
#define KONSEKI_RDP_LOOPBACK_H

#include "detect/windows_view.h"

/* Sessions of one computer that lie in rows of one client and host, or in none that is known. */
struct rdp_measure {
    const struct windows_view *view;
    size_t best;                       /* the segment that decides, in view->sessions->segments */
    const struct rdp_segment *segment;
    const struct rdp_session *session;
    const struct join *join;
    const struct offered *joined;      /* NULL: no row */
    const struct tunneller *by;        /* its process */
    const struct rdp_tries *tries;     /* NULL: none */
    uint64_t segments;                 /* 0: passwords were tried, and nobody came; then session and segment are empty */
    bool is_open;                      /* one of them has no end */
    int64_t *starts, *ends;            /* of the first RDP_STEPS_MAX, by the proxy's clock; equal where open */
    size_t step_n;
};
enum { RDP_STEPS_MAX = 20 };

/* detect/rdp_catch.c: the detector's look at computers. */
void rdp_catch(struct catcher *c, const struct windows_view *w);
/* Failed tries of remote desktop, each once. */
uint64_t rdp_failed(const struct rdp_tries *t);
enum { RDP_KNOB_MIN_TRIES = 5 };

/* "EXAMPLE\admin01"; "-" where no event names anybody. */
span rdp_account(arena *a, const struct rdp_session *s);
/* "UTC+03:00" */
span rdp_zone(arena *a, int minutes);
/* The command line as far as a sentence takes it. */
enum { RDP_COMMAND_SHOWN = 160 };
/* Did a program that is made for it (mstsc.exe), of this very machine, connect? Then nobody came from afar. */
bool rdp_is_own_client(const struct tunneller *t);

#endif
