// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/cancel.hpp>

#include "support/catch.hpp"

TEST_CASE("a call that nobody cancels has a token that is never requested") {
    grit::llm::CancelToken const none;
    CHECK_FALSE(none.stop_requested());
    CHECK_FALSE(none.stop_possible());
}

#if defined(__cpp_lib_jthread)
TEST_CASE("a callback is called when a stop is requested") {
    std::stop_source source;
    int called = 0;
    auto const call = [&called] { ++called; };
    {
        grit::llm::CancelCallback<decltype(call)> const registered{source.get_token(), call};
        source.request_stop();
    }
    CHECK(called == 1);
}
#endif
