// SPDX-License-Identifier: BSL-1.0
// An answer that is an error, from any server: always a typed error, bounded, in one line, without the key.
// Input: status, header lines, empty line, body; %KEY% stands for the key.

#include <algorithm>
#include <string>

#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/dialect.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/error/category.hpp>

#include "fuzz/support.hpp"

namespace {

using namespace grit::llm;

template <Dialect D>
void check(D const& dialect, HttpResponse const& response) {
    constexpr std::size_t dots = 3;
    try {
        dialect.decode(response, fuzz::key(), fuzz::now);
    } catch (ApiStatusError const& error) {
        fuzz::require(error.status() == response.status, "the status is that of the answer");
        for (std::string_view const text :
             {std::string_view{error.what()}, std::string_view{error.message()}, std::string_view{error.type()},
              std::string_view{error.code()}, std::string_view{error.error_code()},
              std::string_view{error.request_id()}, std::string_view{error.body()}})
            fuzz::require(!fuzz::shows_key(text), "no text of an error shows the key");
        fuzz::require(error.message().size() <= max_message_bytes + dots, "a message is bounded");
        fuzz::require(error.body().size() <= max_body_bytes + dots, "a kept body is bounded");
        for (auto const* field : {&error.type(), &error.code(), &error.error_code(), &error.request_id()})
            fuzz::require(field->size() <= max_field_bytes + dots, "a field is bounded");
        fuzz::require(std::ranges::none_of(error.message(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }),
                      "a message is one line");
        fuzz::require(!error.retry_after() || error.retry_after()->count() >= 0, "a wait is not negative");
        auto const category = categorize(error);
        fuzz::require(category != Category::retryable || is_retryable(error) || error.should_retry() == false,
                      "what is retryable is retried unless the server says no");
        if (dynamic_cast<InsufficientQuotaError const*>(&error) != nullptr || response.status == 402)
            fuzz::require(category == Category::billing, "money is billing");
        return;
    }
    fuzz::require(false, "an error status is thrown");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto response = fuzz::response_of(fuzz::text_of(data, size));
    if (response.status >= 200 && response.status < 300) response.status += 200;
    check(OpenAi{}, response);
    check(Anthropic{}, response);
    return 0;
}
