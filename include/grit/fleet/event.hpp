// SPDX-License-Identifier: BSL-1.0
#pragma once
// What happens to a process as a member of a fleet, and the listener that is told.

#include <grit/core/callable.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/value.hpp>
#include <grit/fleet/store.hpp>

namespace grit::inline GRIT_ABI::fleet {

/// What happened. Each of the first two is told once, until the other.
enum class FleetMoment : unsigned char {
    store_lost,       ///< the store does not answer; each part goes on by itself
    store_back,       ///< it answers again
    fleet_open,       ///< the circuit was opened for all
    joined_open,      ///< this process opened its circuit because the fleet's is open
    fleet_closed,     ///< the circuit was closed for all
    probe_mine,       ///< this process may send the probes
    probe_taken_over, ///< another one had let its lease run out
    acts_alone        ///< this circuit goes by its own clock, since nothing comes from the store
};

/// Returns: the enumerator's name, a string literal.
constexpr char const* to_string(FleetMoment moment) noexcept {
    switch (moment) {
    case FleetMoment::store_lost: return "store_lost";
    case FleetMoment::store_back: return "store_back";
    case FleetMoment::fleet_open: return "fleet_open";
    case FleetMoment::joined_open: return "joined_open";
    case FleetMoment::fleet_closed: return "fleet_closed";
    case FleetMoment::probe_mine: return "probe_mine";
    case FleetMoment::probe_taken_over: return "probe_taken_over";
    case FleetMoment::acts_alone: return "acts_alone";
    }
    return "unknown";
}

/// One moment, as OnFleetEvent is told. Its texts live as long as the call of the listener.
struct FleetEvent {
    FleetMoment moment;
    std::string_view fleet;               ///< the name of the agent
    std::string_view part;                ///< the limit or circuit, or empty where it is the agent
    StoreStatus status = StoreStatus::ok; ///< of store_lost
    std::string_view error{};             ///< what the store said, of store_lost
};

/// Calls f(FleetEvent const&) in the thread that ticks the agent: `OnFleetEvent{f}`, or `OnFleetEvent<f>`.
///
/// Requires: f is noexcept, since an exception would end the agent. Thread safety: one call at a time.
template <auto F = dynamic, class Fn = void>
class OnFleetEvent {
    using Call = grit::detail::Callable<F, Fn>;
    using Function = typename Call::type;
    static_assert(
        grit::detail::is_met<(std::is_nothrow_invocable_v<Function const&, FleetEvent const&>)>,
        "grit: 'OnFleetEvent' was given something that it cannot call, because its parameter is no event or it "
        "may throw; write (grit::fleet::FleetEvent const&) noexcept and make it callable through const "
        "instead");

public:
    static constexpr Family family = Family::hook;
    static constexpr char const* name = "OnFleetEvent";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    using Kind = OnFleetEvent<>;

    constexpr OnFleetEvent()
        requires grit::detail::BuiltOnDemand<Call>
    = default;
    template <std::convertible_to<Fn> G>
    explicit constexpr OnFleetEvent(G f) : f_(std::move(f)) {}

    void operator()(FleetEvent const& event) const noexcept { f_(event); }

private:
    [[no_unique_address]] Call f_;
};
template <class Fn>
OnFleetEvent(Fn) -> OnFleetEvent<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI::fleet
