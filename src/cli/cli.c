/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a command line by the tables of options.c; writes --help, the man page and the bash completion from them.
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef VIGIE_VERSION
#define VIGIE_VERSION "0"
#endif

enum { HELP_COLUMN = 26, USAGE = 2 };

int vg_cli_fail(const vg_error *err)
{
    if (err->where[0]) fprintf(stderr, "vigie: %s: %s\n", err->where, err->what);
    else fprintf(stderr, "vigie: %s\n", err->what);
    return 1;
}

/* ---- finding and parsing ---- */

static const vg_command *find_command(int argc, char **argv, int *used)
{
    for (int words = 2; words >= 1; words--) {
        if (argc - 1 < words) continue;
        char name[64];
        int len = snprintf(name, sizeof name, words == 2 ? "%s %s" : "%s", argv[1], words == 2 ? argv[2] : "");
        if (len < 0 || (size_t)len >= sizeof name) continue;
        for (size_t i = 0; i < vg_command_count; i++) {
            if (strcmp(vg_commands[i].name, name) == 0) {
                *used = 1 + words;
                return &vg_commands[i];
            }
        }
    }
    return NULL;
}

static int find_option(const vg_command *command, const char *name, size_t len, char letter)
{
    for (size_t i = 0; i < command->option_count; i++) {
        const vg_option *o = &vg_options[command->options[i]];
        if (letter ? o->letter == letter : strlen(o->name) == len && memcmp(o->name, name, len) == 0)
            return (int)command->options[i];
    }
    return -1;
}

static int take_value(const vg_command *command, vg_args *args, int id, const char *value)
{
    const vg_option *o = &vg_options[id];
    args->text[id] = value;
    if (!o->least && !o->most) return 0;
    char *end = NULL;
    errno = 0;
    long long n = strtoll(value, &end, 10);
    if (errno || end == value || *end || n < o->least || n > o->most) {
        fprintf(stderr, "vigie %s: --%s: \"%s\" is not a number from %lld to %lld\n", command->name, o->name, value,
                (long long)o->least, (long long)o->most);
        return USAGE;
    }
    args->number[id] = n;
    return 0;
}

static int parse_option(const vg_command *command, vg_args *args, int argc, char **argv, int *i)
{
    const char *a = argv[*i], *name = a + 2, *equals = a[1] == '-' ? strchr(a, '=') : NULL;
    bool is_long = a[1] == '-';
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    int id = is_long ? find_option(command, name, len, 0) : a[2] ? -1 : find_option(command, NULL, 0, a[1]);
    if (id < 0) {
        fprintf(stderr, "vigie %s: unknown option %s; see vigie %s --help\n", command->name, a, command->name);
        return USAGE;
    }
    if (!vg_options[id].value) {
        if (equals) {
            fprintf(stderr, "vigie %s: --%s takes no value\n", command->name, vg_options[id].name);
            return USAGE;
        }
        args->text[id] = "";
        return 0;
    }
    if (equals) return take_value(command, args, id, equals + 1);
    if (*i + 1 >= argc) {
        fprintf(stderr, "vigie %s: --%s needs a value: %s\n", command->name, vg_options[id].name, vg_options[id].value);
        return USAGE;
    }
    return take_value(command, args, id, argv[++*i]);
}

static int parse_args(const vg_command *command, vg_args *args, int argc, char **argv, int from)
{
    bool options_end = false;
    for (int i = from; i < argc; i++) {
        const char *a = argv[i];
        if (!options_end && strcmp(a, "--") == 0) {
            options_end = true;
        } else if (!options_end && a[0] == '-' && a[1]) {
            int rc = parse_option(command, args, argc, argv, &i);
            if (rc) return rc;
        } else if (args->words == sizeof args->word / sizeof args->word[0] || args->words == command->most_words) {
            fprintf(stderr, "vigie %s: \"%s\" is one word too many; see vigie %s --help\n", command->name, a, command->name);
            return USAGE;
        } else {
            args->word[args->words++] = a;
        }
    }
    if (args->words < command->least_words && !args->text[VG_OPT_HELP]) {
        fprintf(stderr, "vigie %s: %s is missing; see vigie %s --help\n", command->name, command->words, command->name);
        return USAGE;
    }
    return 0;
}

/* ---- help ---- */

static void option_heading(const vg_option *o, char *out, size_t size)
{
    char letter[5] = "    ";
    if (o->letter) snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(out, size, "%s--%s%s%s", letter, o->name, o->value ? " " : "", o->value ? o->value : "");
}

static void print_command_help(const vg_command *command)
{
    printf("vigie %s: %s\n\nusage: vigie %s [options]%s%s\n", command->name, command->summary, command->name,
           command->words[0] ? " " : "", command->words);
    if (command->description[0]) printf("\n%s", command->description);
    printf("\noptions:\n");
    for (size_t i = 0; i < command->option_count; i++) {
        char heading[64];
        option_heading(&vg_options[command->options[i]], heading, sizeof heading);
        printf("  %-*s %s\n", HELP_COLUMN, heading, vg_options[command->options[i]].help);
    }
}

static void print_help(void)
{
    printf("Vigie watches over online spaces where adults meet minors: events in, explained verdicts out, a person decides.\n\n"
           "usage: vigie COMMAND [options]\n\ncommands:\n");
    for (size_t i = 0; i < vg_command_count; i++) printf("  %-*s %s\n", HELP_COLUMN - 4, vg_commands[i].name, vg_commands[i].summary);
    printf("\nvigie COMMAND --help says more. vigie --version, vigie --man, vigie --completion bash.\n"
           "Exit status: 0 done, 1 the input or the system refused, 2 the command line is wrong.\n");
}

/* Text for roff: backslashes, and dots or quotes that begin a line. */
static void print_roff(const char *text)
{
    bool line_start = true;
    for (const char *p = text; *p; p++) {
        if (line_start && (*p == '.' || *p == '\'')) fputs("\\&", stdout);
        if (*p == '\\') fputs("\\e", stdout);
        else if (*p == '-') fputs("\\-", stdout);
        else putchar(*p);
        line_start = *p == '\n';
    }
}

/* A description's indented lines are examples: kept as they are. */
static void print_roff_description(const char *text)
{
    bool example = false;
    while (*text) {
        const char *end = strchr(text, '\n');
        size_t len = end ? (size_t)(end - text) : strlen(text);
        char lineval[512];
        snprintf(lineval, sizeof lineval, "%.*s", (int)len, text);
        bool indented = len > 2 && text[0] == ' ';
        if (indented != example) {
            puts(indented ? ".nf" : ".fi");
            example = indented;
        }
        if (len) print_roff(lineval);
        else fputs(".PP", stdout);
        putchar('\n');
        text += len + (end != NULL);
    }
    if (example) puts(".fi");
}

static void print_man(void)
{
    printf(".\\\" made by vigie --man from the option table\n"
           ".TH VIGIE 1 \"2026-11-24\" \"Vigie " VIGIE_VERSION "\" \"User Commands\"\n"
           ".SH NAME\nvigie \\- child protection for online spaces where adults meet minors\n"
           ".SH SYNOPSIS\n.B vigie\n.I COMMAND\n[options]\n"
           ".SH DESCRIPTION\nEvents come in, evidence is gathered, an explained verdict goes back, a person decides.\n"
           "Data goes to standard output, messages to standard error.\n.SH COMMANDS\n");
    for (size_t i = 0; i < vg_command_count; i++) {
        const vg_command *c = &vg_commands[i];
        printf(".SS vigie ");
        print_roff(c->name);
        printf(" [options] ");
        print_roff(c->words);
        putchar('\n');
        print_roff(c->summary);
        puts(".");
        if (c->description[0]) {
            puts(".PP");
            print_roff_description(c->description);
        }
        for (size_t k = 0; k < c->option_count; k++) {
            const vg_option *o = &vg_options[c->options[k]];
            if (c->options[k] == VG_OPT_HELP) continue;
            printf(".TP\n");
            if (o->letter) printf("\\fB\\-%c\\fR, ", o->letter);
            printf("\\fB\\-\\-");
            print_roff(o->name);
            printf("\\fR%s\\fI%s\\fR\n", o->value ? " " : "", o->value ? o->value : "");
            print_roff(o->help);
            putchar('\n');
        }
    }
    printf(".SH ENVIRONMENT\n.TP\n.B VIGIE_DATA\nthe data directory where \\-\\-data is not given\n"
           ".SH EXIT STATUS\n0 done; 1 the input or the system refused; 2 the command line is wrong.\n"
           ".SH FILES\n.TP\n.I data/vigie.db\ncases, people, keys, audit log\n.TP\n.I data/keys/ring\nthe installation's keys, mode 0600\n"
           ".TP\n.I data/banks.db\nbanks of known material; data/banks/ holds what is made from it to search fast\n"
           ".TP\n.I data/memory/\nwhat is remembered of accounts, pairs and conversations; no message text\n");
}

static void print_completion(void)
{
    printf("# made by vigie --completion bash from the option table\n_vigie() {\n"
           "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\" one=\"${COMP_WORDS[1]}\" two=\"${COMP_WORDS[2]}\"\n"
           "    case \"$prev\" in\n    --policy|--data|--out|--password-file|--key-file|--skipped|--model|--risk-authors|--plot|--talks|-m|-p|-d|-o) COMPREPLY=($(compgen -f -- \"$cur\")); return;;\n"
           "    --role|-r) COMPREPLY=($(compgen -W 'referent lead admin auditor analyst prevention' -- \"$cur\")); return;;\n"
           "    --effect) COMPREPLY=($(compgen -W 'allow review hold block' -- \"$cur\")); return;;\n"
           "    --profile) COMPREPLY=($(compgen -W 'cpp pytx' -- \"$cur\")); return;;\n"
           "    --language) COMPREPLY=($(compgen -W 'fr en' -- \"$cur\")); return;;\n    esac\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W '");
    const char *last = "";
    size_t last_len = 0;
    for (size_t i = 0; i < vg_command_count; i++) { /* first words, once each: the table keeps families together */
        const char *name = vg_commands[i].name;
        size_t len = strcspn(name, " ");
        if (len != last_len || memcmp(name, last, len) != 0) printf("%s%.*s", i ? " " : "", (int)len, name);
        last = name;
        last_len = len;
    }
    printf(" --help --version --man --completion' -- \"$cur\")); return; fi\n    case \"$one $two\" in\n");
    for (size_t i = 0; i < vg_command_count; i++) {
        printf("    '%s'*) COMPREPLY=($(compgen -W '", vg_commands[i].name);
        for (size_t k = 0; k < vg_commands[i].option_count; k++)
            printf("%s--%s", k ? " " : "", vg_options[vg_commands[i].options[k]].name);
        printf("' -- \"$cur\")); return;;\n");
    }
    printf("    esac\n    case \"$one\" in\n");
    for (size_t i = 0; i < vg_command_count; i++) {
        const char *space = strchr(vg_commands[i].name, ' ');
        if (!space) continue;
        size_t len = (size_t)(space - vg_commands[i].name);
        if (i && strncmp(vg_commands[i - 1].name, vg_commands[i].name, len + 1) == 0) continue;
        printf("    %.*s) COMPREPLY=($(compgen -W '", (int)len, vg_commands[i].name);
        for (size_t k = i; k < vg_command_count && strncmp(vg_commands[k].name, vg_commands[i].name, len + 1) == 0; k++)
            printf("%s%s", k > i ? " " : "", vg_commands[k].name + len + 1);
        printf("' -- \"$cur\"));;\n");
    }
    printf("    esac\n}\ncomplete -F _vigie vigie\n");
}

int vg_arg_lang(const vg_args *args, const char *command, vg_lang *lang)
{
    const char *text = vg_arg_text(args, VG_OPT_LANGUAGE, "en");
    *lang = strcmp(text, "fr") == 0 ? VG_LANG_FR : VG_LANG_EN;
    if (*lang == VG_LANG_FR || strcmp(text, "en") == 0) return 0;
    fprintf(stderr, "vigie %s: --language: \"%s\" is neither fr nor en\n", command, text);
    return USAGE;
}

/* ---- entry ---- */

/* The commands that begin with word, each with what it does; how many there are. */
static size_t list_family(FILE *out, const char *word, const char *heading)
{
    size_t len = strlen(word), found = 0;
    for (size_t i = 0; i < vg_command_count; i++) {
        const char *name = vg_commands[i].name;
        if (strncmp(name, word, len) != 0 || name[len] != ' ') continue;
        if (!found++) fprintf(out, "vigie %s: %s\n", word, heading);
        fprintf(out, "  vigie %-*s %s\n", HELP_COLUMN - 4, name, vg_commands[i].summary);
    }
    return found;
}

static int unknown_command(int argc, char **argv)
{
    const char *word = argv[1];
    if (argc == 3 && (!strcmp(argv[2], "--help") || !strcmp(argv[2], "-h")) &&
        list_family(stdout, word, "one of these, and --help after it says more:"))
        return 0;
    if (!list_family(stderr, word, "one of these is meant:"))
        fprintf(stderr, "vigie: unknown command \"%s\"; see vigie --help\n", word);
    return USAGE;
}

int vg_cli_main(const vg_cli *cli, int argc, char **argv)
{
    if (argc < 2) {
        print_help();
        return USAGE;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) return print_help(), 0;
    if (!strcmp(argv[1], "--version")) return puts("vigie " VIGIE_VERSION), 0;
    if (!strcmp(argv[1], "--man")) return print_man(), 0;
    if (!strcmp(argv[1], "--completion")) return print_completion(), 0;
    int used = 0;
    const vg_command *command = find_command(argc, argv, &used);
    if (!command) return unknown_command(argc, argv);
    vg_args args = {0};
    int rc = parse_args(command, &args, argc, argv, used);
    if (rc) return rc;
    if (vg_arg_is(&args, VG_OPT_HELP)) {
        print_command_help(command);
        return 0;
    }
    rc = command->run(cli, &args);
    if (fflush(stdout) || ferror(stdout)) {
        fprintf(stderr, "vigie: standard output: cannot be written\n");
        return 1;
    }
    return rc;
}
