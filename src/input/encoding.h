/* SPDX-License-Identifier: Apache-2.0 */
/* input/encoding.h: how text is encoded, and which encoding bytes are in. */
#ifndef KONSEKI_ENCODING_H
#define KONSEKI_ENCODING_H

#include "input/layer.h"

enum { ENCODING_SAMPLE = 64 * 1024 };  /* bytes from the first ones that are not UTF-8 on */

const char *encoding_name(enum text_encoding e);
/* By byte-order mark, or by the NULs that ASCII has in UTF-16: little or big endian, else ENCODING_AUTO. */
enum text_encoding encoding_utf16(span head);
/* Bytes that begin with some that are not UTF-8: CP932, EUC-JP, or UTF-8 with stray bytes (ENCODING_UTF8), or none
 * of them (ENCODING_UNKNOWN). */
enum text_encoding encoding_guess(span sample);
/* Length of the longest beginning of `s` that is UTF-8 or a UTF-8 character cut off by its end. */
size_t encoding_utf8_prefix(span s);

/* decode.c: the layer below, from `from` on, as UTF-8. Borrows `below`. */
struct layer *decode_new(struct layer *below, uint64_t from, enum text_encoding e, const input_options *o);
/* text.c: the layer below as UTF-8, whatever it is; owns it. */
struct layer *text_new(struct layer *below, const input_options *o);
enum text_encoding text_is(const struct layer *l);
/* Is text decoded, here or further on, as far as is known? */
bool text_decodes(const struct layer *l);
/* Bytes of the layer below that somebody else read: do they pass as they are? What went before them was read or asked. */
bool text_passes(struct layer *l, uint64_t offset, span bytes, bool is_ascii);

#endif
