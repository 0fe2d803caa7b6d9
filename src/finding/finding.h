/* SPDX-License-Identifier: Apache-2.0 */
/* finding/finding.h: the nouns that go out: signal, finding, story, lead, and the result of a hunt.
 * Everything is plain data in the hunt's arena; spans are canonical names or log content (escape at the
 * sink). JSON keys: docs/schema. */
#ifndef KONSEKI_FINDING_H
#define KONSEKI_FINDING_H

#include "finding/signal.h"

enum severity { SEVERITY_LEAD, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITY_COUNT };
enum action { ACTION_NONE, ACTION_ASK_OWNER, ACTION_LOOK_TODAY, ACTION_ACT_NOW, ACTION_COUNT };
enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES, ANSWER_PARTLY, ANSWER_COUNT };
extern const char *const severity_keys[SEVERITY_COUNT];  /* "lead" "low" "medium" "high" "critical" */
extern const char *const action_keys[ACTION_COUNT];      /* "none" "ask_owner" "look_today" "act_now" */
extern const char *const answer_keys[ANSWER_COUNT];      /* "unknown" "no" "yes" "partly" */

enum { FINDING_EVIDENCE_MAX = 10, EVIDENCE_RAW_MAX = 4096, FINDING_LIST_MAX = 20 };

struct subject_part { const char *name; span value; };   /* "client", "host", "agent", "file" ... in id order */

struct text_list { span *items; size_t n; uint64_t more; }; /* `more` further ones are not listed */

struct finding {
    char id[17];
    const char *kind;            /* tunnel beacon download upload ioc rule rdp_loopback bypass */
    enum severity severity;
    enum action action;          /* the gates decided; a story takes the strongest of its findings */
    int score, score_max;        /* score_max: with the fields these sources have */
    int medium_at, high_at, critical_at;   /* the severity lines, for "high from 16" */
    struct subject_part subject[4];
    size_t subject_n;
    span client, client_name, host, domain, agent;   /* {NULL,0} = does not apply (JSON null); blank agent: {"",0} */
    span computer;               /* that wrote the Windows events; {NULL,0}: none did */
    struct text_list users, server_ips;
    uint16_t port;               /* 0: does not apply */
    int64_t first, last;
    bool is_active;              /* at as_of */
    uint64_t events;
    bool has_out, has_in, has_duration;
    uint64_t bytes_out, bytes_in;      /* totals over the events */
    double duration_s;                 /* tunnel: the longest row's; else sum */
    uint64_t outcomes[OUTCOME_COUNT];
    const char *const *attack;   /* ATT&CK technique ids, NULL-terminated */
    struct signal *signals;
    size_t signal_n;
    const char **capped;         /* groups whose signals add up to more than the group may give */
    size_t capped_n;
    uint64_t missing;            /* FIELD_BITs this detector wanted and the sources do not have */
    struct evidence *evidence;
    size_t evidence_n;
    struct sentence summary;     /* one line: what it is */
    struct sentence *refute, *next;   /* what would refute it; what to do next */
    size_t refute_n, next_n;
    /* beacon */
    double period_s;
    /* download: the file's name */
    span file;
};

/* A machine to isolate, and why. Of one that the proxy's log does not know: its computer alone. */
struct story_host { span client, client_name, computer; struct sentence why; };
/* `depth`: how far it stands under the step that it is part of (a session in its tunnel's row). */
struct story_step { int64_t time; span client, computer; unsigned depth; struct sentence text; };
struct story_link { char a[17], b[17]; struct sentence why; };

struct story {
    char id[17];                 /* of its earliest finding */
    enum severity severity;
    enum action action;
    struct sentence title;       /* what happened; screens add who and where, so it need not name them */
    struct text_list hosts, clients;   /* clients: of machines that the proxy's log does not know, their computers' names */
    struct story_host *isolate;
    size_t isolate_n;
    struct text_list block;
    enum answer allowed;         /* did the proxy let it through? */
    uint64_t allowed_rows, rows;
    enum answer over;            /* no = active at as_of; unknown where the log cannot say */
    struct sentence over_why;    /* the reason alone: the screen puts the answer before it, as with left_why */
    bool has_left;               /* every row that went through says how many bytes went out */
    uint64_t left_bytes_max;     /* upper bound of what left for these hosts */
    struct sentence left_why;
    int64_t first, last;
    const struct finding **findings;   /* strongest first */
    size_t finding_n;
    struct story_link *links;
    size_t link_n;
    struct story_step *timeline;
    size_t timeline_n;
};

/* What explains a pattern away: counted, listed with --all. */
struct explained {
    const char *kind;            /* "beacon" ... */
    span host, agent;
    uint64_t pairs, clients;
    struct sentence why;
};

struct lead_row { const char *name; span client, host, agent; int64_t first, last; uint64_t events; struct sentence text; };
struct lead_count { const char *name; uint64_t n; };

struct could_not_look {
    struct sentence question, effect;
    uint64_t missing;            /* FIELD_BITs */
    uint32_t *sources;
    size_t source_n;
};

struct windows_counts;   /* event/windows_counts.h */
struct bad_line { uint64_t line, offset; span raw; };   /* the first few, for the report */

struct source_info {
    span path;
    const char *compression;     /* "none" "gzip" "zip+gzip" */
    const char *encoding;        /* "utf-8" "cp932" ...; "unknown" */
    span format, definition;
    bool is_inferred, direction_unknown;
    struct sentence inference;   /* why the direction is what it is */
    uint64_t bytes;              /* as received */
    uint64_t records, events, skipped, bad, used, duplicate, merged;   /* events = used + duplicate + merged */
    int64_t first, last;         /* of events; first > last: none */
    int tz_minutes;
    bool tz_assumed, is_epoch, is_complete;
    const struct windows_counts *windows;   /* a Windows event log, and what it holds; NULL: a log of rows */
    bool is_server;              /* a web server's log: its clients are the internet */
    bool is_server_by_rows;      /* ... say its rows, not its product */
    uint64_t not_followed;       /* header lines beyond the limit: rows behind them are bad */
    span incomplete_why;
    uint64_t gives;              /* FIELD_BITs */
    uint64_t value[FIELD_COUNT], blank[FIELD_COUNT];   /* rows in that state */
    struct bad_line bad_sample[3];
    size_t bad_sample_n;
    int64_t same_as;             /* index of the source this one repeats (equal or prefix), -1: none */
    bool is_prefix;
};

static inline bool source_has_rows(const struct source_info *s) { return !s->windows; }

struct failure { span path, why; };   /* an input that could not be read: exit 3 */

struct totals {
    uint64_t records, events, skipped, bad, used, duplicate, merged;
    uint64_t clients, hosts, agents, pairs;
    uint64_t gives;              /* FIELD_BITs that every used source has */
    uint64_t gives_any;
    int64_t first, last;
    int tz_minutes;              /* of the logs; 0 for epoch stamps */
    bool is_epoch;               /* every used source has epoch stamps */
};

struct knob_value { const char *detector, *name; double value; bool is_default; };
struct list_used { span name, version; char sha256[65]; };

struct hunt_result {
    char run_id[17];
    int64_t created, as_of;
    const char *const *arguments;
    size_t argument_n;
    struct knob_value *knobs;
    size_t knob_n;
    struct list_used *lists;
    size_t list_n;
    struct source_info *sources;
    size_t source_n;
    struct failure *failures;
    size_t failure_n;
    struct totals totals;
    struct event_logs { uint64_t inputs, events, computers; int64_t first, last; } event_logs;   /* inputs 0: none */
    struct story *stories;             /* act_now first, then look_today, ask_owner; in each by score */
    size_t story_n;
    struct finding **findings;         /* every finding of at least low severity, by (action, score, id) */
    size_t finding_n;
    struct lead_count *leads;
    size_t lead_n;
    struct lead_row *lead_rows;        /* capped; the counts are not */
    size_t lead_row_n;
    struct explained *explained;
    size_t explained_n;
    uint64_t popular_pairs, popular_hosts;   /* pairs on hosts that most clients use: not scored for rhythm */
    struct could_not_look *could_not_look;
    size_t could_not_look_n;
    struct sentence *notes;            /* assumptions and limits that were met: said, never hidden */
    size_t note_n;
    double seconds;                    /* wall time; shown on stderr only */
};

/* SHA-256(kind, subject parts), first 16 hex digits. */
void finding_set_id(struct finding *f);

#endif
