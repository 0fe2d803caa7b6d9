/* SPDX-License-Identifier: Apache-2.0 */
/* known/known.h: everything this floor knows about names. */
#ifndef KONSEKI_KNOWN_H
#define KONSEKI_KNOWN_H

#include "known/agent.h"
#include "known/domain.h"
#include "known/file.h"
#include "known/service.h"

#endif
