/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz.h: what every fuzz target defines; libFuzzer or replay.c calls it. */
#ifndef KONSEKI_FUZZ_H
#define KONSEKI_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
