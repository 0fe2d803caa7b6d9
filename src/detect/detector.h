/* SPDX-License-Identifier: Apache-2.0 */
/* detect/detector.h: what a detector is. It sees every pair (client, host) on a host that is not everyone's
 * once, with the pair's contacts in order of time, and turns what it measures into candidates; when all pairs
 * were seen, each candidate is judged knowing the others. Signals, groups and knobs are const tables:
 * score_max, could_not_look and the documents are computed from them.
 *
 * A finding needs two groups of evidence, one of them behaviour; less is a lead. See docs/detectors/. */
#ifndef KONSEKI_DETECTOR_H
#define KONSEKI_DETECTOR_H

#include "detect/sizes.h"
#include "detect/timing.h"
#include "finding/finding.h"
#include "tables/survey.h"

enum { CANDIDATE_ROWS_MAX = FINDING_EVIDENCE_MAX, SIGNALS_MAX = 24, GROUPS_MAX = 8, KNOBS_MAX = 16 };

struct knob_def {
    const char *name;
    double value;             /* as built; --set DETECTOR.NAME=VALUE changes it */
    const char *what;         /* one English line with the unit, for the documents */
};

/* How the agent of some rows stands to the client that sent them. */
enum agent_relation {
    RELATION_UNLOGGED,
    RELATION_BLANK,
    RELATION_OWN,             /* the client sends it (by template) to hosts the office shares */
    RELATION_TOOL,            /* a library or tool: curl, ssh, PowerShell ... */
    RELATION_MASQUERADE,      /* claims a browser or system part that this client and nearly everyone never uses */
    RELATION_FOREIGN,         /* claims a browser or system part that others here use, this client does not */
    RELATION_SELF_NAMED,      /* FooWidget/1.2: says who it is */
};

/* One pair in front of a detector. */
struct pair {
    uint32_t client, host;
    struct run run;           /* contacts, by time; at least one */
    struct run owner;         /* the client's rows to this registrable domain, this host's among them */
    bool is_domain;           /* the run is of the whole domain (rotating names); host is one of them */
    uint64_t out;             /* bytes, of the rows that went through */
    uint64_t through, uncounted;   /* rows that went through; those of them that do not say how much went out */
    uint64_t off;             /* contacts at hours of the week when nobody is at the client */
    bool is_off_hours;        /* ... and hardly any at others */
    uint64_t has_flags;       /* ROW_HAS_* of any row */
};

struct candidate {
    const struct detector *detector;
    uint32_t client, host, agent;     /* has_no_client, has_no_host: NAME_OTHER, and it stands for nobody */
    bool has_no_client, has_no_host;
    uint32_t domain;                  /* of the host */
    span computer;                    /* that wrote the Windows events; {NULL,0}: it is not about any */
    uint32_t file;                    /* id in intake.files; NAME_OTHER: none */
    enum agent_relation relation;
    enum field_state agent_state;
    bool is_domain, is_active;
    uint16_t port;
    int64_t first, last;
    uint64_t events, out, in;
    uint64_t pair_out;                /* bytes out in all contacts of the pair, not only those counted here */
    uint64_t pair_through, pair_uncounted;   /* of the pair, too */
    uint64_t pair_rows, pair_off;     /* its contacts; those at hours when nobody is at the client */
    bool is_off_hours;
    uint32_t flags;                   /* ROW_HAS_* and ROW_STAMP_IS_START of the rows counted */
    double duration_s, period_s;
    uint64_t outcomes[OUTCOME_COUNT];
    struct row rows[CANDIDATE_ROWS_MAX];   /* evidence: first, last, largest, deciding; [0, row_n) by time */
    size_t row_n;
    const uint64_t *events_at;        /* further evidence: Windows events, as row.origin; by time. At most
                                       * CANDIDATE_ROWS_MAX with the rows */
    size_t events_at_n;
    struct finding *finding;          /* what it became; NULL: nothing yet */
    void *measure;                    /* the detector's own figures, in the candidate's arena */
};

/* Everything that is the same for all pairs and candidates. */
struct detecting {
    const struct survey *survey;
    int64_t as_of;
    uint64_t gives;                   /* FIELD_BITs some source has */
    bool clients_are_logged;          /* a client is the address of its rows, as --where sees it */
    const double (*knobs)[KNOBS_MAX]; /* by the detector's place in the registry */
    struct windows_view *windows;     /* detect/windows_view.h; NULL: no Windows event was read */
};

/* Per worker thread: where candidates go. */
struct catcher {
    const struct detecting *d;
    arena *memory;                    /* lives as long as the findings */
    struct candidate **items;
    size_t n, capacity;
    struct timing_scratch *timing;
    int64_t *times;                   /* scratch as long as the longest run so far */
    uint64_t *sizes;
    size_t times_capacity, sizes_capacity;
    struct lead_list *leads;
    struct visited visited;           /* scratch: the client in hand */
};

/* All candidates, in three orders, for judging one knowing the others. */
struct candidates { struct candidate *const *items; size_t n; };
struct candidate_index {
    struct candidate **by_client, **by_host, **by_domain, **by_computer;
    size_t n, computer_n;
};
struct candidate_index candidate_index_new(arena *memory, struct candidate *const *items, size_t n);
/* Those of one client, of one host, of one domain: in an order that depends on the log alone, and no more than
 * CANDIDATES_SEEN of them. */
enum { CANDIDATES_SEEN = 4096 };
struct candidates candidates_of_client(const struct candidate_index *all, uint32_t client);
struct candidates candidates_of_host(const struct candidate_index *all, uint32_t host);
struct candidates candidates_of_domain(const struct candidate_index *all, uint32_t domain);
struct candidates candidates_of_computer(const struct candidate_index *all, span computer);

/* Has the client of `c` a finding of another detector that is act_now already? */
bool candidate_acts_elsewhere(const struct candidate_index *all, const struct candidate *c);

struct judging {
    const struct detecting *d;
    arena *memory;
    const struct candidate_index *all;
    struct finding *finding;          /* being written */
    const struct detector *detector;
    struct signal signals[SIGNALS_MAX];
    size_t signal_n;
};

/* Stands among the FIELD_BITs of a signal that needs a week of log: a log may have it as it may have a field. */
#define NEEDS_HISTORY (UINT64_C(1) << 63)
_Static_assert(FIELD_COUNT < 63, "no field has this bit");

struct detector {
    const char *kind;
    unsigned index;                   /* its place in the registry */
    const char *const *attack;
    const struct group_def *groups;
    size_t group_n;
    const struct signal_def *signals;
    size_t signal_n;
    const struct knob_def *knobs;     /* the first three: medium, high, critical */
    size_t knob_n;
    uint64_t wants;                   /* FIELD_BITs that make it stronger */
    uint64_t needs;                   /* FIELD_BITs without which it cannot look at all */
    bool (*can_report)(uint64_t gives);   /* can these fields make more than a lead? NULL: as far as the points go */
    enum text_key question, effect;   /* for could_not_look: what stays open, and what its lack means */
    /* Measures one pair; catches what may become a finding. Called from several threads. NULL: pairs say nothing to it. */
    void (*pair)(struct catcher *c, const struct pair *p);
    /* Once, after all pairs, where Windows events were read: catches what they say. NULL: they say nothing to it. */
    void (*computers)(struct catcher *c, const struct windows_view *w);
    /* Gives signals, severity and action to j->finding. False: no finding (a lead, or nothing). */
    bool (*judge)(struct judging *j, struct candidate *c);
};

extern const struct detector *const detectors[];
extern const size_t detector_n;

#endif
