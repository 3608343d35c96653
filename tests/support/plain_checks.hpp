// SPDX-License-Identifier: BSL-1.0
#pragma once
// Checks for programs that are compiled in a way in which Catch cannot be, such as without exceptions.

#include <csignal>
#include <cstdio>

#include <sys/wait.h>
#include <unistd.h>

/// What main() returns: how many checks failed.
inline int failures = 0;

inline void check(bool passed, char const* what) {
    if (passed) return;
    std::fprintf(stderr, "failed: %s\n", what);
    ++failures;
}

/// Runs `f` in a process of its own. Returns: whether it aborted.
template <class F>
bool aborts(F f) {
    std::fflush(nullptr);
    pid_t const child = fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        (void)std::freopen("/dev/null", "w", stderr); // the sentence is expected
        f();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}
