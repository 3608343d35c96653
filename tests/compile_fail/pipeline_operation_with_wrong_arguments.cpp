// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: an operation cannot be called with these arguments, because a pipeline
#include <grit/pipeline.hpp>

using namespace std::chrono_literals;
using namespace grit;

struct Passing {
    template <class Next>
    decltype(auto) run(Next&& next, Context const& context) const {
        return next(context);
    }
};
int call() {
    return pipeline(Passing{})([](int*) { return 2; }, 1);
}
