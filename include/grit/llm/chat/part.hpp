// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a message has beside its text: images, files, audio; and what a provider may keep of it.

#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/http/base64.hpp>

namespace grit::inline GRIT_ABI::llm {

/// How long the provider keeps what it has read up to here, so that the next request costs less. Only Anthropic asks
/// for a mark; others keep by themselves, and the mark is not sent to them.
enum class Cache { none, five_minutes, one_hour };

/// One part of a message: a text, or something else at an address, in base64, or uploaded before.
///
/// A dialect that cannot say a part refuses the request with an InvalidRequestError, before anything is sent.
struct Part {
    enum class Kind {
        text,
        image,
        file,
        audio,
        json, ///< the provider's own words: `text` is a JSON object, which is sent as it is
    };
    Kind kind = Kind::text;
    std::string text = {};
    /// Where the provider gets it.
    std::string url = {};
    /// Or what it is, in base64; `base64` makes it of bytes.
    std::string data = {};
    /// Of what type `data` is, such as "image/png", "application/pdf" or "audio/wav".
    std::string media_type = {};
    /// Or the provider's name for an uploaded file.
    std::string file_id = {};
    /// The name of a file, for the model.
    std::string name = {};
    /// How closely an image is looked at: "low", "high" or "auto", where the provider has the choice.
    std::string detail = {};
    Cache cache = Cache::none;
};

/// Returns: the name of `kind`, such as "image".
constexpr std::string_view to_string(Part::Kind kind) noexcept {
    switch (kind) {
    case Part::Kind::image: return "image";
    case Part::Kind::file: return "file";
    case Part::Kind::audio: return "audio";
    case Part::Kind::json: return "json";
    case Part::Kind::text: break;
    }
    return "text";
}

/// Returns: a part that is text.
inline Part text_part(std::string text) { return {.text = std::move(text)}; }

/// Returns: an image that the provider gets from `url`.
inline Part image_url(std::string url) { return {.kind = Part::Kind::image, .url = std::move(url)}; }

/// Returns: an image whose bytes are `data` in base64.
inline Part image_data(std::string data, std::string media_type) {
    return {.kind = Part::Kind::image, .data = std::move(data), .media_type = std::move(media_type)};
}

/// Returns: a file whose bytes are `data` in base64.
inline Part file_data(std::string data, std::string media_type, std::string name = {}) {
    return {.kind = Part::Kind::file,
            .data = std::move(data),
            .media_type = std::move(media_type),
            .name = std::move(name)};
}

/// Returns: audio whose bytes are `data` in base64; the type is "audio/wav" or "audio/mpeg".
inline Part audio_data(std::string data, std::string media_type) {
    return {.kind = Part::Kind::audio, .data = std::move(data), .media_type = std::move(media_type)};
}

} // namespace grit::inline GRIT_ABI::llm
