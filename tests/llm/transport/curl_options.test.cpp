// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/transport/curl_options.hpp>

#include "support/catch.hpp"

TEST_CASE("certificates are verified and answers bounded unless somebody says otherwise") {
    grit::llm::CurlOptions const options;
    CHECK_FALSE(options.unsafe_accept_any_certificate);
    CHECK(options.max_response_bytes == std::size_t{16} << 20U);
    CHECK_FALSE(options.proxy.has_value());
}
