// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: an operation cannot be called with these arguments, because a stage
#include <grit/pipeline.hpp>

using namespace std::chrono_literals;
using namespace grit;

struct Passing {
    struct Call {
        void start(Attempt const&) const {}
    };
    Call call(Attempt const&) const { return {}; }
};
int call() {
    return pipeline(Passing{})([](int*) { return 2; }, 1);
}
