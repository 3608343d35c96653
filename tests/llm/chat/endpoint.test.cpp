// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/chat/endpoint.hpp>

#include "support/catch.hpp"

TEST_CASE("an endpoint without more is the dialect's own provider, without a key") {
    grit::llm::Endpoint const endpoint;
    CHECK(endpoint.base_url.empty());
    CHECK(endpoint.key.empty());
}
