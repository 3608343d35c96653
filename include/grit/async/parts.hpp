// SPDX-License-Identifier: BSL-1.0
#pragma once
// The parts of a pipeline around and inside the stage that races attempts: each is a stage again.

#include <grit/pipeline.hpp>

namespace grit::inline GRIT_ABI::detail {

/// The call of no stage at all.
struct CallThrough {
    static constexpr void start(auto const&) noexcept {}
};

/// The stages From to To of a pipeline, which it holds.
template <class Held, std::size_t From, std::size_t To>
class Part {
public:
    static constexpr std::size_t count = To - From;

    explicit constexpr Part(Held const& held) : held_(held) {}

    template <std::size_t I>
    constexpr auto& stage() const noexcept {
        return held_.template stage<From + I>();
    }
    template <class Around>
    constexpr auto call([[maybe_unused]] Around const& at) const {
        if constexpr (count == 0) return CallThrough{};
        else return flat_call<0>(*this, at);
    }

private:
    Held held_;
};

/// Where a pipeline races attempts: the number of the stage, or that of all stages.
template <class... Ss>
consteval std::size_t index_of_race(Types<Ss...>) {
    bool const races[] = {races_attempts<std::remove_cvref_t<Ss>>..., true};
    std::size_t i = 0;
    while (!races[i]) ++i;
    return i;
}

/// A stage that races attempts is held as a pipeline, so that there are parts.
template <class Held>
using HeldInParts = Conditional<races_attempts<std::remove_cvref_t<Held>> && !Composite<Held>, Pipeline<Held>, Held>;

template <class Pipe>
struct RaceOf {
    static constexpr std::size_t index = index_of_race(typename Pipe::Stages{});
    using Stage = std::remove_cvref_t<At<typename Pipe::Stages, index>>;
    static_assert(is_met<(!Composite<Stage>)>,
                  "grit: a hedge stands in a pipeline inside another one, because that was given as a stage; write all "
                  "stages in one pipeline");
    using Outside = Part<Pipe, 0, index>;
    using Inside = Part<Pipe, index + 1, Pipe::count>;
};

} // namespace grit::inline GRIT_ABI::detail
