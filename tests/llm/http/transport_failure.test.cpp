// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/transport_failure.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("every way to fail has words of its own") {
    for (int i = 0; i <= static_cast<int>(TransportFailure::unknown); ++i)
        for (int j = 0; j < i; ++j)
            CHECK(to_string(static_cast<TransportFailure>(i)) != to_string(static_cast<TransportFailure>(j)));
}
