/* SPDX-License-Identifier: Apache-2.0 */
/* known/agent.h: what a User-Agent says about the program behind it. A claim, never a proof: everyone may send any
 * text. Called once per distinct text; only the first AGENT_READ_MAX bytes are looked at, the time is linear. */
#ifndef KONSEKI_KNOWN_AGENT_H
#define KONSEKI_KNOWN_AGENT_H

#include "base/span.h"

enum { AGENT_READ_MAX = 1024, AGENT_TEMPLATE_MAX = 256 };

/* An agent that the layout does not log has no class: ask only where the field is logged. */
enum agent_class {
    AGENT_BROWSER,    /* claims to be a browser that a person drives, and nothing else */
    AGENT_SYSTEM,     /* claims to be a part of the operating system: BITS, CryptoAPI, NCSI, WinHTTP, APT ... */
    AGENT_TOOL,       /* a library or tool anyone scripts: curl, python-requests, Go, PowerShell, plink, Java ... */
    AGENT_SELF_NAMED, /* a program with a name of its own: FooWidget/1.2, an Electron application, a robot */
    AGENT_BLANK,      /* logged, but empty (event_is_blank_text) */
    AGENT_CLASS_COUNT
};
extern const char *const agent_class_keys[AGENT_CLASS_COUNT]; /* "browser" "system" "tool" "self_named" "blank" */

enum agent_class known_agent_class(span agent);

/* The agent without what differs between two versions or two machines: versions, serials, GUIDs, hex runs and dates
 * become one '#'. Words, their order and their letter case stay: MSIE and Chrome never meet. Writes at most `max`
 * bytes (AGENT_TEMPLATE_MAX is meant), no NUL, and returns how many; a blank agent gives 0. */
size_t known_agent_template(span agent, char *out, size_t max);

/* "Windows NT 10.0" (a part of `agent` where it is spelled there), "Windows", "Windows Phone", "Mac OS X", "Linux",
 * "Android", "iOS", "ChromeOS"; {NULL,0} where it does not say. A family and, for Windows NT, its version. */
span known_agent_os(span agent);

/* A browser hardly any living person uses: MSIE, Netscape, Presto Opera, Chrome and Firefox below 60, EdgeHTML,
 * Safari below 10. Programs that hard-code an agent keep it for decades. False for anything but AGENT_BROWSER. */
bool known_agent_is_old_browser(span agent);

#endif
