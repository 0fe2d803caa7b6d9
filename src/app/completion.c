/* SPDX-License-Identifier: Apache-2.0 */
/* app/completion.c: what a shell needs to complete our command line, from the tables --help comes from. */
#include "app/verb.h"

static const char about[] =
    "Prints the completion for a shell. For this session, and for all:\n"
    "  source <(konseki completion bash)\n"
    "  konseki completion bash > ~/.local/share/bash-completion/completions/konseki\n"
    "  konseki completion zsh > some folder of $fpath/_konseki\n";

static bool takes_file(const struct option_rule *r)
{
    return r->value && (span_eq(span_str(r->value), SPAN("FILE")) || span_eq(span_str(r->value), SPAN("DIR")));
}

static bool is_choice(const struct option_rule *r) { return r->value && span_find(span_str(r->value), SPAN("|")) != SIZE_MAX; }

static void put_choices(sink *o, const struct option_rule *r)
{
    for (const char *p = r->value; *p; p++)
        sink_char(o, *p == '|' ? ' ' : *p);
}

/* "--since|--until|": the names of the options that `wanted` picks, once each. */
static void put_bash_case(sink *o, bool (*wanted)(const struct option_rule *r), const char *then)
{
    const char *between = "    ";
    for (const struct option_rule *r = option_rules; r->name; r++)
        if (wanted(r)) {
            sink_printf(o, "%s%s", between, r->name);
            between = "|";
        }
    if (between[0] == '|')
        sink_printf(o, ") %s ;;\n", then);
}

static bool takes_words(const struct option_rule *r) { return r->value && !takes_file(r) && !is_choice(r); }

static void put_bash(sink *o)
{
    sink_str(o, "# bash completion of konseki\n"
                "_konseki() {\n"
                "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} options=\n"
                "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
                "    COMPREPLY=($(compgen -W \"--help --version");
    for (size_t i = 0; verbs[i]; i++)
        sink_printf(o, " %s", verbs[i]->name);
    sink_str(o, "\" -- \"$cur\"))\n    return\n  fi\n  case $prev in\n");
    for (const struct option_rule *r = option_rules; r->name; r++)
        if (is_choice(r)) {
            sink_printf(o, "    %s) COMPREPLY=($(compgen -W \"", r->name);
            put_choices(o, r);
            sink_str(o, "\" -- \"$cur\")); return ;;\n");
        }
    put_bash_case(o, takes_file, "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return");
    put_bash_case(o, takes_words, "return");
    sink_str(o, "  esac\n  case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; verbs[i]; i++) {
        sink_printf(o, "    %s) options='", verbs[i]->name);
        for (const struct option_rule *r = option_rules; r->name; r++)
            if (r->verbs & verbs[i]->bit)
                sink_printf(o, "%s ", r->name);
        sink_str(o, "' ;;\n");
    }
    sink_str(o, "  esac\n"
                "  case $cur in\n"
                "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")) ;;\n"
                "    *) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
                "  esac\n"
                "}\n"
                "complete -o filenames -F _konseki konseki\n");
}

/* Text inside '...[ ]' of zsh's _arguments: our own words, which may hold quotes, colons and brackets. */
static void put_zsh_words(sink *o, const char *words)
{
    for (const char *p = words; *p; p++) {
        if (*p == '\'') {
            sink_str(o, "'\\''");
            continue;
        }
        if (*p == ':' || *p == '[' || *p == ']')
            sink_char(o, '\\');
        sink_char(o, *p);
    }
}

static void put_zsh_option(sink *o, const struct option_rule *r)
{
    sink_printf(o, "        '*%s[", r->name);
    put_zsh_words(o, r->help ? r->help : "the same");
    sink_char(o, ']');
    if (r->value) {
        sink_char(o, ':');
        put_zsh_words(o, r->value);
        sink_char(o, ':');
        sink_str(o, takes_file(r) ? "_files" : "");
    }
    if (is_choice(r)) {
        sink_char(o, '(');
        put_choices(o, r);
        sink_char(o, ')');
    }
    sink_str(o, "' \\\n");
}

static void put_zsh(sink *o)
{
    sink_str(o, "#compdef konseki\n_konseki() {\n  local -a verbs\n  verbs=(\n");
    for (size_t i = 0; verbs[i]; i++) {
        sink_printf(o, "    '%s:", verbs[i]->name);
        put_zsh_words(o, verbs[i]->what);
        sink_str(o, "'\n");
    }
    sink_str(o, "  )\n  if (( CURRENT == 2 )); then\n    _describe verb verbs\n    return\n  fi\n"
                "  shift words\n  (( CURRENT-- ))\n  case $words[1] in\n");
    for (size_t i = 0; verbs[i]; i++) {
        sink_printf(o, "    %s)\n      _arguments \\\n", verbs[i]->name);
        for (const struct option_rule *r = option_rules; r->name; r++)
            if (r->verbs & verbs[i]->bit)
                put_zsh_option(o, r);
        sink_str(o, "        '*:input:_files'\n      ;;\n");
    }
    sink_str(o, "  esac\n}\n_konseki \"$@\"\n");
}

static void write_completion(const struct call *c, const void *shell, sink *o)
{
    (void)c;
    if (span_eq(span_str(shell), SPAN("bash")))
        put_bash(o);
    else
        put_zsh(o);
}

static fault run(struct call *c)
{
    const char *shell = c->options.inputs[0];
    bool is_known = span_eq(span_str(shell), SPAN("bash")) || span_eq(span_str(shell), SPAN("zsh"));
    if (!is_known || c->options.input_n > 1)
        return fault_make(FAULT_USAGE, "completion for which shell? bash or zsh");
    return call_write(c, write_completion, shell);
}

const struct verb verb_completion = {"completion", VERB_COMPLETION, "bash|zsh", "what a shell needs to complete this command line",
                                     about, "completion for which shell? bash or zsh", run};
