/* SPDX-License-Identifier: Apache-2.0 */
/* report/check_json.h: the parts of check's JSON that have a file of their own. */
#ifndef KONSEKI_REPORT_CHECK_JSON_H
#define KONSEKI_REPORT_CHECK_JSON_H

#include "audit/windows.h"
#include "report/hunt_json.h"

void check_json_windows(struct json *j, const struct windows_audit *w);   /* "windows"; null where no event log was read */

#endif
