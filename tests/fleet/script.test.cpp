// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/script.hpp>

#include "support/catch.hpp"

namespace {

template <std::size_t N>
constexpr auto sha1_of_as() {
    std::array<char, N + 1> text{};
    for (std::size_t i = 0; i != N; ++i) text[i] = 'a';
    return grit::fleet::detail::Sha1::of({text.data(), N});
}
template <std::size_t N>
constexpr bool is(std::string_view hex) {
    constexpr auto sum = sha1_of_as<N>();
    return std::string_view{sum.data(), sum.size()} == hex;
}

void nothing(grit::fleet::Keyspace&, std::span<std::string_view const>, std::span<std::int64_t const>,
             std::span<std::int64_t>) {}

} // namespace

TEST_CASE("a script knows its SHA-1 at compile time, whatever its length") {
    // Taken from another implementation: around the lengths at which the padding needs one block more.
    STATIC_REQUIRE(is<0>("da39a3ee5e6b4b0d3255bfef95601890afd80709"));
    STATIC_REQUIRE(is<3>("7e240de74fb1ed08fa08d38063f6a6a91462a815"));
    STATIC_REQUIRE(is<55>("c1c8bbdc22796e28c0e15163d20899b65621d65a"));
    STATIC_REQUIRE(is<56>("c2db330f6083854c99d4b5bfb6e8f29f201be699"));
    STATIC_REQUIRE(is<63>("03f09f5b158a7a8cdad920bddc29b81c18a551f5"));
    STATIC_REQUIRE(is<64>("0098ba824b5c16427bd7a1122a5a442a25ec644d"));
    STATIC_REQUIRE(is<65>("11655326c708d70319be2610e8a57d9a5b959d3b"));
    STATIC_REQUIRE(is<119>("ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"));
    STATIC_REQUIRE(is<128>("ad5b3fdbcb526778c2839d2f151ea753995e26a0"));

    constexpr grit::fleet::Script script{"return {1}", nothing};
    STATIC_REQUIRE(script.text() == "return {1}");
    STATIC_REQUIRE(script.sha1().size() == 40);
    CHECK(script.model() == &nothing);
}
