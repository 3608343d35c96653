// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/request.hpp>

#include <stop_token>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("a request can be broken off in two ways") {
    CHECK_FALSE(HttpRequest{}.stop_requested());
    std::stop_source source;
    HttpRequest const by_token{.cancel = source.get_token()};
    auto const token = source.get_token();
    HttpRequest const by_view{.stop = grit::StopView{&token}};
    CHECK_FALSE(by_token.stop_requested());
    source.request_stop();
    CHECK(by_token.stop_requested());
    CHECK(by_view.stop_requested());
}
