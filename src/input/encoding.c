/* SPDX-License-Identifier: Apache-2.0 */
#include "input/encoding.h"

#include "base/sink.h"

static const struct encoding_rule { enum text_encoding encoding; const char *name; } encodings[] = {
    {ENCODING_AUTO, "auto"}, {ENCODING_UTF8, "utf-8"}, {ENCODING_UTF16LE, "utf-16le"}, {ENCODING_UTF16BE, "utf-16be"},
    {ENCODING_CP932, "cp932"}, {ENCODING_EUCJP, "euc-jp"}, {ENCODING_UNKNOWN, "unknown"},
};

const char *encoding_name(enum text_encoding e) { return encodings[e].name; }

bool input_encoding(span name, enum text_encoding *out)
{
    for (size_t i = 0; i < COUNT_OF(encodings); i++) {
        if (encodings[i].encoding != ENCODING_UNKNOWN && span_eq_nocase(name, span_str(encodings[i].name))) {
            *out = encodings[i].encoding;
            return true;
        }
    }
    return false;
}

/* ASCII in UTF-16 has a NUL in every second byte, and hardly one in the others. */
enum text_encoding encoding_utf16(span head)
{
    if (span_starts(head, SPAN("\xff\xfe")))
        return ENCODING_UTF16LE;
    if (span_starts(head, SPAN("\xfe\xff")))
        return ENCODING_UTF16BE;
    size_t nuls[2] = {0, 0}, half = head.n / 2;
    for (size_t i = 0; i < half * 2; i++)
        nuls[i % 2] += head.p[i] == 0;
    size_t most = nuls[0] > nuls[1] ? nuls[0] : nuls[1], least = nuls[0] + nuls[1] - most;
    if (half < 16 || most <= half / 10 * 7 || least >= half / 20 + 1)
        return ENCODING_AUTO;
    return nuls[1] > nuls[0] ? ENCODING_UTF16LE : ENCODING_UTF16BE;
}

size_t encoding_utf8_prefix(span s)
{
    size_t at = 0;
    while (at < s.n) {
        uint32_t point;
        size_t n = (unsigned char)s.p[at] < 0x80 ? 1 : utf8_read(span_skip(s, at), &point);
        if (n == 0)
            break;
        at += n;
    }
    return at;
}

/* ---- which of the two ---- */

struct tally {
    size_t pairs;     /* characters of two bytes that Japanese text is made of */
    size_t rare;      /* others of two bytes */
    size_t halves;    /* half-width kana, of one byte */
    size_t adjacent;  /* pairs beside another pair or kana: words are longer than one character */
    size_t wrong;     /* bytes that no character of the encoding begins or goes on with */
};

static void count(struct tally *t, bool is_pair, bool is_common, bool *beside)
{
    t->adjacent += *beside && is_pair;
    t->pairs += is_pair && is_common;
    t->rare += is_pair && !is_common;
    t->halves += !is_pair;
    *beside = true;
}

/* JIS X 0208 in Shift_JIS as Windows has it: leads 81-9F and E0-FC, of which text in daily use needs those to 9F
 * (signs, kana, the first and half of the second level of kanji); half-width kana A1-DF. */
static struct tally tally_cp932(const unsigned char *p, size_t n)
{
    struct tally t = {0};
    bool beside = false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = p[i], next = i + 1 < n ? p[i + 1] : 0;
        if (c < 0x80) {
            beside = false;
        } else if (c >= 0xa1 && c <= 0xdf) {
            count(&t, false, true, &beside);
        } else if (c == 0x80 || c == 0xa0 || c > 0xfc || next < 0x40 || next == 0x7f || next > 0xfc) {
            t.wrong += i + 1 < n;
            beside = false;
        } else {
            count(&t, true, c <= 0x9f, &beside);
            i++;
        }
    }
    return t;
}

/* JIS X 0208 with the high bits set: kana in rows A4 and A5, the first level of kanji B0-CF, the second D0-F4; 8E
 * before half-width kana, 8F before the rare kanji of JIS X 0212. */
static struct tally tally_eucjp(const unsigned char *p, size_t n)
{
    struct tally t = {0};
    bool beside = false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = p[i], next = i + 1 < n ? p[i + 1] : 0;
        bool is_lead = (c >= 0xa1 && c <= 0xfe) || c == 0x8e || c == 0x8f;
        if (c < 0x80) {
            beside = false;
        } else if (!is_lead || next < 0xa1 || next > (c == 0x8e ? 0xdf : 0xfe)) {
            t.wrong += i + 1 < n;
            beside = false;
        } else {
            count(&t, c != 0x8e, c <= 0xd4, &beside);
            i += 1 + (c == 0x8f);
        }
    }
    return t;
}

/* Bytes from 80 on that are part of a valid UTF-8 character, and those that are not. */
static void tally_utf8(span s, size_t *valid, size_t *stray)
{
    for (size_t i = 0; i < s.n;) {
        uint32_t point;
        bool high = (unsigned char)s.p[i] >= 0x80;
        size_t n = high ? utf8_read(span_skip(s, i), &point) : 1;
        *valid += high ? n : 0;
        *stray += n == 0;
        i += n ? n : 1;
    }
}

/* Hardly a byte is wrong, and what is there looks like words: a stray Latin-1 letter or a typographic apostrophe makes
 * single, rare characters. */
static bool is_plausible(const struct tally *t)
{
    size_t all = t->pairs + t->rare + t->halves;
    return all >= 2 && t->wrong <= all / 50 && t->rare <= (t->pairs + t->halves) / 2 && 3 * (t->adjacent + t->halves) >= all;
}

enum text_encoding encoding_guess(span sample)
{
    size_t valid = 0, stray = 0;
    tally_utf8(sample, &valid, &stray);
    if (valid > 2 * stray)
        return ENCODING_UTF8;
    struct tally sjis = tally_cp932((const unsigned char *)sample.p, sample.n);
    struct tally euc = tally_eucjp((const unsigned char *)sample.p, sample.n);
    bool is_sjis = is_plausible(&sjis), is_euc = is_plausible(&euc);
    if (is_sjis && is_euc) /* EUC-JP read as CP932 is mostly half-width kana */
        return sjis.halves > sjis.pairs ? ENCODING_EUCJP : ENCODING_CP932;
    return is_sjis ? ENCODING_CP932 : is_euc ? ENCODING_EUCJP : ENCODING_UNKNOWN;
}
