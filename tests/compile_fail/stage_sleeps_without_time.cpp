// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a call of a stage sleeps and does not say by which time, because
#include <grit/core/within.hpp>

using namespace std::chrono_literals;
using namespace grit;

struct Waits : StageInterface<Waits> {
    struct Call {
        detail::Answer start(Attempt const&) const { return detail::Answer::sleep; }
        Duration wait() const { return 1s; }
    };
    Call call(Attempt const&) const { return {}; }
};
int result = Waits{}([] { return 1; });
