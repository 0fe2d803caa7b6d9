/* SPDX-License-Identifier: Apache-2.0 */
/* The fuzzer's own test: it must find this crash within seconds. It does so only where the library is instrumented
 * too (span_starts_nocase has to give its comparisons away) and where reading one byte too many is seen. */
#include "fuzz.h"

#include "base/span.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!span_starts_nocase(span_of((const char *)data, size), SPAN("alarm")))
        return 0;
    char *volatile copy = malloc(size);
    if (!copy)
        return 0;
    memcpy(copy, data, size);
    int one_too_many = copy[size] == 'x';
    free(copy);
    return one_too_many ? -1 : 0;
}
