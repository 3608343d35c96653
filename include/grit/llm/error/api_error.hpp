// SPDX-License-Identifier: BSL-1.0
#pragma once
// What every error of an LLM call has, and the two that the caller makes; named as in the official SDKs.

#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <grit/version.hpp>

#include <cxxabi.h>

namespace grit::inline GRIT_ABI::llm {

struct AttemptRecord; // attempt_record.hpp
using AttemptHistory = std::vector<AttemptRecord>;

/// The base of everything that a provider, or the way to it, makes an LLM call throw.
///
/// Copying an error does not throw. Thread safety: immutable.
class ApiError : public std::runtime_error {
public:
    explicit ApiError(std::string const& message) : ApiError("APIError", message) {}

    /// Returns: the name of the type as the official SDKs spell it, such as "RateLimitError".
    std::string_view type_name() const noexcept { return type_name_; }

    /// Returns: how long the server asks to wait, if it does.
    std::optional<std::chrono::nanoseconds> retry_after() const noexcept { return retry_after_; }

    /// Returns: how many attempts the call had made when it ended with this; 0 where no client counted.
    int attempts() const noexcept { return attempts_; }

    /// Returns: the attempts one by one, this one last; null where no client wrote them down. Include
    /// <grit/llm/error/attempt_record.hpp> to look into them.
    std::shared_ptr<AttemptHistory const> const& history() const noexcept { return history_; }

    /// Returns: the error that this one was made of, as a StreamError is; null for all others.
    virtual std::exception_ptr cause() const noexcept { return nullptr; }

    /// For whoever makes the attempts: writes down how many there were.
    void remember(int attempts, std::shared_ptr<AttemptHistory const> history) noexcept {
        attempts_ = attempts;
        history_ = std::move(history);
    }

protected:
    /// Requires: type_name is a string literal.
    ApiError(char const* type_name, std::string const& message,
             std::optional<std::chrono::nanoseconds> retry_after = {})
        : std::runtime_error(message), type_name_(type_name), retry_after_(retry_after) {}

private:
    char const* type_name_;
    std::optional<std::chrono::nanoseconds> retry_after_;
    int attempts_ = 0;
    std::shared_ptr<AttemptHistory const> history_; // shared, so that a copy cannot throw
};

/// Returns: what went wrong in one word: the SDKs' name of an ApiError, "CircuitOpenError" and its like for a class of
/// grit, else the full name of the class.
inline std::string error_type(std::exception const& error) {
    if (auto const* known = dynamic_cast<ApiError const*>(&error)) return std::string{known->type_name()};
    char const* const name = typeid(error).name();
    std::unique_ptr<char, decltype(&std::free)> const readable{abi::__cxa_demangle(name, nullptr, nullptr, nullptr),
                                                               &std::free};
    std::string_view text = readable == nullptr ? name : readable.get();
    if (text.starts_with("grit::")) text.remove_prefix(text.find_last_of(':', text.find('<')) + 1);
    return std::string{text};
}

/// The caller asked for the end of the call; never retried.
struct ApiUserAbortError : ApiError {
    explicit ApiUserAbortError(std::string const& message = "Request was aborted.")
        : ApiError("APIUserAbortError", message) {}
};

/// The request says what the provider's dialect cannot say; nothing was sent.
struct InvalidRequestError : ApiError {
    explicit InvalidRequestError(std::string const& message) : ApiError("InvalidRequestError", message) {}
};

} // namespace grit::inline GRIT_ABI::llm
