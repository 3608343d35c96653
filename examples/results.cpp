// SPDX-License-Identifier: BSL-1.0
// The same policies where failures are results: an error code, and a value that means "not yet".
#include <cstdio>
#include <system_error>

#include <grit/retry.hpp>

using namespace std::chrono_literals;

int main() {
    grit::ManualTime time; // no real sleeps here
    grit::Retrying const codes{grit::StopAfterAttempt<4>{}, grit::WaitFixed<100ms>{},
                               grit::RetryIfError<std::errc::timed_out, std::errc::connection_refused>{},
                               grit::Time{time}};
    int calls = 0;
    std::error_code const code =
        codes([&]() noexcept { return ++calls < 3 ? std::make_error_code(std::errc::timed_out) : std::error_code{}; });
    std::printf("%d calls, %s\n", calls, code ? "failed" : "connected");
    if (code || calls != 3) return 1;

    grit::Retrying const polling{grit::StopAfterAttempt<10>{}, grit::WaitFixed<1s>{},
                                 grit::RetryIfResult{[](int percent) { return percent < 100; }}, grit::Time{time}};
    int percent = 40;
    int const done = polling([&]() noexcept { return percent += 20; });
    std::printf("job at %d %%\n", done);
    return done == 100 ? 0 : 1;
}
