// SPDX-License-Identifier: BSL-1.0
// Fallbacks that cannot answer.
#include <stdexcept>
#include <string>

#include <grit/fallback.hpp>

using grit::Fallback;
inline int op() { return 1; }

// expect-error: grit: a 'Fallback' cannot answer for an operation, because it holds neither a value that converts to the operation's result nor a callable for its error
namespace value_of_another_type {
int result = Fallback{std::string{"text"}}(op);
} // namespace value_of_another_type

// expect-error: grit: a 'Fallback' cannot answer for an operation, because what its callable returns does not convert to the operation's result; return that type
namespace callable_returns_another_type {
int result = Fallback{[](std::logic_error const& error) { return std::string{error.what()}; }}(op);
} // namespace callable_returns_another_type

// expect-error: grit: a 'Fallback' cannot answer for an operation, because it holds neither a value that converts to the operation's result nor a callable for its error
namespace callable_is_not_const {
int result = Fallback{[n = 0](std::logic_error const&) mutable { return ++n; }}(op);
} // namespace callable_is_not_const

// expect-error: grit: the condition of a 'Fallback' cannot be asked, because it does not take the error that its callable takes; let both take the same error, or both a grit::Failure const&
namespace condition_on_another_error {
int result = Fallback{[](grit::Failure const&) { return true; }, [](std::logic_error const&) { return 2; }}(op);
} // namespace condition_on_another_error
