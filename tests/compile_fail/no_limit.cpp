// SPDX-License-Identifier: BSL-1.0
// Retryings without an end: no stop, or no limit and no pause.
#include <grit/retry.hpp>

using namespace std::chrono_literals;

// expect-error: grit: 'StopAny' or 'StopAll' combines nothing, because
namespace empty_stop_any {
// StopAll<> stands in combined.cpp, since an empty list says this once.
constexpr grit::Retrying<grit::StopAny<>> retrying;
} // namespace empty_stop_any

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero
namespace never_with_wait_if_only {
// A failure that no WaitIf names would be retried without pause.
constexpr grit::Retrying<grit::StopNever, grit::WaitIf<std::runtime_error, grit::WaitFixed<1s>>> retrying;
} // namespace never_with_wait_if_only

// expect-error: grit: a 'Retrying' was given no stop, because none of its policies ends the attempts; add
namespace no_stop {
constexpr grit::Retrying<grit::WaitFixed<1s>> retrying;
}

// expect-error: grit: a 'Retrying' was given no stop, because none of its policies ends the attempts; add
namespace no_stop_deduced {
grit::Retrying retrying{grit::WaitFixed{1s}, grit::RetryAlways{}};
}

// expect-error: grit: a 'Retrying' was given no stop, because none of its policies ends the attempts; add
namespace no_stop_no_policy {
constexpr grit::Retrying<> retrying;
}

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
namespace unbounded_falling {
constexpr grit::Retrying<grit::StopNever, grit::WaitIncrementing<1h, -1s, 1h>> retrying; // zero at last
}

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
namespace unbounded_full_jitter {
constexpr grit::Retrying<grit::StopNever, grit::WaitRandomExponential<1s, 60s>> retrying;
}

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
namespace unbounded_stop_all {
constexpr grit::Retrying<grit::StopAll<grit::StopAfterAttempt<3>, grit::StopNever>> retrying;
}

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
namespace unbounded_stop_if {
constexpr bool is_shutting_down() { return false; }

constexpr grit::Retrying<grit::StopIf<is_shutting_down>, grit::WaitRandom<0s, 1s>> retrying;
} // namespace unbounded_stop_if

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
namespace unbounded_stop_when_requested {
struct Token {
    bool stop_requested() const;
};

grit::Retrying retrying{grit::StopWhenRequested{Token{}}};
} // namespace unbounded_stop_when_requested

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
namespace unbounded_stop_with_limitless_callable {
auto const wait = [] { return 1s; };

grit::Retrying retrying{grit::StopNever{}, grit::WaitNone{}, grit::Before{wait}};
} // namespace unbounded_stop_with_limitless_callable

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
namespace unbounded_wait_if_zero {
struct Busy {};

constexpr grit::Retrying<grit::StopNever, grit::WaitFixed<1s>, grit::WaitIf<Busy, grit::WaitNone>> retrying;
} // namespace unbounded_wait_if_zero

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
namespace unbounded_wait_none {
constexpr grit::Retrying<grit::StopNever, grit::WaitNone> retrying;
}

// expect-error: grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call without pause for ever; add
namespace unbounded_without_wait {
constexpr grit::Retrying<grit::StopNever> retrying;
}
