/* SPDX-License-Identifier: Apache-2.0 */
/* known/file.h: what a file's name or MIME type says about it. Claims of the other side, like everything in a row. */
#ifndef KONSEKI_KNOWN_FILE_H
#define KONSEKI_KNOWN_FILE_H

#include "base/span.h"

enum file_class {
    FILE_NONE,       /* says nothing: no extension or one that is not known, application/octet-stream, no MIME type */
    FILE_EXECUTABLE, /* programs, libraries, installers */
    FILE_ARCHIVE,    /* archives and disk images */
    FILE_SCRIPT,     /* text or shortcut that a double click runs */
    FILE_OTHER,      /* a definite other kind: page, image, style, document: contradicts the three above */
    FILE_CLASS_COUNT
};
extern const char *const file_class_keys[FILE_CLASS_COUNT]; /* "none" "executable" "archive" "script" "other" */

static inline bool file_is_payload(enum file_class c)
{
    return c == FILE_EXECUTABLE || c == FILE_ARCHIVE || c == FILE_SCRIPT;
}

/* By the extension of the last path segment. `path` may still carry a query, a fragment, path parameters (";...") or a
 * trailing '?': they are cut. %XX is decoded for the comparison, trailing dots and spaces do not count. *name gets the
 * segment as spelled, a part of `path` ({p,0} where the path ends in '/'); name may be NULL. */
enum file_class known_file(span path, span *name);

/* Parameters after ';' and letter case do not count. */
enum file_class known_mime_class(span mime);

/* The two name different definite kinds: photo.jpg sent as a program, tool.exe sent as an image. */
bool known_file_disagree(enum file_class by_name, enum file_class by_mime);

/* Names that intruders' tools travel under. Stem, ASCII case-insensitive, with or without 32, 64, x64, x86 behind;
 * only on names of a payload class (mimikatz.html is an article). NULL: none. */
struct tool_name {
    const char *stem;
    const char *why; /* one line, English */
};
const struct tool_name *known_tool_name(span file_name);

/* Programs that come with Windows and are never fetched by their own name. */
enum system_name { SYSTEM_NAME_NONE, SYSTEM_NAME_EXACT, SYSTEM_NAME_LOOKALIKE };
/* *meant gets the binary's stem ("svchost") where the answer is not NONE; may be NULL. A look-alike differs by digits
 * for letters (svch0st) or by one letter more, less, other or swapped with its neighbour (scvhost, lsasss). */
enum system_name known_system_binary(span file_name, span *meant);

#endif
