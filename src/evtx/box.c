/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/box.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>

/* With memory that can be run, what was written could become a program. */
static int allow_unless_executable(scmp_filter_ctx filter, int call)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static int allow_calls(scmp_filter_ctx filter)
{
    static const int allowed[] = {
        SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(poll), SCMP_SYS(ppoll),
        SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(sched_yield),
        SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
        SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
        SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_getaffinity)};
    for (size_t i = 0; i < COUNT_OF(allowed); i++) {
        int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
        if (error && error != -EDOM) /* a call that this machine does not have */
            return error;
    }
    int error = allow_unless_executable(filter, SCMP_SYS(mmap));
    return error ? error : allow_unless_executable(filter, SCMP_SYS(mprotect));
}

#ifdef __SANITIZE_ADDRESS__ /* at its end a test build looks for leaks, which takes more than reading does */
static const uint32_t otherwise = SCMP_ACT_ALLOW;
#else
static const uint32_t otherwise = SCMP_ACT_ERRNO(EPERM);
#endif

fault box_close(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return fault_errno("PR_SET_NO_NEW_PRIVS");
    scmp_filter_ctx filter = seccomp_init(otherwise);
    if (!filter)
        return fault_make(FAULT_IO, "seccomp is not available");
    int error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (!error && otherwise != SCMP_ACT_ALLOW)
        error = allow_calls(filter);
    if (!error)
        error = seccomp_load(filter);
    seccomp_release(filter);
    return error && error != -EINVAL && error != -ECANCELED && error != -ENOSYS
               ? fault_make(FAULT_IO, "seccomp could not be switched on (%d)", error) : NO_FAULT;
}
