// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {
struct Fixed {
    HttpResponse operator()(HttpRequest const&) { return {.status = 200}; }
};
struct NotATransport {
    int operator()(HttpRequest const&) { return 200; }
};
} // namespace

TEST_CASE("a transport is what turns a request into a response") {
    STATIC_REQUIRE(Transport<Fixed>);
    STATIC_REQUIRE(Transport<HttpResponse (*)(HttpRequest const&)>);
    STATIC_REQUIRE_FALSE(Transport<NotATransport>);
    STATIC_REQUIRE_FALSE(Transport<int>);
}
