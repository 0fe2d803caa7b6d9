/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/registry.h"

#define DETECTOR(name) &detector_##name,
const struct detector *const detectors[] = {
#include "detect/detector_list.inc"
};
#undef DETECTOR
const size_t detector_n = COUNT_OF(detectors);
