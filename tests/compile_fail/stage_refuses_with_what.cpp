// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a call of a stage can refuse and does not say with what, because
#include <grit/core/within.hpp>

using namespace grit;

struct Refuses : StageInterface<Refuses> {
    struct Call {
        bool start(Attempt const&) const { return false; }
        decltype(auto) with_rejection(auto f) const { return f(DeadlinePassed{"mine"}); }
    };
    Call call(Attempt const&) const { return {}; }
};
int result = Refuses{}([] { return 1; });
