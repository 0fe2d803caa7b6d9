/* SPDX-License-Identifier: Apache-2.0 */
#include "windows/command.h"

enum { TOKENS_MAX = 256 };

/* TOOL(stem, why): programs that forward ports, by the name they are delivered under, in lower case without .exe. A renamed
 * one is known by its options alone. */
#define TOOL(stem, why) {stem, sizeof stem - 1},
static const struct { const char *stem; size_t n; } tools[] = {
    TOOL("ssh", "OpenSSH, also as Windows delivers it")
    TOOL("autossh", "restarts ssh")
    TOOL("plink", "PuTTY without a window")
    TOOL("putty", "PuTTY")
    TOOL("klink", "KiTTY without a window")
    TOOL("kitty", "a relative of PuTTY")
    TOOL("stnlc", "Bitvise, without a window")
    TOOL("bvssh", "Bitvise")
    TOOL("myentunnel", "keeps plink running")
    TOOL("chisel", "TCP over HTTP with SSH inside")
    TOOL("ngrok", "a tunnel to a service of that name")
    TOOL("cloudflared", "a tunnel to Cloudflare")
    TOOL("frpc", "the client of frp, a reverse proxy")
    TOOL("npc", "the client of nps, a reverse proxy")
    TOOL("rathole", "a reverse proxy")
    TOOL("bore", "a tunnel to bore.pub or a server of one's own")
    TOOL("gost", "chains of proxies")
    TOOL("iox", "forwards ports")
    TOOL("lcx", "forwards ports, from htran")
    TOOL("htran", "forwards ports")
    TOOL("ew", "EarthWorm, SOCKS both ways")
    TOOL("stowaway_agent", "chains of agents")
    TOOL("revsocks", "SOCKS from inside")
    TOOL("rsocx", "SOCKS from inside")
    TOOL("ligolo-ng", "a network through a tunnel")
    TOOL("wstunnel", "TCP over WebSocket")
    TOOL("socat", "joins any two ends")
    TOOL("ncat", "joins two ends, speaks to proxies")
    TOOL("stunnel", "TLS around a port")
};
#undef TOOL

static const char *tool_of(span path)
{
    cut back = span_rcut(path, '\\'), slash = span_rcut(back.found ? back.tail : path, '/');
    span name = slash.found ? slash.tail : slash.head;
    if (span_ends_nocase(name, SPAN(".exe")))
        name = span_take(name, name.n - 4);
    for (size_t i = 0; i < COUNT_OF(tools); i++)
        if (span_eq_nocase(name, span_of(tools[i].stem, tools[i].n)))
            return tools[i].stem;
    return NULL;
}

/* One word off the line; quotes hold one together, and are dropped where they are all around it. */
static span next_word(span *rest)
{
    span s = span_trim(*rest);
    bool is_quoted = false;
    size_t n = 0;
    while (n < s.n && (is_quoted || (s.p[n] != ' ' && s.p[n] != '\t')))
        is_quoted ^= s.p[n++] == '"';
    span word = span_take(s, n);
    *rest = span_skip(s, n);
    if (word.n > 1 && word.p[0] == '"' && word.p[word.n - 1] == '"')
        word = span_of(word.p + 1, word.n - 2);
    return word;
}

static bool is_port(span s)
{
    uint64_t port;
    return span_u64(s, &port) && port && port <= UINT16_MAX;
}

/* [address:]port:host:port, or, for -R and -D, a port alone. */
static bool is_forward(span s, bool may_be_port)
{
    cut last = span_rcut(s, ':');
    if (span_cut(s, '\\').found)
        return false;
    if (!last.found)
        return may_be_port && is_port(s);
    cut host = span_rcut(last.head, ':');
    return is_port(last.tail) && (host.found || may_be_port);
}

/* Does the number stand there by itself? */
static bool has_rdp_port(span s)
{
    for (size_t at = span_find(s, SPAN("3389")); at != SIZE_MAX; at = span_find(s, SPAN("3389"))) {
        bool is_begun = at && ascii_digit(s.p[at - 1]), goes_on = at + 4 < s.n && ascii_digit(s.p[at + 4]);
        if (!is_begun && !goes_on)
            return true;
        s = span_skip(s, at + 4);
    }
    return false;
}

/* -fNT: several options of one letter. */
static bool is_letters(span word)
{
    if (word.n < 2 || word.n > 8 || word.p[0] != '-')
        return false;
    for (size_t i = 1; i < word.n; i++)
        if (!ascii_alpha(word.p[i]))
            return false;
    return true;
}

static bool is_no_shell(span word, const char *tool)
{
    bool is_ssh = tool && span_ends(span_str(tool), SPAN("ssh"));
    return span_eq(word, SPAN("-N")) || (is_ssh && is_letters(word) && memchr(word.p, 'N', word.n));
}

static bool names_proxy(span word)
{
    static const span names[] = {{"ProxyCommand", 12}, {"-proxycmd", 9}, {"--proxy", 7}, {"--http-proxy", 12}, {"corkscrew", 9},
                                 {"connect.exe", 11}, {"connect-proxy", 13}};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (span_contains_nocase(word, names[i]))
            return true;
    return false;
}

/* -R spec, -Rspec, -NTR spec: what stands behind the letter. */
static bool option_value(span word, span next, char letter, span *value)
{
    bool is_last = is_letters(word) && word.p[word.n - 1] == letter;
    if (!is_last && (word.n < 2 || word.p[0] != '-' || word.p[1] != letter))
        return false;
    *value = is_last ? next : span_skip(word, 2);
    return true;
}

static unsigned word_says(span word, span next, const char *tool)
{
    span value;
    unsigned says = has_rdp_port(word) ? COMMAND_RDP_PORT : 0;
    if (option_value(word, next, 'R', &value) && is_forward(value, tool != NULL))
        says |= COMMAND_REMOTE_FORWARD;
    if (option_value(word, next, 'L', &value) && is_forward(value, false) && has_rdp_port(value))
        says |= COMMAND_LOCAL_FORWARD;
    if (option_value(word, next, 'D', &value) && is_forward(value, true))
        says |= COMMAND_SOCKS;
    if (span_starts(word, SPAN("R:")))
        says |= COMMAND_REMOTE_FORWARD | (span_contains_nocase(word, SPAN("socks")) ? COMMAND_SOCKS : 0);
    if (span_eq(word, SPAN("-pw")))
        says |= COMMAND_PASSWORD;
    return says | (is_no_shell(word, tool) ? COMMAND_NO_SHELL : 0) | (names_proxy(word) ? COMMAND_PROXY : 0);
}

struct command command_read(span image, span line)
{
    span rest = span_take(line, COMMAND_READ_MAX);
    span word = next_word(&rest);
    struct command c = {.tool = tool_of(image)};
    c.tool = c.tool ? c.tool : tool_of(word);
    for (size_t i = 0; i < TOKENS_MAX && rest.n; i++) {
        word = next_word(&rest);
        span ahead = rest;
        c.says |= word_says(word, next_word(&ahead), c.tool);
    }
    c.says |= c.tool ? COMMAND_TOOL : 0;
    return c;
}
