// SPDX-License-Identifier: BSL-1.0
// Exits with 0 if each translation unit behaves as it was compiled.

#include "mixed_exceptions/calls.hpp"

#include <csignal>
#include <cstdio>

#include <sys/wait.h>
#include <unistd.h>

namespace {

int failures = 0;

void check(bool passed, char const* what) {
    if (passed) return;
    std::fprintf(stderr, "failed: %s\n", what);
    ++failures;
}

/// Runs `f` in a process of its own.
bool aborts(void (*f)()) {
    pid_t const child = fork();
    if (child == 0) {
        f();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

int main() {
    check(with::retried_results() == 3, "with exceptions, results are retried");
    check(with::retried_exceptions() == 3, "with exceptions, exceptions are retried");
    check(with::rejects_wrong_value(), "with exceptions, a wrong value throws");
    check(without::retried_results() == 3, "without exceptions, results are retried");
    check(aborts(without::make_wrong_value), "without exceptions, a wrong value aborts");
    return failures;
}
