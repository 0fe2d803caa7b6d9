/* SPDX-License-Identifier: Apache-2.0 */
/* app/option_values.h: what options' values mean. Faults name the option and what is expected. */
#ifndef KONSEKI_OPTION_VALUES_H
#define KONSEKI_OPTION_VALUES_H

#include "app/options.h"

/* Into the member at rule->at ... */
option_taker take_flag;       /* bool: it is given */
option_taker take_text;       /* const char * */
option_taker take_span;
option_taker take_word;       /* struct words: one more */
option_taker take_file;       /* span: the file's text */
option_taker take_time;       /* int64_t, ms UTC; without a zone it is noted as such */
option_taker take_duration;   /* int64_t, ms: 500ms 90s 5m 2h 1d; a plain number is seconds */
option_taker take_zone;       /* int, minutes east */
option_taker take_size;       /* size_t, bytes: 4096 64K 64M 4G, powers of 1024 */
option_taker take_number;     /* uint64_t, at least 1 */
option_taker take_block;      /* input.block=SIZE */
/* ... and those with a meaning of their own. */
option_taker take_form, take_tz, take_lang, take_threads, take_set, take_fields, take_encoding,
    take_passwords, take_config, take_proxy, take_client;

#endif
