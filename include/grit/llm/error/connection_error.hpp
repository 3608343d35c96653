// SPDX-License-Identifier: BSL-1.0
#pragma once
// The errors of a call that got no whole answer.

#include <string>
#include <string_view>

#include <grit/llm/error/api_error.hpp>
#include <grit/llm/http/transport_failure.hpp>

namespace grit::inline GRIT_ABI::llm {

/// There was no whole answer.
class ApiConnectionError : public ApiError {
public:
    ApiConnectionError(TransportFailure kind, std::string const& message)
        : ApiConnectionError("APIConnectionError", kind, message) {}

    TransportFailure kind() const noexcept { return kind_; }

protected:
    ApiConnectionError(char const* type_name, TransportFailure kind, std::string const& message)
        : ApiError(type_name, message), kind_(kind) {}

private:
    TransportFailure kind_;
};

/// One of the `Timeouts` ended the attempt; `kind` says which.
class ApiTimeoutError : public ApiConnectionError {
public:
    ApiTimeoutError(TransportFailure kind, std::string const& message)
        : ApiConnectionError("APITimeoutError", kind, message) {}
};

namespace detail {

/// Throws the error of an exchange that ended with `kind`; `more` is what else may be shown.
[[noreturn]] inline void throw_transport_failure(TransportFailure kind, std::string_view more = {}) {
    using enum TransportFailure;
    bool const timeout = kind == connect_timeout || kind == first_byte_timeout || kind == first_token_timeout ||
                         kind == idle_timeout || kind == attempt_timeout;
    std::string message{timeout ? "Request timed out: " : "Connection error: "};
    message.append(to_string(kind));
    if (!more.empty()) message.append(" (").append(more).append(")");
    if (timeout) throw ApiTimeoutError{kind, message};
    throw ApiConnectionError{kind, message};
}

} // namespace detail

namespace detail {

/// Returns: whether the request went out and its answer did not come in time.
inline bool timed_out_after_sending(std::exception const& error) noexcept {
    auto const* const timeout = dynamic_cast<ApiTimeoutError const*>(&error);
    return timeout != nullptr && timeout->kind() != TransportFailure::connect_timeout;
}

} // namespace detail
} // namespace grit::inline GRIT_ABI::llm
