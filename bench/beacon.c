/* SPDX-License-Identifier: Apache-2.0 */
/* bench/beacon.c [RUNS]: how well and how fast detect/timing tells beats from chance, on made-up runs.
 * The threshold (0.1 % false alarms on the chance classes) comes from the fit seeds; everything else printed
 * is measured on the judge seeds, which no constant of the program was chosen on. Exit 1 where a goal fails. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/hash.h"
#include "detect/timing.h"

enum { MAX_EVENTS = 200000, RUNS = 600, FIT = 1, JUDGE = 3, REPEATS = 7 };
static const double DAY = 86400, NO_END = 1e9;

/* ---- one run of events ---- */

struct run {
    uint64_t random;
    uint32_t resolution_ms;
    size_t n;
    double at[MAX_EVENTS];
    int64_t ms[MAX_EVENTS];
};

static double uniform(struct run *r)
{   /* splitmix64, open interval (0, 1) */
    r->random += 0x9e3779b97f4a7c15u;
    return ((double)(hash_mix(r->random) >> 11) + 0.5) / 9007199254740992.0;
}

static double between(struct run *r, double low, double high) { return low + (high - low) * uniform(r); }
static double between_log(struct run *r, double low, double high)
{
    return exp(between(r, log(low), log(high)));
}

static double wait(struct run *r, double mean) { return -mean * log(uniform(r)); }
static double normal(struct run *r) { return sqrt(-2 * log(uniform(r))) * cos(6.283185307179586 * uniform(r)); }
static double lognormal(struct run *r, double median, double sigma) { return median * exp(sigma * normal(r)); }

static void event(struct run *r, double at)
{
    if (at >= 0 && r->n < MAX_EVENTS)
        r->at[r->n++] = at;
}

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void stamp(struct run *r)
{
    qsort(r->at, r->n, sizeof r->at[0], by_time);
    for (size_t i = 0; i < r->n; i++)
        r->ms[i] = (int64_t)floor(r->at[i] * 1000 / r->resolution_ms) * r->resolution_ms;
}

/* ---- beats ---- */

/* A sleep of period x (1 - down u) or x (1 + spread (2u - 1)), then the request itself. */
typedef struct sleeper {
    double period, down, spread, missed, from, to;
    size_t beats;           /* logged ones; 0: until `to` */
    bool office;            /* the machine is on in three blocks of one working day */
} sleeper;

static bool machine_on(double at)
{
    double hour = fmod(at, DAY) / 3600;
    return (hour > 9.1 && hour < 12) || (hour > 13 && hour < 14.6) || (hour > 15.2 && hour < 17.9);
}

static void beat(struct run *r, sleeper s)
{
    double at = s.from + uniform(r) * s.period;
    for (size_t logged = 0; at < s.to && (!s.beats || logged < s.beats);) {
        if ((!s.office || machine_on(at)) && uniform(r) >= s.missed) {
            event(r, at);
            logged++;
        }
        at += s.period * (1 - s.down * uniform(r) + s.spread * (2 * uniform(r) - 1)) + between(r, 0.05, 0.25);
    }
}

/* ---- innocent traffic ---- */

static void poisson(struct run *r, double per_day, double from, double to)
{
    for (double at = from + wait(r, DAY / per_day); at < to; at += wait(r, DAY / per_day))
        event(r, at);
}

static void browse(struct run *r, int sessions, double pages, double requests, double gap)
{
    for (int s = 0; s < sessions; s++) {
        double at = between(r, 9, 18) * 3600;
        for (int p = (int)wait(r, pages); p >= 0; p--) {
            double u = at;
            for (int q = (int)wait(r, requests); q >= 0; q--, u += wait(r, gap))
                event(r, u);
            at += 5 + lognormal(r, 20, 1.2);
        }
    }
}

static void think(struct run *r, double least, double median, double sigma, double from, double to)
{
    for (double at = from; at < to;) {
        at += least + lognormal(r, median, sigma);
        event(r, at);
    }
}

/* Active and idle spells of random length; a rate of its own in every spell. */
static void spells(struct run *r, double active, double idle, double fastest, double slowest)
{
    for (double at = 9 * 3600; at < 18 * 3600; at += wait(r, idle)) {
        double end = at + wait(r, active), mean = between_log(r, fastest, slowest);
        for (; at < end; at += wait(r, mean))
            event(r, at);
    }
}

/* ---- the classes ---- */

static void p00(struct run *r) { beat(r, (sleeper){.period = 60, .to = DAY}); }
static void p01(struct run *r) { beat(r, (sleeper){.period = 60, .down = .2, .to = DAY}); }
static void p02(struct run *r) { beat(r, (sleeper){.period = 60, .down = .5, .to = DAY}); }
static void p03(struct run *r) { beat(r, (sleeper){.period = 300, .spread = .5, .missed = .2, .to = DAY}); }
static void p04(struct run *r) { beat(r, (sleeper){.period = 3600, .down = .2, .to = DAY}); }
static void p05(struct run *r)
{
    beat(r, (sleeper){.period = 60, .down = .37, .missed = .05, .office = true, .to = DAY});
}
static void p06(struct run *r) { p01(r); browse(r, 6, 10, 8, .4); }
static void p07(struct run *r) { p01(r); poisson(r, 1400, 0, DAY); }
static void p08(struct run *r) { p01(r); p01(r); p01(r); }
static void p09(struct run *r)
{
    beat(r, (sleeper){.period = 3.4, .spread = .15, .from = 15 * 3600, .to = 16 * 3600});
}
static void p10(struct run *r) { beat(r, (sleeper){.period = 1800, .down = .5, .missed = .1, .to = DAY}); }
static void p11(struct run *r)
{
    beat(r, (sleeper){.period = 900, .down = .3, .missed = .3, .office = true, .to = DAY});
}
static void p12(struct run *r) { beat(r, (sleeper){.period = 300, .spread = .5, .from = 36000, .to = 43200}); }
static void p13(struct run *r) { beat(r, (sleeper){.period = 60, .down = .8, .to = DAY}); }

static double any_period(struct run *r) { return between_log(r, 10, 7200); }
static void g0(struct run *r)
{
    beat(r, (sleeper){.period = any_period(r), .spread = .2, .missed = .1, .beats = 30, .to = NO_END});
}
static void g1(struct run *r)
{
    beat(r, (sleeper){.period = any_period(r), .spread = .5, .beats = 30, .to = NO_END});
}
static void g2(struct run *r)
{
    beat(r, (sleeper){.period = any_period(r), .spread = .5, .missed = .2, .beats = 45, .to = NO_END});
}
static void g3(struct run *r)
{
    beat(r, (sleeper){.period = any_period(r), .spread = .8, .beats = 120, .to = NO_END});
}

static void s0(struct run *r)
{
    beat(r, (sleeper){.period = any_period(r), .spread = .1, .beats = 10, .to = NO_END});
}
static void s1(struct run *r)
{
    beat(r, (sleeper){.period = any_period(r), .spread = .1, .beats = 14, .to = NO_END});
}
static void s2(struct run *r)
{
    beat(r, (sleeper){.period = any_period(r), .spread = .2, .missed = .1, .beats = 20, .to = NO_END});
}
static void s3(struct run *r)
{
    beat(r, (sleeper){.period = any_period(r), .spread = .5, .beats = 20, .to = NO_END});
}
static void s4(struct run *r)
{
    beat(r, (sleeper){.period = between_log(r, 2.5, 10), .spread = .15, .beats = 60, .to = NO_END});
}
static void s5(struct run *r)
{   /* every beat is a burst of one to five requests */
    double period = between_log(r, 60, 1800), at = 0;
    for (int i = 0; i < 40; i++, at += period * between(r, .8, 1.2)) {
        double u = at;
        for (int q = (int)between(r, 0, 5); q >= 0; q--, u += wait(r, .5))
            event(r, u);
    }
}
static void s6(struct run *r)
{   /* five working days of a laptop that is asleep at night */
    double period = between_log(r, 900, 2700);
    for (int day = 0; day < 5; day++)
        beat(r, (sleeper){.period = period, .down = .3, .missed = .2, .office = true, .from = day * DAY,
                          .to = (day + 1) * DAY});
}

static void n00(struct run *r) { poisson(r, between(r, 20, 100), 0, DAY); }
static void n01(struct run *r) { poisson(r, between(r, 200, 1000), 0, DAY); }
static void n02(struct run *r) { poisson(r, between(r, 2000, 6000), 0, DAY); }
static void n03(struct run *r) { poisson(r, DAY / 32400 * between(r, 50, 550), 32400, 64800); }
static void n04(struct run *r) { browse(r, 1 + (int)between(r, 0, 8), 8, 10, .4); }
static void n05(struct run *r) { browse(r, 10 + (int)between(r, 0, 20), 4, 20, .4); }
static void n06(struct run *r) { think(r, 0, between(r, 20, 120), 1, 32400, 64800); }
static void n07(struct run *r) { think(r, 0, 200, 1.5, 0, DAY); }
static void n08(struct run *r) { spells(r, 600, 2400, 2, 32); }
static void n09(struct run *r) { think(r, 8, 27, .9, 32400, 64440); }

static void n10(struct run *r)
{   /* a working day with a rate of its own every hour, half of it lunch and meetings */
    for (int hour = 9; hour < 18; hour++)
        if (hour != 12 && uniform(r) < .6)
            poisson(r, DAY / between_log(r, 10, 600), hour * 3600, (hour + 1) * 3600);
}
static void n11(struct run *r)
{   /* sync: something changed, a burst follows */
    for (double at = wait(r, 1500); at < DAY; at += wait(r, 1500)) {
        double u = at;
        for (int q = (int)wait(r, 12); q >= 0; q--, u += wait(r, between_log(r, .2, 4)))
            event(r, u);
    }
}
static void n12(struct run *r)
{   /* retries with doubling pauses until it works again */
    for (double at = wait(r, 7200); at < DAY; at += wait(r, 7200)) {
        double pause = between(r, .5, 2);
        for (int tries = (int)between(r, 3, 11); tries > 0; tries--, pause *= 2) {
            event(r, at);
            at += pause * between(r, .5, 1.5);
        }
    }
}
static void n13(struct run *r)
{
    poisson(r, between_log(r, 20, 400), 0, DAY);
    poisson(r, between_log(r, 400, 8000), 0, DAY);
}
static void n14(struct run *r)
{   /* fast browsing where almost every interval is at the clock's own step */
    for (int s = (int)between(r, 2, 10); s > 0; s--) {
        double at = between(r, 9, 18) * 3600, mean = between_log(r, .3, 3);
        for (int q = (int)wait(r, 120); q >= 0; q--, at += wait(r, mean))
            event(r, at);
    }
}
static void n15(struct run *r)
{   /* heavy tails: Weibull of shape 0.5 */
    double scale = between_log(r, 10, 300);
    for (double at = 0; at < DAY; event(r, at)) {
        double u = log(uniform(r));
        at += scale * u * u;
    }
}
static void n16(struct run *r)
{   /* a rate that wanders */
    double mean = between_log(r, 20, 600);
    for (double at = 0; at < DAY; event(r, at)) {
        at += wait(r, mean);
        mean = fmin(fmax(mean * exp(.2 * normal(r)), 2), 3600);
    }
}
static void n17(struct run *r) { poisson(r, between(r, 7, 20), 0, DAY); }
static void n18(struct run *r) { spells(r, 1800, 3000, 5, 200); }

static void q0(struct run *r)
{
    double end = 32400 + between_log(r, 600, 28800);
    think(r, between(r, 0, 8), between_log(r, 8, 40), between(r, .3, .7), 32400, end);
}
static void q1(struct run *r)
{   /* media segments of one length, watched in pieces */
    double length = between(r, 4, 10);
    for (int s = (int)between(r, 2, 7); s > 0; s--) {
        double at = between(r, 9, 18) * 3600;
        for (int q = (int)wait(r, 60); q >= 0; q--, at += length + .1 * normal(r))
            event(r, at);
        }
}
static void q2(struct run *r)
{   /* a page that reloads itself while somebody looks at it */
    double every = between_log(r, 20, 300);
    for (double at = 32400; at < 64800; at += wait(r, 3600))
        for (double end = at + wait(r, 2400); at < end; at += every + wait(r, .5))
            event(r, at);
}

enum kind { OLD_BEAT, GOAL_BEAT, HARD_BEAT, CHANCE, RHYTHM, KINDS };

struct class {
    enum kind kind;
    const char *name;
    void (*make)(struct run *r);
    uint32_t resolution_ms;
};

static const struct class classes[] = {
    {OLD_BEAT, "60 s", p00, 1000},
    {OLD_BEAT, "60 s, sleep cut by up to 20 %", p01, 1000},
    {OLD_BEAT, "60 s, sleep cut by up to 50 %", p02, 1000},
    {OLD_BEAT, "300 s +-50 %, 20 % missed", p03, 1000},
    {OLD_BEAT, "3600 s, cut by 20 %, 24 beats", p04, 1000},
    {OLD_BEAT, "60 s, cut by 37 %, laptop 7 h", p05, 1000},
    {OLD_BEAT, "60 s, cut by 20 %, and browsing", p06, 1000},
    {OLD_BEAT, "60 s, cut by 20 %, and as much noise", p07, 1000},
    {OLD_BEAT, "60 s, cut by 20 %, three behind one address", p08, 1000},
    {OLD_BEAT, "3.4 s +-15 %, 1 h", p09, 1000},
    {OLD_BEAT, "1800 s, cut by 50 %, 10 % missed", p10, 1000},
    {OLD_BEAT, "900 s, cut by 30 %, 30 % missed, laptop, 18 beats", p11, 1000},
    {OLD_BEAT, "300 s +-50 %, 2 h, 24 beats", p12, 1000},
    {OLD_BEAT, "60 s, cut by 80 %", p13, 1000},
    {GOAL_BEAT, "30 beats +-20 %, 10 % missed", g0, 1000},
    {GOAL_BEAT, "30 beats +-20 %, 10 % missed, ms", g0, 1},
    {GOAL_BEAT, "30 beats +-50 %", g1, 1000},
    {GOAL_BEAT, "30 beats +-50 %, ms", g1, 1},
    {GOAL_BEAT, "45 beats +-50 %, 20 % missed", g2, 1000},
    {GOAL_BEAT, "45 beats +-50 %, 20 % missed, ms", g2, 1},
    {GOAL_BEAT, "120 beats +-80 %", g3, 1000},
    {GOAL_BEAT, "120 beats +-80 %, ms", g3, 1},
    {HARD_BEAT, "10 beats +-10 %", s0, 1000},
    {HARD_BEAT, "14 beats +-10 %", s1, 1000},
    {HARD_BEAT, "20 beats +-20 %, 10 % missed", s2, 1000},
    {HARD_BEAT, "20 beats +-50 %", s3, 1000},
    {HARD_BEAT, "60 beats of 2.5-10 s +-15 %", s4, 1000},
    {HARD_BEAT, "60 beats of 2.5-10 s +-15 %, ms", s4, 1},
    {HARD_BEAT, "40 beats +-20 %, bursts", s5, 1000},
    {HARD_BEAT, "40 beats +-20 %, bursts, ms", s5, 1},
    {HARD_BEAT, "15-45 min, cut by 30 %, 20 % missed, laptop 5 days", s6, 1000},
    {CHANCE, "random, 20-100 a day", n00, 1000},
    {CHANCE, "random, 200-1000 a day", n01, 1000},
    {CHANCE, "random, 2000-6000 a day", n02, 1000},
    {CHANCE, "random in office hours", n03, 1000},
    {CHANCE, "browsing, light", n04, 1000},
    {CHANCE, "browsing, heavy", n05, 1000},
    {CHANCE, "log-normal waits, sigma 1", n06, 1000},
    {CHANCE, "log-normal waits, sigma 1.5", n07, 1000},
    {CHANCE, "active and idle spells", n08, 1000},
    {CHANCE, "clicks (8 s + log-normal, sigma 0.9)", n09, 1000},
    {CHANCE, "a rate for every hour, lunch break", n10, 1000},
    {CHANCE, "bursts of sync", n11, 1000},
    {CHANCE, "retries with doubling pauses", n12, 1000},
    {CHANCE, "two random sources", n13, 1000},
    {CHANCE, "fast browsing at the clock's step", n14, 1000},
    {CHANCE, "heavy tails (Weibull 0.5)", n15, 1000},
    {CHANCE, "a wandering rate", n16, 1000},
    {CHANCE, "random, 7-20 a day", n17, 1000},
    {CHANCE, "spells of 5-200 s", n18, 1000},
    {CHANCE, "random, 20-100 a day, ms", n00, 1},
    {CHANCE, "browsing, heavy, ms", n05, 1},
    {CHANCE, "active and idle spells, ms", n08, 1},
    {RHYTHM, "steady clicking (sigma 0.3-0.7)", q0, 1000},
    {RHYTHM, "media segments with pauses", q1, 1000},
    {RHYTHM, "self-refreshing page with pauses", q2, 1000},
};
enum { CLASSES = COUNT_OF(classes) };

/* ---- measuring ---- */

static uint64_t seed_of(int set, size_t class, size_t run)
{
    return hash_mix((uint64_t)set << 56 | (uint64_t)class << 40 | run);
}

static void make_run(struct run *r, int set, size_t class, size_t number)
{
    r->random = seed_of(set, class, number);
    r->resolution_ms = classes[class].resolution_ms;
    r->n = 0;
    classes[class].make(r);
    stamp(r);
}

static int by_value(const void *a, const void *b) { return by_time(a, b); }

typedef struct table {
    size_t runs;
    double *s;              /* [CLASSES][runs], each class ascending */
    double *beats;          /* [CLASSES] mean number of events */
} table;

static void fill_table(table *t, int set, struct run *r, timing_scratch *scratch)
{
    for (size_t c = 0; c < CLASSES; c++) {
        double events = 0;
        for (size_t i = 0; i < t->runs; i++) {
            timing_result result;
            make_run(r, set, c, i);
            timing_score(r->ms, r->n, r->resolution_ms, scratch, &result);
            t->s[c * t->runs + i] = result.s;
            events += (double)r->n;
        }
        t->beats[c] = events / (double)t->runs;
        qsort(t->s + c * t->runs, t->runs, sizeof(double), by_value);
    }
}

static size_t gather(const table *t, const bool kinds[KINDS], double *out)
{
    size_t n = 0;
    for (size_t c = 0; c < CLASSES; c++)
        for (size_t i = 0; kinds[classes[c].kind] && i < t->runs; i++)
            out[n++] = t->s[c * t->runs + i];
    qsort(out, n, sizeof out[0], by_value);
    return n;
}

static double share_above(const double *sorted, size_t n, double threshold)
{
    size_t above = 0;
    while (above < n && sorted[n - 1 - above] > threshold)
        above++;
    return (double)above / (double)n;
}

/* Chance that a beat scores above an innocent run; equal scores count half. */
static double area_under_curve(const double *beat, size_t beats, const double *calm, size_t calms)
{
    double wins = 0;
    for (size_t i = 0, below = 0, upto = 0; i < beats; i++) {
        while (below < calms && calm[below] < beat[i])
            below++;
        while (upto < calms && calm[upto] <= beat[i])
            upto++;
        wins += (double)(below + upto) / 2;
    }
    return wins / ((double)beats * (double)calms);
}

static double clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof v[0], by_value);
    return v[n / 2];
}

enum act { BOUND, MAY_EXCEED, SCORE, ACTS };

/* ns per event, medians; `events`: mean events a run. */
typedef struct cost {
    double ns[ACTS], events;
} cost;

static double act_on(enum act act, const int64_t *ms, size_t n, uint32_t step, timing_scratch *scratch)
{
    timing_result result;
    if (act == BOUND)
        return timing_bound(ms, n, step, scratch);
    if (act == MAY_EXCEED)
        return timing_may_exceed(ms, n, step, .25, scratch);
    timing_score(ms, n, step, scratch, &result);
    return result.s;
}

/* Runs of one class are laid out beforehand, then scored over and over. */
static void add_cost(size_t class, size_t runs, struct run *r, timing_scratch *scratch,
                     double ns[ACTS][REPEATS], double *events)
{
    void *times = NULL;
    size_t room = 0, total = 0, *at = mem_alloc((runs + 1) * sizeof *at);
    for (size_t i = 0; i < runs; i++) {
        make_run(r, JUDGE, class, i);
        if (!array_reserve(&times, &room, total + r->n, sizeof(int64_t), SIZE_MAX / 16))
            panic("too many events");
        for (size_t k = 0; k < r->n; k++)
            ((int64_t *)times)[total + k] = r->ms[k];
        total += r->n;
        at[i + 1] = total;
    }
    const int64_t *ms = times;
    volatile double sink = 0;
    for (size_t k = 0; k < REPEATS; k++)
        for (enum act act = BOUND; act < ACTS; act++) {
            double start = clock_ns();
            for (size_t i = 0; i < runs; i++)
                sink = sink + act_on(act, ms + at[i], at[i + 1] - at[i], classes[class].resolution_ms, scratch);
            ns[act][k] += clock_ns() - start;
        }
    *events += (double)total;
    array_free(&times, &room);
    mem_free(at);
}

static cost measure_cost(bool (*of)(size_t class), size_t runs, struct run *r, timing_scratch *scratch)
{
    double ns[ACTS][REPEATS] = {0}, events = 0;
    size_t all = 0;
    for (size_t c = 0; c < CLASSES; c++)
        if (of(c)) {
            add_cost(c, runs, r, scratch, ns, &events);
            all += runs;
        }
    cost result = {.events = events / (double)all};
    for (enum act act = BOUND; act < ACTS; act++)
        result.ns[act] = median(ns[act], REPEATS) / events;
    return result;
}

static bool every_class(size_t c) { (void)c; return true; }
static bool few_innocent(size_t c) { return classes[c].make == n00; }
static bool few_beats(size_t c) { return classes[c].make == g1; }
static bool day_of_beats(size_t c) { return classes[c].make == p01; }
static bool busy(size_t c) { return classes[c].make == n02; }

static void print_cost(const char *name, cost c)
{
    printf("  %-44s %7.0f %10.0f %10.0f %10.0f\n", name, c.events, c.ns[BOUND], c.ns[MAY_EXCEED], c.ns[SCORE]);
}

/* ---- the report ---- */

static const char *const kind_names[KINDS] = {
    "beats, classes of the comparison", "beats, classes of the goal", "beats, harder than the goal",
    "innocent by chance", "innocent with a rhythm of their own (timing alone cannot tell)"};

static bool print_classes(const table *judge, double threshold)
{
    bool held = true;
    for (int kind = 0; kind < KINDS; kind++) {
        printf("\n%-52s %7s %8s %6s %6s %6s %6s\n", kind_names[kind], "events", "above %", "0.1%",
               "median", "99.9%", "max");
        for (size_t c = 0; c < CLASSES; c++) {
            if ((int)classes[c].kind != kind)
                continue;
            const double *s = judge->s + c * judge->runs;
            size_t n = judge->runs;
            double found = 100 * share_above(s, n, threshold);
            printf("  %-50s %7.0f %8.2f %6.3f %6.3f %6.3f %6.3f\n", classes[c].name, judge->beats[c], found,
                   s[n / 1000], s[n / 2], s[n - 1 - n / 1000], s[n - 1]);
            if (kind == GOAL_BEAT && found < 99)
                held = false;
        }
    }
    return held;
}

static bool report(const table *fit, const table *judge)
{
    static const bool beats[KINDS] = {[OLD_BEAT] = true, [GOAL_BEAT] = true, [HARD_BEAT] = true};
    static const bool chance[KINDS] = {[CHANCE] = true};
    static const bool innocent[KINDS] = {[CHANCE] = true, [RHYTHM] = true};
    size_t room = CLASSES * judge->runs;
    double *a = mem_alloc(room * sizeof *a), *b = mem_alloc(room * sizeof *b);
    size_t n = gather(fit, chance, b);
    double threshold = b[n - 1 - n / 1000];
    printf("runs per class and seed set: %zu; threshold at 0.1 %% by chance on the fit seeds: S > %.3f\n",
           judge->runs, threshold);
    bool held = print_classes(judge, threshold);
    size_t beaters = gather(judge, beats, a);
    n = gather(judge, chance, b);
    double area = area_under_curve(a, beaters, b, n);
    printf("\nfalse alarms by chance on the judge seeds: %.3f %%; at S > 0.25: %.3f %%, at S > 0.35: %.3f %%\n",
           100 * share_above(b, n, threshold), 100 * share_above(b, n, .25), 100 * share_above(b, n, .35));
    printf("AUC, all beats against chance: %.4f\n", area);
    n = gather(judge, innocent, b);
    printf("AUC, all beats against every innocent run, rhythmic ones too: %.4f\n",
           area_under_curve(a, beaters, b, n));
    printf("goals: AUC >= 0.99 %s; every goal class >= 99 %% %s\n", area >= .99 ? "held" : "MISSED",
           held ? "held" : "MISSED");
    mem_free(a);
    mem_free(b);
    return held && area >= .99;
}

static table table_new(size_t runs)
{
    return (table){runs, mem_alloc(CLASSES * runs * sizeof(double)), mem_alloc(CLASSES * sizeof(double))};
}

static void table_free(table *t)
{
    mem_free(t->s);
    mem_free(t->beats);
}

int main(int argc, char **argv)
{
    char *end = NULL;
    unsigned long runs = argc > 1 ? strtoul(argv[1], &end, 10) : RUNS;
    if (argc > 2 || (end && *end) || runs < 20 || runs > 100000) {
        fprintf(stderr, "usage: beacon [RUNS PER CLASS, 20 to 100000, default %d]\n", RUNS);
        return 2;
    }
    struct run *r = mem_alloc(sizeof *r);
    timing_scratch *scratch = timing_scratch_new();
    table fit = table_new(runs), judge = table_new(runs);
    fill_table(&fit, FIT, r, scratch);
    fill_table(&judge, JUDGE, r, scratch);
    bool held = report(&fit, &judge);
    size_t timed = runs < 50 ? runs : 50;
    printf("\n%-46s %7s %10s %10s %10s\n", "ns per event, median of 7, CPU time", "events", "bound",
           "over .25?", "score");
    print_cost("all classes", measure_cost(every_class, timed, r, scratch));
    print_cost("30 beats", measure_cost(few_beats, timed, r, scratch));
    print_cost("random, 20 to 100 a day", measure_cost(few_innocent, timed, r, scratch));
    print_cost("one beat a minute for a day", measure_cost(day_of_beats, timed, r, scratch));
    print_cost("random, 2000 to 6000 a day", measure_cost(busy, timed, r, scratch));
    table_free(&fit);
    table_free(&judge);
    timing_scratch_free(scratch);
    mem_free(r);
    return held ? 0 : 1;
}
