// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a pipeline was given something that is no stage, because
#include <grit/pipeline.hpp>

using namespace std::chrono_literals;
using namespace grit;

int call() {
    return pipeline([] { return 1; })([] { return 2; });
}
