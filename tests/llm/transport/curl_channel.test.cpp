// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/transport/curl_channel.hpp>

#include <memory>

#include "support/catch.hpp"

using namespace grit::llm;
using detail::CurlChannel;
using detail::CurlPool;

TEST_CASE("a pool gives out what was used last for the address") {
    CurlPool pool{{}};
    CHECK(pool.take("http://a/") == nullptr);
    auto older = std::make_unique<CurlChannel>("http://a/", pool.options());
    auto newer = std::make_unique<CurlChannel>("http://a/", pool.options());
    auto const* const last = newer.get();
    pool.give_back(std::move(older));
    pool.give_back(std::move(newer));
    pool.give_back(std::make_unique<CurlChannel>("http://b/", pool.options()));
    CHECK(pool.take("http://a/").get() == last);
    CHECK(pool.take("http://c/") == nullptr);
    CHECK(pool.size() == 2);
}

TEST_CASE("a pool keeps no more than it may, and the newest") {
    CurlPool pool{{.max_idle_connections = 1}};
    pool.give_back(std::make_unique<CurlChannel>("http://a/", pool.options()));
    pool.give_back(std::make_unique<CurlChannel>("http://b/", pool.options()));
    CHECK(pool.size() == 1);
    CHECK(pool.take("http://b/") != nullptr);
    CurlPool none{{.max_idle_connections = 0}};
    none.give_back(std::make_unique<CurlChannel>("http://a/", none.options()));
    CHECK(none.size() == 0);
}

TEST_CASE("an option that this libcurl does not know is an error that says so") {
    CurlChannel channel{"http://a/", {}};
    CHECK_THROWS_AS(channel.set(static_cast<CURLoption>(9999), 1L), ApiConnectionError);
}
