/* SPDX-License-Identifier: Apache-2.0 */
/* Executables, archives and scripts from where hardly anyone fetches them: docs/detectors/download.md. */
#include "detect/download.h"

#include "detect/catching.h"
#include "detect/history.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/scoring.h"

/* Of one host: of files with a tool's or system's name, and of others, so that no flood of others hides a tool. */
enum { FILES_PER_PAIR = 64 };
enum { SEQUEL_MS = 600000 };

static const struct group_def groups[] = {{"rarity", 5}, {"taker", 3}, {"name", 6}, {"place", 3}, {"sequel", 5}, {"service", 0}};

enum { RARE, NOT_OWN_BROWSER, TOOL_NAME, SYSTEM_NAME, LITERAL, EQUAL_SIZE, MISMATCH, SEQUEL, NEW_HOST, OFF_HOUR, SIGNER };

static const struct signal_def signals[] = {
    [RARE] = {"rare_host", "rarity", 5, 0, TEXT_SIG_RARE_HOST},
    [NOT_OWN_BROWSER] = {"not_own_browser", "taker", 3, FIELD_BIT(AGENT), TEXT_SIG_DOWNLOAD_TAKER},
    [TOOL_NAME] = {"tool_name", "name", 3, FIELD_BIT(PATH), TEXT_SIG_DOWNLOAD_TOOL},
    [SYSTEM_NAME] = {"system_name", "name", 3, FIELD_BIT(PATH), TEXT_SIG_DOWNLOAD_SYSTEM},
    [LITERAL] = {"ip_literal", "place", 3, 0, TEXT_SIG_LITERAL},
    [EQUAL_SIZE] = {"equal_size", "name", 2, FIELD_BIT(BYTES_IN), TEXT_SIG_DOWNLOAD_EQUAL},
    [MISMATCH] = {"type_mismatch", "name", 2, FIELD_BIT(MIME), TEXT_SIG_DOWNLOAD_MISMATCH},
    [SEQUEL] = {"sequel", "sequel", 5, 0, TEXT_SIG_DOWNLOAD_SEQUEL},
    [NEW_HOST] = {"new_host", "place", 2, NEEDS_HISTORY, TEXT_SIG_NEW_HOST},
    [OFF_HOUR] = {"off_hours", "place", 2, NEEDS_HISTORY, TEXT_SIG_OFF_HOUR},
    [SIGNER] = {"signer_domain", "service", -6, 0, TEXT_SIG_DOWNLOAD_SIGNER},
};

static const struct knob_def knobs[] = {
    {"medium", 6, "score from which a finding is medium"},
    {"high", 10, "score from which a finding is high"},
    {"critical", 16, "score from which a finding is critical"},
};

struct measure {
    enum file_class by_name, by_mime;
    uint64_t size;                /* bytes in of the largest row */
    bool is_tool_name, is_equal_size;
    enum system_name system;
};

static span file_name(const struct detecting *d, const struct candidate *c)
{
    return names_text(d->survey->intake->files, c->file);
}

static bool is_taken_by_own_browser(const struct candidate *c)
{
    return c->relation == RELATION_OWN || c->relation == RELATION_FOREIGN || c->relation == RELATION_UNLOGGED;
}

bool download_is_named(const struct candidate *c)
{
    const struct measure *m = c->measure;
    return m->is_tool_name || m->system != SYSTEM_NAME_NONE;
}

/* `c` may be of another detector: then its measure is not looked at. */
bool download_is_tool(const struct detecting *d, const struct candidate *c)
{
    const struct measure *m = c->measure;
    if (c->detector != &detector_download || relation_rarity(d->survey, c->host, 5, 4) <= 0)
        return false;
    bool is_program = m->by_name == FILE_EXECUTABLE || m->by_name == FILE_SCRIPT || m->by_mime == FILE_EXECUTABLE;
    return download_is_named(c) || (is_program && !is_taken_by_own_browser(c) && c->relation != RELATION_SELF_NAMED);
}

static struct candidate *find(struct candidate *const *made, size_t n, const struct row *r)
{
    for (size_t i = 0; i < n; i++)
        if (made[i]->file == r->path)
            return made[i];
    return NULL;
}

/* How little an agent says that a person took the file: 0 the client's browser, 1 a program that names itself. */
static int strangeness(const struct candidate *c)
{
    return is_taken_by_own_browser(c) ? 0 : c->relation == RELATION_SELF_NAMED ? 1 : 2;
}

/* A file taken with several agents is one finding, told by the strangest of them. */
static void take_agent(const struct detecting *d, struct candidate *c, const struct row *r)
{
    struct candidate other = *c;
    if (r->agent == c->agent)
        return;
    catch_agent(d, &other, r->agent, row_agent_state(r));
    if (strangeness(&other) > strangeness(c))
        catch_agent(d, c, r->agent, row_agent_state(r));
}

static struct candidate *catch_file(struct catcher *c, const struct pair *p, const struct row *r)
{
    struct candidate *made = catch_new(c, &detector_download, p, sizeof(struct measure));
    struct measure *m = made->measure;
    made->file = r->path;
    catch_agent(c->d, made, r->agent, row_agent_state(r));
    span name = file_name(c->d, made);
    m->by_name = known_file(name, NULL);
    m->by_mime = (r->flags & ROW_MIME_MASK) >> ROW_MIME_SHIFT;
    m->is_tool_name = known_tool_name(name) != NULL;
    m->system = known_system_binary(name, NULL);
    return made;
}

/* Two names with the same size from one host: one program under two names. */
static void mark_equal_sizes(struct candidate *const *made, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            struct measure *a = made[i]->measure;
            const struct measure *b = made[k]->measure;
            a->is_equal_size |= made[i]->file != made[k]->file && a->size > 10000 && a->size == b->size;
        }
}

/* The files of one pair. */
struct taken {
    struct candidate *made[2 * FILES_PER_PAIR];
    size_t n, telling, other;
    bool has_left_out;
};

/* The candidate of the row's file; NULL where there is no place for another. */
static struct candidate *candidate_of(struct catcher *c, const struct pair *p, struct taken *t, const struct row *r)
{
    struct candidate *known = find(t->made, t->n, r);
    if (known)
        return known;
    span name = names_text(c->d->survey->intake->files, r->path);
    bool is_telling = known_tool_name(name) || known_system_binary(name, NULL) != SYSTEM_NAME_NONE;
    size_t *used = is_telling ? &t->telling : &t->other;
    if (*used == FILES_PER_PAIR) {
        t->has_left_out = true;
        return NULL;
    }
    ++*used;
    return t->made[t->n++] = catch_file(c, p, r);
}

static void pair_download(struct catcher *c, const struct pair *p)
{
    struct taken t = {.n = 0};
    bool is_rare = relation_rarity(c->d->survey, p->host, 5, 4) > 0;
    if (p->is_domain)
        return;
    for (size_t i = 0; i < p->run.n; i++) {
        const struct row *r = &p->run.rows[i];
        if (!(r->flags & ROW_FILE) || row_outcome(r) == OUTCOME_FAILED || r->status == 404)
            continue;
        if (!is_rare) {
            catch_lead(c, DETECTOR_download, p, r->agent);
            return;
        }
        struct candidate *of = candidate_of(c, p, &t, r);
        if (!of)
            continue;
        struct measure *m = of->measure;
        take_agent(c->d, of, r);
        catch_count(of, r);
        catch_evidence(of, r);
        m->size = r->in > m->size ? r->in : m->size;
    }
    if (t.has_left_out)
        catch_lead(c, DETECTOR_download, p, t.made[0]->agent);
    mark_equal_sizes(t.made, t.n);
    for (size_t i = 0; i < t.n; i++)
        catch_sort(t.made[i]);
}

/* What the client began within ten minutes of the download: a beat, or a tunnel. */
static const struct candidate *sequel(const struct judging *j, const struct candidate *c, bool only_act_now)
{
    struct candidates of = candidates_of_client(j->all, c->client);
    for (size_t i = 0; i < of.n; i++) {
        const struct candidate *other = of.items[i];
        bool is_kind = other->detector == &detector_beacon || other->detector == &detector_tunnel;
        if (!is_kind || !other->finding || other->finding->action < ACTION_LOOK_TODAY)
            continue;
        if (only_act_now && other->finding->action != ACTION_ACT_NOW)
            continue;
        if (other->first >= c->first && other->first <= c->first + SEQUEL_MS)
            return other;
    }
    return NULL;
}

static bool is_suspicious(const struct candidate *c)
{
    const struct measure *m = c->measure;
    return (m->is_tool_name || m->system != SYSTEM_NAME_NONE) && !is_taken_by_own_browser(c) &&
           c->relation != RELATION_SELF_NAMED;
}

/* Was a tool taken from this host, by whomever? Then its other files are part of it. */
static bool host_gave_tool(const struct judging *j, const struct candidate *c)
{
    struct candidates of = candidates_of_host(j->all, c->host);
    for (size_t i = 0; i < of.n; i++)
        if (of.items[i]->detector == c->detector && is_suspicious(of.items[i]))
            return true;
    return false;
}

static void give_name(struct judging *j, const struct candidate *c)
{
    const struct measure *m = c->measure;
    span name = file_name(j->d, c), meant = {NULL, 0};
    const struct tool_name *tool = known_tool_name(name);
    if (tool)
        GIVE(j, TOOL_NAME, 3, fact_text("file", name), fact_text("reason", span_str(tool->why)));
    if (known_system_binary(name, &meant) != SYSTEM_NAME_NONE)
        GIVE(j, SYSTEM_NAME, 3, fact_text("file", name), fact_text("meant", meant));
    if (m->is_equal_size)
        GIVE(j, EQUAL_SIZE, 2, fact_bytes("size_bytes", m->size));
    if (known_file_disagree(m->by_name, m->by_mime))
        GIVE(j, MISMATCH, 2, fact_text("file", name), fact_text("mime", span_str(file_class_keys[m->by_mime])));
}

static void give_signals(struct judging *j, const struct candidate *c)
{
    const struct survey *s = j->d->survey;
    span host = relation_host(s, c->host);
    GIVE(j, RARE, relation_rarity(s, c->host, 5, 4), fact_count("clients", s->hosts[c->host].clients),
         fact_count("of", s->client_n));
    if (!is_taken_by_own_browser(c))
        GIVE(j, NOT_OWN_BROWSER, 3, fact_text("agent", c->relation == RELATION_BLANK ? SPAN("-") : relation_agent(s, c->agent)));
    give_name(j, c);
    if (relation_is_literal(host))
        GIVE(j, LITERAL, 3, fact_text("host", host));
    history_give_new(j, NEW_HOST, 2, c);
    history_give_off_hour(j, OFF_HOUR, 2, c, c->first);
    const struct candidate *next = sequel(j, c, false);
    if (next)
        GIVE(j, SEQUEL, 5, fact_text("host", relation_host(s, next->host)),
             fact_seconds("after_s", (double)(next->first - c->first) / 1000.0));
    if (known_is_signer_domain(host))
        GIVE(j, SIGNER, -6, fact_text("domain", relation_domain(s, c->host)));
}

static bool opens_act_now(const struct judging *j, const struct candidate *c)
{
    if (sequel(j, c, true))
        return true;
    if (is_taken_by_own_browser(c))
        return false;
    return is_suspicious(c) || host_gave_tool(j, c) || candidate_acts_elsewhere(j->all, c);
}

static bool judge_download(struct judging *j, struct candidate *c)
{
    const struct measure *m = c->measure;
    give_signals(j, c);
    scoring_finish(j);
    SUMMARY(j, TEXT_DOWNLOAD_SUMMARY, fact_text("file", file_name(j->d, c)), fact_text("host", j->finding->host),
            fact_size("size_bytes", m->size));
    scoring_add_refute(j, TEXT_REFUTE_DOWNLOAD, NULL, 0);
    bool opens = opens_act_now(j, c) && j->d->survey->client_n >= RARITY_MIN_CLIENTS;
    if (is_taken_by_own_browser(c) && !download_is_named(c) && !sequel(j, c, false))
        return false;
    if (!opens)
        scoring_cap(j, SEVERITY_MEDIUM);
    if (c->relation == RELATION_SELF_NAMED && !opens && j->finding->severity >= SEVERITY_MEDIUM)
        j->finding->action = ACTION_ASK_OWNER;
    return j->finding->severity >= SEVERITY_MEDIUM;
}

static const char *const attack[] = {"T1105", NULL};

const struct detector detector_download = {
    .kind = "download", .index = DETECTOR_download, .attack = attack,
    .groups = groups, .group_n = COUNT_OF(groups), .signals = signals, .signal_n = COUNT_OF(signals),
    .knobs = knobs, .knob_n = COUNT_OF(knobs),
    .wants = FIELD_BIT(AGENT) | FIELD_BIT(MIME) | FIELD_BIT(BYTES_IN), .needs = FIELD_BIT(PATH) | FIELD_BIT(CLIENT) | FIELD_BIT(HOST),
    .question = TEXT_QUESTION_DOWNLOAD, .effect = TEXT_EFFECT_DOWNLOAD,
    .pair = pair_download, .judge = judge_download,
};
