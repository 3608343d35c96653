// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/transport/transport.hpp>

#include <string>
#include <string_view>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {
struct Fixed {
    HttpResponse operator()(HttpRequest const&) { return {.status = 200}; }
};
struct NotATransport {
    int operator()(HttpRequest const&) { return 200; }
};
struct Streaming : Fixed {
    using Fixed::operator();
    HttpResponse operator()(HttpRequest const&, BodySink sink) {
        sink({.status = 200}, "piece");
        return {.status = 200};
    }
};
} // namespace

TEST_CASE("a transport is what turns a request into a response") {
    STATIC_REQUIRE(Transport<Fixed>);
    STATIC_REQUIRE(Transport<HttpResponse (*)(HttpRequest const&)>);
    STATIC_REQUIRE_FALSE(Transport<NotATransport>);
    STATIC_REQUIRE_FALSE(Transport<int>);
}

TEST_CASE("a streaming transport hands on the body piece by piece") {
    STATIC_REQUIRE(StreamingTransport<Streaming>);
    STATIC_REQUIRE_FALSE(StreamingTransport<Fixed>);
    std::string seen;
    auto reader = [&](HttpResponse const& head, std::string_view piece) {
        seen += std::to_string(head.status) + std::string{piece};
        return Reading::more;
    };
    Streaming{}(HttpRequest{}, BodySink{reader});
    CHECK(seen == "200piece");
}
