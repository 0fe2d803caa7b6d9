/* SPDX-License-Identifier: Apache-2.0 */
/* windows/command.h: what a command line says of forwarding. Facts, no verdict: administrators forward ports too. */
#ifndef KONSEKI_WINDOWS_COMMAND_H
#define KONSEKI_WINDOWS_COMMAND_H

#include "base/span.h"

enum {
    COMMAND_TOOL = 1,                /* a program of the list in command.c: ssh, plink, chisel, ngrok ... */
    COMMAND_REMOTE_FORWARD = 2,      /* -R host:port..., R:...: the far side gets a way in */
    COMMAND_LOCAL_FORWARD = 4,       /* -L ...:3389 */
    COMMAND_SOCKS = 8,               /* -D port, socks */
    COMMAND_RDP_PORT = 16,           /* a port that is 3389 */
    COMMAND_NO_SHELL = 32,           /* -N, /N: nothing but forwarding */
    COMMAND_PROXY = 64,              /* ProxyCommand, -proxycmd, --proxy, connect through HTTP */
    COMMAND_PASSWORD = 128           /* -pw: the password stands in it */
};
struct command { const char *tool; unsigned says; };   /* tool NULL: none of the list */

/* `image` is the program's path, `line` its command line; either may be {NULL,0}. Linear; reads COMMAND_READ_MAX bytes. */
enum { COMMAND_READ_MAX = 8192 };
struct command command_read(span image, span line);
/* Does it forward something? A tool alone (ssh to a server) does not. */
static inline bool command_forwards(struct command c)
{
    return c.says & (COMMAND_REMOTE_FORWARD | COMMAND_LOCAL_FORWARD) || (c.tool && c.says & (COMMAND_RDP_PORT | COMMAND_SOCKS));
}

#endif
