/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* O_PATH, syscall, CLONE_THREAD */
#include "app/sandbox.h"

#include "base/span.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const uint64_t READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t WRITE = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
/* Since Landlock's version 3, which older headers do not name; before it, reading was enough to truncate. */
static const uint64_t TRUNCATE = UINT64_C(1) << 14;
/* The first version of Landlock's file rights; of the later ones only TRUNCATE takes away what these leave. */
static const uint64_t HANDLED = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
                                LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                                LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

/* A path that cannot be opened is not allowed either: reading it will say why. */
static void allow(int rules, const char *path, uint64_t rights)
{
    struct stat info;
    struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent_fd < 0)
        return;
    if (fstat(rule.parent_fd, &info) == 0 && !S_ISDIR(info.st_mode))
        rule.allowed_access &= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE;
    (void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
}

static fault restrict_files(const char *const *inputs, size_t n, const char *tmp)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    uint64_t truncate = version >= 3 ? TRUNCATE : 0;
    struct landlock_ruleset_attr handled = {.handled_access_fs = HANDLED | truncate};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    if (rules < 0)
        return NO_FAULT; /* an older kernel, or switched off */
    for (size_t i = 0; i < n; i++)
        allow(rules, inputs[i], READ);
    allow(rules, "/usr/share", READ); /* the public suffix list, time zones */
    allow(rules, "/proc/self", READ);
    allow(rules, tmp, READ | WRITE | truncate);
    long done = syscall(SYS_landlock_restrict_self, rules, 0);
    close(rules);
    return done ? fault_errno("Landlock") : NO_FAULT;
}

/* LeakSanitizer stops our own threads by ptrace when a test build ends. */
#ifdef __SANITIZE_ADDRESS__
#define IF_NOT_SANITIZED(call) -1
#else
#define IF_NOT_SANITIZED(call) SCMP_SYS(call)
#endif

/* Everything that is not forbidden is allowed: libraries differ in what they call. */
static fault restrict_calls(void)
{
    static const int forbidden[] = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(socket), SCMP_SYS(socketpair),
                                    SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
                                    SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(fork), SCMP_SYS(vfork), IF_NOT_SANITIZED(ptrace),
                                    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd), SCMP_SYS(sendmmsg),
                                    SCMP_SYS(truncate), SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown),
                                    SCMP_SYS(fchown), SCMP_SYS(lchown), SCMP_SYS(fchownat), SCMP_SYS(setxattr),
                                    SCMP_SYS(utimensat), SCMP_SYS(open_by_handle_at), SCMP_SYS(unshare), SCMP_SYS(setns),
                                    SCMP_SYS(kill), SCMP_SYS(mount), SCMP_SYS(bpf),
                                    SCMP_SYS(io_uring_setup), SCMP_SYS(keyctl), SCMP_SYS(userfaultfd)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter)
        return fault_make(FAULT_IO, "seccomp is not available");
    for (size_t i = 0; i < COUNT_OF(forbidden); i++)
        if (forbidden[i] >= 0)
            (void)seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), forbidden[i], 0);
#ifndef __SANITIZE_ADDRESS__
    /* Threads, but no processes. clone3 hides its flags from a filter: where it is missing, libraries use clone. */
    (void)seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    (void)seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
#endif
    int error = seccomp_load(filter);
    seccomp_release(filter);
    return error && error != -EINVAL && error != -ECANCELED && error != -ENOSYS
               ? fault_make(FAULT_IO, "seccomp could not be switched on (%d)", error) : NO_FAULT;
}

fault sandbox_enter(const char *const *inputs, size_t n, const char *tmp)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return fault_errno("PR_SET_NO_NEW_PRIVS");
    TRY(restrict_files(inputs, n, tmp));
    return restrict_calls();
}
