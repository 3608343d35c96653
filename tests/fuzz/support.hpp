// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the fuzz targets share: a property that fails loudly, an answer made of bytes, a key that must not be seen.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/response.hpp>

/// What libFuzzer and the replay of the corpus call.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace fuzz {

/// Ends the program, with the line, unless `good`.
inline void require(bool good, char const* sentence) {
    if (good) return;
    std::fprintf(stderr, "property broken: %s\n", sentence);
    std::abort();
}

inline std::string_view text_of(std::uint8_t const* data, std::size_t size) {
    return {reinterpret_cast<char const*>(data), size};
}

/// Returns: the front of `rest` up to `end`, which is taken off with it.
inline std::string_view take_until(std::string_view& rest, std::string_view end) {
    auto const found = rest.find(end);
    auto const front = rest.substr(0, found);
    rest.remove_prefix(found == rest.npos ? rest.size() : found + end.size());
    return front;
}

inline grit::llm::ApiKey const& key() {
    static grit::llm::ApiKey const key{"sk-Fuzz0123456789"};
    return key;
}

/// Returns: `text` with the key wherever it says `%KEY%`, so that mutations move the key about whole.
inline std::string with_key(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        auto const before = text.size();
        auto const front = take_until(text, "%KEY%");
        out += front;
        if (front.size() < before) out += key().reveal();
    }
    return out;
}

inline bool shows_key(std::string_view text) { return text.find(key().reveal()) != text.npos; }

/// Returns: an answer from its status in three digits, its header lines, an empty line and its body.
inline grit::llm::HttpResponse response_of(std::string_view input) {
    grit::llm::HttpResponse response;
    for (char const c : take_until(input, "\n").substr(0, 3))
        if (c >= '0' && c <= '9') response.status = response.status * 10 + (c - '0');
    for (auto line = take_until(input, "\n"); !line.empty(); line = take_until(input, "\n"))
        response.headers.read_line(with_key(line));
    response.body = with_key(input);
    return response;
}

/// What is now, to every target.
inline constexpr std::chrono::system_clock::time_point now{std::chrono::seconds{1'696'004'797}};

} // namespace fuzz
