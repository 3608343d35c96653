// SPDX-License-Identifier: BSL-1.0
#pragma once
// A stream that broke after a part of the answer had been delivered.

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/chat/response.hpp>
#include <grit/llm/error/api_error.hpp>

namespace grit::inline GRIT_ABI::llm {

/// The stream broke after a part of the answer had been delivered; what had arrived is in it.
///
/// Nothing retries it unseen, because the caller would get the beginning twice. Its category is that of its cause.
class StreamError : public ApiError {
public:
    StreamError(ApiError const& cause, std::exception_ptr cause_pointer, ChatResponse partial)
        : ApiError("StreamError", std::string{"The stream broke off: "} + cause.what(), cause.retry_after()),
          cause_type_(cause.type_name()), cause_(std::move(cause_pointer)),
          partial_(std::make_shared<ChatResponse const>(std::move(partial))) {}

    /// Returns: what had arrived: the content and tool calls so far, the id and model if they were told.
    ChatResponse const& partial() const noexcept { return *partial_; }

    /// Returns: the name of the type of what went wrong, such as "OverloadedError".
    std::string_view cause_type() const noexcept { return cause_type_; }

    /// Returns: what went wrong, as its own type.
    std::exception_ptr cause() const noexcept override { return cause_; }

private:
    std::string_view cause_type_;
    std::exception_ptr cause_;
    std::shared_ptr<ChatResponse const> partial_;
};

} // namespace grit::inline GRIT_ABI::llm
