// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/api_key.hpp>

#include <ostream>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "support/catch.hpp"

using grit::llm::ApiKey;
using grit::llm::redact;

template <class T>
concept Printable = requires(std::ostream& out, T const& value) { out << value; };

TEST_CASE("a key is shown to nobody who does not ask for it") {
    STATIC_REQUIRE_FALSE(Printable<ApiKey>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<ApiKey, std::string>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string, ApiKey>);
    CHECK(ApiKey{"sk-1"}.reveal() == "sk-1");
    CHECK(ApiKey{}.empty());
}

TEST_CASE("a key disappears from a text wherever it stands") {
    ApiKey const key{"sk-1"};
    CHECK(key.redact("sk-1") == "[redacted]");
    CHECK(key.redact("asked with sk-1, and sk-1sk-1 again") == "asked with [redacted], and [redacted][redacted] again");
    CHECK(key.redact("sk-2") == "sk-2");
    CHECK(key.redact("").empty());
    CHECK(ApiKey{}.redact("nothing to hide") == "nothing to hide");
    CHECK(redact("aaa", "aa") == "[redacted]a");
}

TEST_CASE("what is sent beside a key disappears from a text too", "[R-745]") {
    ApiKey key{"sk-1"};
    key.hide("me:sesame");
    key.hide("sesame");
    CHECK(key.redact("sk-1 of me:sesame, not sesame") == "[redacted] of [redacted], not [redacted]");
    CHECK(key.reveal() == "sk-1");
    ApiKey none;
    none.hide("sesame");
    CHECK(none.empty());
    CHECK(none.redact("sesame") == "[redacted]");
}

TEST_CASE("half a secret at the end of a text that was cut goes as well", "[R-745]") {
    ApiKey key{"sk-0123"};
    key.hide("sesame");
    CHECK(key.without_half("you sent sk-0") == "you sent ");
    CHECK(key.without_half("you sent ses") == "you sent ");
    CHECK(key.without_half("you sent it") == "you sent it");
    CHECK(key.without_half("").empty());
}

TEST_CASE("a key with a character that no key has is refused without being shown") {
    for (char const* const text :
         {"sk-secret\n", "sk secret", "sk-\"secret", "sk\\secret", "sk<secret", "\xc3\xa4secret"}) {
        try {
            ApiKey const key{text};
            FAIL("it was taken");
        } catch (std::invalid_argument const& error) {
            CHECK(std::string{error.what()}.find("secret") == std::string::npos);
        }
    }
}
