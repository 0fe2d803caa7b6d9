/* SPDX-License-Identifier: Apache-2.0 */
/* known/file.c: classes by extension and MIME type; names of tools and of Windows' own programs. */
#include "known/file.h"

const char *const file_class_keys[FILE_CLASS_COUNT] = {"none", "executable", "archive", "script", "other"};

struct classed {
    span text;
    enum file_class class;
};

/* known_file and known_mime_class are asked for every row: eight bytes are compared at once, a type's length first. */
static const struct {
    char text[8]; /* padded with NUL */
    enum file_class class;
} extensions[] = {
#define EXTENSION(class, text) {text, FILE_##class},
#include "known/extensions.def"
#undef EXTENSION
};

static const struct classed mimes[] = {
#define MIME(class, text) {{text, sizeof(text) - 1}, FILE_##class},
#include "known/mimes.def"
#undef MIME
};

static const struct tool_name tools[] = {
#define TOOL(stem, why) {stem, why},
#include "known/tools.def"
#undef TOOL
};

static const span system_names[] = {
#define SYSTEM_NAME(stem) {stem, sizeof(stem) - 1},
#define NO_LOOKALIKE(stem)
#include "known/system_names.def"
#undef SYSTEM_NAME
#undef NO_LOOKALIKE
};

static const span no_lookalikes[] = {
#define SYSTEM_NAME(stem)
#define NO_LOOKALIKE(stem) {stem, sizeof(stem) - 1},
#include "known/system_names.def"
#undef SYSTEM_NAME
#undef NO_LOOKALIKE
};

enum { NAME_MAX_BYTES = 64 }; /* a longer name is no tool's: all of them are short */

/* A file name for comparison: its last NAME_MAX_BYTES bytes, %XX decoded once, lower case, without trailing dots and
 * blanks (Windows drops them). */
struct plain_name {
    char text[NAME_MAX_BYTES];
    size_t n;
    bool is_whole;
};

static struct plain_name plain_name_of(span name)
{
    struct plain_name out = {.n = 0, .is_whole = true};
    size_t start = name.n;
    for (size_t kept = 0; start > 0 && kept < NAME_MAX_BYTES; kept++)
        start -= start >= 3 && name.p[start - 3] == '%' ? 3 : 1;
    out.is_whole = start == 0;
    for (size_t i = start; i < name.n && out.n < NAME_MAX_BYTES; i++) {
        char c = name.p[i];
        if (c == '%' && i + 2 < name.n && ascii_hex(name.p[i + 1]) >= 0 && ascii_hex(name.p[i + 2]) >= 0) {
            c = (char)(ascii_hex(name.p[i + 1]) * 16 + ascii_hex(name.p[i + 2]));
            i += 2;
        }
        out.text[out.n++] = ascii_lower(c);
    }
    while (out.n > 0 && (out.text[out.n - 1] == '.' || out.text[out.n - 1] == ' '))
        out.n--;
    return out;
}

static span plain_span(const struct plain_name *name)
{
    return span_of(name->text, name->n);
}

static enum file_class class_of_extension(span extension)
{
    char text[8] = {0};
    if (extension.n == 0 || extension.n > sizeof text)
        return FILE_NONE;
    for (size_t i = 0; i < extension.n; i++)
        text[i] = ascii_lower(extension.p[i]);
    for (size_t i = 0; i < COUNT_OF(extensions); i++)
        if (memcmp(extensions[i].text, text, sizeof text) == 0)
            return extensions[i].class;
    return FILE_NONE;
}

static span before_byte(span s, char stop)
{
    const char *at = s.n ? memchr(s.p, stop, s.n) : NULL;
    return at ? span_of(s.p, (size_t)(at - s.p)) : s;
}

/* The last segment, in front of the first '?', '#' or ';'. */
static span last_segment(span path)
{
    path = before_byte(before_byte(path, '?'), '#');
    size_t start = path.n;
    while (start > 0 && path.p[start - 1] != '/' && path.p[start - 1] != '\\')
        start--;
    return before_byte(span_of(path.p + start, path.n - start), ';');
}

static bool needs_decoding(span segment)
{
    char last = segment.p[segment.n - 1];
    return last == '.' || last == ' ' || memchr(segment.p, '%', segment.n);
}

enum file_class known_file(span path, span *name)
{
    span segment = path.n ? last_segment(path) : path;
    if (name)
        *name = segment;
    if (segment.n == 0)
        return FILE_NONE;
    if (needs_decoding(segment)) {
        struct plain_name plain = plain_name_of(segment);
        return class_of_extension(span_rcut(plain_span(&plain), '.').tail);
    }
    return class_of_extension(span_rcut(segment, '.').tail);
}

enum file_class known_mime_class(span mime)
{
    mime = span_trim(before_byte(mime, ';'));
    enum { SHORTEST = 5 }; /* "font/" */
    for (size_t i = 0; i < COUNT_OF(mimes) && mime.n > SHORTEST; i++) {
        span text = mimes[i].text;
        bool is_tree = text.p[text.n - 1] == '/';
        bool may_fit = is_tree ? mime.n > text.n : mime.n == text.n;
        if (may_fit && span_starts_nocase(mime, text))
            return mimes[i].class;
    }
    return FILE_NONE;
}

bool known_file_disagree(enum file_class by_name, enum file_class by_mime)
{
    if (by_name == FILE_NONE || by_mime == FILE_NONE || by_name == by_mime)
        return false;
    return by_name == FILE_OTHER || by_mime == FILE_OTHER;
}

/* The stem of a name with a payload's extension; {NULL,0} otherwise. */
static span payload_stem(const struct plain_name *plain)
{
    cut at_dot = span_rcut(plain_span(plain), '.');
    bool is_payload = plain->is_whole && at_dot.found && file_is_payload(class_of_extension(at_dot.tail));
    return is_payload ? at_dot.head : (span){NULL, 0};
}

/* The stem without "64", "-x64", "_x86", "32" behind it. */
static span without_bits(span stem)
{
    static const span bits[] = {{"x64", 3}, {"x86", 3}, {"64", 2}, {"32", 2}};
    for (size_t i = 0; i < COUNT_OF(bits); i++) {
        if (stem.n <= bits[i].n || !span_ends(stem, bits[i]))
            continue;
        stem.n -= bits[i].n;
        if (stem.n > 1 && (stem.p[stem.n - 1] == '-' || stem.p[stem.n - 1] == '_'))
            stem.n--;
        break;
    }
    return stem;
}

const struct tool_name *known_tool_name(span file_name)
{
    struct plain_name plain = plain_name_of(file_name);
    span stem = payload_stem(&plain), bare = without_bits(stem);
    for (size_t i = 0; i < COUNT_OF(tools) && stem.n > 0; i++) {
        span tool = span_str(tools[i].stem);
        if (span_eq(tool, stem) || span_eq(tool, bare))
            return &tools[i];
    }
    return NULL;
}

/* Digits and letters that look like another letter, as that letter. */
static char look(char c)
{
    switch (c) {
    case '0':
        return 'o';
    case '1':
    case 'i':
        return 'l';
    case '3':
        return 'e';
    case '5':
        return 's';
    default:
        return c;
    }
}

/* One letter more, less, other, or two neighbours swapped: Damerau-Levenshtein distance 1 (optimal string alignment).
 */
static bool is_one_edit(span one, span other)
{
    span a = one.n > other.n ? other : one, b = one.n > other.n ? one : other;
    if (b.n - a.n > 1)
        return false;
    size_t same = 0;
    while (same < a.n && a.p[same] == b.p[same])
        same++;
    if (same == a.n)
        return b.n == a.n + 1;
    span rest_a = span_skip(a, same), rest_b = span_skip(b, same);
    if (a.n != b.n)
        return span_eq(rest_a, span_skip(rest_b, 1));
    bool is_swap = rest_a.n > 1 && rest_a.p[0] == rest_b.p[1] && rest_a.p[1] == rest_b.p[0] &&
                   span_eq(span_skip(rest_a, 2), span_skip(rest_b, 2));
    return is_swap || span_eq(span_skip(rest_a, 1), span_skip(rest_b, 1));
}

static bool is_lookalike(span stem, span system)
{
    enum { EDIT_MIN = 5 }; /* a shorter name is one edit away from too many words */
    if (stem.n == system.n) {
        size_t i = 0;
        while (i < stem.n && look(stem.p[i]) == look(system.p[i]))
            i++;
        if (i == stem.n)
            return true;
    }
    return system.n >= EDIT_MIN && is_one_edit(stem, system);
}

enum system_name known_system_binary(span file_name, span *meant)
{
    struct plain_name plain = plain_name_of(file_name);
    span stem = payload_stem(&plain);
    enum system_name answer = SYSTEM_NAME_NONE;
    for (size_t i = 0; i < COUNT_OF(no_lookalikes); i++)
        if (span_eq(stem, no_lookalikes[i]))
            return SYSTEM_NAME_NONE;
    for (size_t i = 0; i < COUNT_OF(system_names) && answer != SYSTEM_NAME_EXACT && stem.n > 0; i++) {
        bool is_exact = span_eq(stem, system_names[i]);
        if (!is_exact && (answer != SYSTEM_NAME_NONE || !is_lookalike(stem, system_names[i])))
            continue;
        answer = is_exact ? SYSTEM_NAME_EXACT : SYSTEM_NAME_LOOKALIKE;
        if (meant)
            *meant = system_names[i];
    }
    return answer;
}
