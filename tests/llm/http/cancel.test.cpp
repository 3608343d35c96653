// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/cancel.hpp>

#include <chrono>

#include <grit/llm/http/request.hpp>

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

TEST_CASE("a callback that was registered too late is called at once, one that is gone never") {
    std::stop_source source;
    int called = 0;
    auto const call = [&called] { ++called; };
    {
        grit::llm::CancelCallback<decltype(call)> const gone{source.get_token(), call};
    }
    source.request_stop();
    CHECK(called == 0);
    grit::llm::CancelCallback<decltype(call)> const late{source.get_token(), call};
    CHECK(called == 1);
}

TEST_CASE("a token is shared by the requests that it is given to") {
    std::stop_source source;
    grit::llm::HttpRequest const request{.cancel = source.get_token()};
    auto const copy = request;
    CHECK_FALSE(copy.stop_requested());
    source.request_stop();
    CHECK(request.stop_requested());
    CHECK(copy.stop_requested());
}

TEST_CASE("the default clock sleeps until a stop is requested") {
    std::stop_source source;
    source.request_stop();
    auto const token = source.get_token();
    grit::llm::CallTime const time;
    auto const start = time.now();
    time.sleep(std::chrono::hours{1}, grit::StopView{&token});
    CHECK(time.now() - start < std::chrono::minutes{1});
}
#endif
