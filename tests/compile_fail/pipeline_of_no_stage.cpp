// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: something that is no stage was given as one, because
#include <grit/pipeline.hpp>

using namespace std::chrono_literals;
using namespace grit;

int call() {
    return pipeline([] { return 1; })([] { return 2; });
}
