/* SPDX-License-Identifier: Apache-2.0 */
/* detect/registry.h: all detectors, from the list in this folder's meson.build, in the order in which
 * candidates are judged: a download may point to a beacon that was judged before it. */
#ifndef KONSEKI_REGISTRY_H
#define KONSEKI_REGISTRY_H

#include "detect/detector.h"

#define DETECTOR(name) DETECTOR_##name,
enum detector_index {
#include "detect/detector_list.inc"
    DETECTOR_COUNT
};
#undef DETECTOR

#define DETECTOR(name) extern const struct detector detector_##name;
#include "detect/detector_list.inc"
#undef DETECTOR

#endif
