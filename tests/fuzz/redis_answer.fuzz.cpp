// SPDX-License-Identifier: BSL-1.0
// Bytes of a server as an answer of RESP2: byte by byte as a reader of whole lines reads them, and within its bounds.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <grit/adapter/redis_wire.hpp>

#include "fuzz/support.hpp"

using grit::detail::RedisAnswer;
using grit::detail::RedisAnswerReader;
using Kind = RedisAnswer::Kind;

namespace {

/// Returns: the number that is the whole of `text`, if it has the digits of one and fits.
std::optional<std::int64_t> number(std::string_view text) {
    bool const negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    if (text.empty()) return {};
    std::int64_t n = 0; // below zero, where there is one more
    for (char const c : text) {
        if (c < '0' || c > '9' || __builtin_mul_overflow(n, 10, &n) || __builtin_sub_overflow(n, c - '0', &n))
            return {};
    }
    if (!negative && __builtin_sub_overflow(std::int64_t{0}, n, &n)) return {};
    return n;
}

/// An answer that is whole, `other` where it cannot become one, or nothing where more must come.
struct Expected {
    Kind kind = Kind::none;
    std::string text{};
    std::vector<std::int64_t> numbers{};
};

/// The same by whole lines.
Expected expected(std::string_view bytes, std::size_t room) {
    auto const line = [&]() -> std::optional<std::string_view> {
        auto const end = bytes.find('\n');
        if (end == bytes.npos) return {};
        auto const taken = bytes.substr(0, end);
        bytes.remove_prefix(end + 1);
        return taken;
    };
    Expected result;
    for (std::size_t left = 1, first = 1; left != 0; first = 0) {
        if (!bytes.empty() && bytes[0] != '\n' && std::string_view{"+-:*"}.find(bytes[0]) == std::string_view::npos)
            return {Kind::other};
        if (bytes.substr(0, bytes.find('\n')).size() >= 4096) return {Kind::other};
        auto const one = line();
        if (!one) return {};
        if (one->size() < 2 || !one->ends_with('\r')) return {Kind::other};
        auto const content = one->substr(1, one->size() - 2);
        char const type = (*one)[0];
        if (first == 1 && type == '+') return {Kind::status};
        if (first == 1 && type == '-') return {Kind::error, std::string{content}};
        auto const n = number(content);
        if (!n || (type != ':' && (first == 0 || type != '*'))) return {Kind::other};
        if (type == '*') {
            if (*n < 0 || static_cast<std::uint64_t>(*n) > room) return {Kind::other};
            left = static_cast<std::size_t>(*n);
        } else {
            if (result.numbers.size() == room) return {Kind::other};
            result.numbers.push_back(*n);
            --left;
        }
    }
    result.kind = Kind::integers;
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 1) return 0;
    // Two places more than there is room for, which must stay as they are.
    std::array<std::int64_t, 10> places;
    places.fill(4711);
    std::size_t const room = data[0] % 9;
    auto const bytes = fuzz::text_of(data + 1, size - 1);

    RedisAnswer answer{{places.data(), room}};
    RedisAnswerReader reader{answer};
    bool whole = false;
    for (std::size_t i = 0; i != bytes.size() && !whole; ++i) whole = reader.take(bytes[i]);

    auto const wanted = expected(bytes, room);
    fuzz::require(whole == (wanted.kind != Kind::none), "it is whole where lines say so");
    fuzz::require(answer.count <= room, "there is no more than there is room for");
    for (std::size_t i = room; i != places.size(); ++i)
        fuzz::require(places[i] == 4711, "nothing is written behind it");
    if (!whole) return 0;
    fuzz::require(answer.kind == wanted.kind, "it is of the kind that lines say");
    if (answer.kind == Kind::error) fuzz::require(answer.text == wanted.text, "an error has its text");
    if (answer.kind == Kind::integers)
        fuzz::require(std::equal(wanted.numbers.begin(), wanted.numbers.end(), places.begin(),
                                 places.begin() + static_cast<std::ptrdiff_t>(answer.count)),
                      "the integers are those of the lines");
    return 0;
}
