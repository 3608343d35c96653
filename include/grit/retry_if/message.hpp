// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryIfMessage: retry by the words of the error.

#include <string>

#include <grit/core/concepts.hpp>
#include <grit/core/result.hpp>
#include <grit/core/text.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// The text to look for: a constant, or held.
template <ConstantText Text>
struct MessagePart {
    static constexpr std::string_view get() noexcept { return Text.view(); }
};
template <ConstantText Text>
    requires(Text.is_dynamic)
struct MessagePart<Text> {
    std::string text;
    constexpr std::string_view get() const noexcept { return text; }
};

template <class E>
concept IsText = std::is_convertible_v<E const&, std::string_view>;
template <class E>
concept HasWhat = requires(E const& e) {
    { e.what() } -> std::convertible_to<std::string_view>;
};
template <class E>
concept HasMessage = requires(E const& e) {
    { e.message() } -> std::convertible_to<std::string_view>;
};

/// True if an error of type E has words; those of a rejection are not looked at.
template <class E>
inline constexpr bool has_words = (IsText<E> || HasWhat<E> || HasMessage<E>) && !std::is_base_of_v<Rejected, E>;

template <class Errors>
inline constexpr bool any_has_words = false;
template <class... Es>
inline constexpr bool any_has_words<Types<Es...>> = (has_words<Es> || ...);

} // namespace detail

/// Retries an error whose words contain a text: `RetryIfMessage<"overloaded">`, or `RetryIfMessage{text}`, which holds
/// a copy. The words are what() of an exception; of a result's error what(), message(), or the error itself if it is
/// a text. The empty text is contained in all words.
///
/// Complexity: one search; message() of a std::error_code allocates. Thread safety: a const value.
template <ConstantText Text = dynamic>
class RetryIfMessage {
public:
    static constexpr Family family = Family::retry;
    using Kind = RetryIfMessage<>;
    static constexpr char const* name = "RetryIfMessage";
    static consteval auto arguments() { return Types<Constant<Text>>{}; }
    using Handles = Types<std::exception>;

    constexpr RetryIfMessage()
        requires(!Text.is_dynamic)
    = default;
    explicit constexpr RetryIfMessage(std::string text)
        requires(Text.is_dynamic)
        : part_{std::move(text)} {}

    template <class E>
    GRIT_INLINE constexpr bool on_exception([[maybe_unused]] E const& e) const {
        if constexpr (!detail::has_words<E>) return false;
        else if constexpr (detail::IsText<E>) return is_in(e);
        else if constexpr (detail::HasWhat<E>) return is_in(e.what());
        else return is_in(e.message());
    }

    template <class R>
    static constexpr bool looks_at = detail::any_has_words<typename ErrorChannel<R>::Errors>;

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return ErrorChannel<R>::failed(r) &&
               ErrorChannel<R>::template visit<bool>(r, [&](auto const& e) { return on_exception(e); });
    }

private:
    constexpr bool is_in(std::string_view words) const { return words.find(part_.get()) != std::string_view::npos; }

    [[no_unique_address]] detail::MessagePart<Text> part_;
};
RetryIfMessage(std::string) -> RetryIfMessage<>;

} // namespace grit::inline GRIT_ABI
