/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that reads a name an attacker chose: agent, host, path, MIME type. Beside the sanitizers, what must hold:
 * a template fits and is the template of itself, a domain is the end of its host, a file's name lies in its path. */
#include "fuzz.h"

#include "known/known.h"

#include <stdlib.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void try_agent(span agent)
{
    char once[AGENT_TEMPLATE_MAX], twice[AGENT_TEMPLATE_MAX];
    size_t n = known_agent_template(agent, once, sizeof once);
    require(n <= sizeof once);
    size_t m = known_agent_template(span_of(once, n), twice, sizeof twice);
    require(m <= n);
    enum agent_class class = known_agent_class(agent);
    require(class < AGENT_CLASS_COUNT);
    require(!known_agent_is_old_browser(agent) || class == AGENT_BROWSER);
    require(known_agent_os(agent).n <= 16);
}

static void try_path(span path)
{
    span name, meant = {NULL, 0};
    enum file_class class = known_file(path, &name);
    require(class < FILE_CLASS_COUNT && known_mime_class(path) < FILE_CLASS_COUNT);
    require(name.n <= path.n && (name.n == 0 || (name.p >= path.p && name.p + name.n <= path.p + path.n)));
    require(!known_tool_name(name) || file_is_payload(class));
    require((known_system_binary(name, &meant) == SYSTEM_NAME_NONE) == (meant.n == 0));
}

static void try_host(const struct suffixes *suffixes, span host)
{
    span domain = known_domain(suffixes, host);
    require(domain.n <= host.n && domain.p + domain.n == host.p + host.n);
    const struct behaviour seen = {SHAPE_POLL, 60, 1, 500, 500, 80};
    known_service(host, host, &seen, 1795219200000);
    known_remote_service(host);
    known_is_dynamic_dns(host);
    known_is_signer_domain(host);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct suffixes *suffixes;
    if (!suffixes && known_suffixes_open(&suffixes).kind)
        abort();
    span s = span_of((const char *)data, size);
    try_agent(s);
    try_path(s);
    try_host(suffixes, s);
    return 0;
}
