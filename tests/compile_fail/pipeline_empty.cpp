// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a pipeline was given no stage, because
#include <grit/pipeline.hpp>

using namespace std::chrono_literals;
using namespace grit;

auto empty = pipeline();
