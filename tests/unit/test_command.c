/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "windows/command.h"

enum { T = COMMAND_TOOL, R = COMMAND_REMOTE_FORWARD, L = COMMAND_LOCAL_FORWARD, D = COMMAND_SOCKS, P = COMMAND_RDP_PORT,
       N = COMMAND_NO_SHELL, X = COMMAND_PROXY, W = COMMAND_PASSWORD };

static const struct { const char *image, *line, *tool; unsigned says; bool forwards; } lines[] = {
    {"C:\\Users\\Public\\plink.exe", "plink.exe 10.0.2.18 -P 80 -C -R 127.0.0.3:4444:127.0.0.2:3389 -l test -pw test", "plink", T | R | P | W, true},
    {"C:\\t\\svc.exe", "\"C:\\t\\svc.exe\" -N -R 4444:localhost:3389 a@203.0.113.9", NULL, R | P | N, true},
    {"C:\\Windows\\System32\\OpenSSH\\ssh.exe", "ssh -fN -R9000:10.0.0.5:3389 u@h -o \"ProxyCommand connect.exe -H proxy:8080 %h %p\"", "ssh",
     T | R | P | N | X, true},
    {"ssh.exe", "ssh -NTR 4444:localhost:3389 u@h", "ssh", T | R | P | N, true},
    {"ssh.exe", "ssh -R 1080 u@h", "ssh", T | R, true},
    {"ssh.exe", "ssh -L 13389:10.0.0.9:3389 u@h", "ssh", T | L | P, true},
    {"ssh.exe", "ssh -L 8080:10.0.0.9:80 u@h", "ssh", T, false},
    {"ssh.exe", "ssh -D 1080 u@h", "ssh", T | D, true},
    {"ssh.exe", "ssh admin@server", "ssh", T, false},
    {"c:/tools/chisel.exe", "chisel client --proxy http://proxy:3128 https://h R:3389:127.0.0.1:3389", "chisel", T | R | P | X, true},
    {"x.exe", "x.exe client https://h R:socks", NULL, R | D, true},
    {"NGROK.EXE", "ngrok tcp 3389", "ngrok", T | P, true},
    {"ngrok.exe", "ngrok http 80", "ngrok", T, false},
    {NULL, "\"C:\\Program Files\\PuTTY\\plink.exe\" -N h", "plink", T | N, false},
    {"C:\\Windows\\System32\\mstsc.exe", "mstsc /v:server:3389", NULL, P, false},
    {"robocopy.exe", "robocopy a b -R C:\\dir:1", NULL, 0, false},
    {"chmod.exe", "chmod -R 755 dir", NULL, 0, false},
    {"notepad.exe", "notepad.exe 13389.txt 33890", NULL, 0, false},
    {"notepad.exe", "", NULL, 0, false},
    {NULL, NULL, NULL, 0, false},
    {"a.exe", "\"unclosed -R 1:2:3389", NULL, 0, false},
};

static void lines_say_what_they_forward(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct command c = command_read(span_str(lines[i].image), span_str(lines[i].line));
        if (c.says != lines[i].says || (c.tool ? !lines[i].tool || strcmp(c.tool, lines[i].tool) != 0 : lines[i].tool != NULL) ||
            command_forwards(c) != lines[i].forwards)
            fail_msg("%s: %s, says %u, not %u", lines[i].line, c.tool ? c.tool : "-", c.says, lines[i].says);
    }
}

static void long_lines_end(void **state)
{
    (void)state;
    static char line[100000];
    memset(line, ' ', sizeof line);
    memcpy(line + sizeof line - 30, "-R 1:localhost:3389", 19);
    assert_int_equal(command_read(SPAN("a"), span_of(line, sizeof line)).says, 0);
    memset(line, '"', sizeof line);
    assert_int_equal(command_read(SPAN("a"), span_of(line, sizeof line)).says, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_say_what_they_forward),
        cmocka_unit_test(long_lines_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
