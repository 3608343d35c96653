// SPDX-License-Identifier: BSL-1.0
// Waits and stops that are made of others.
#include <grit/retry.hpp>

using namespace std::chrono_literals;

// expect-error: grit: a wait was combined with something that is not a wait, because
namespace chain_of_no_wait {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitChain<grit::WaitFixed<1s>, long>> retrying;
}

// expect-error: grit: 'RetryAll' was given something that is no retry predicate, because only predicates can be combined; write
namespace all_of_no_predicate {
struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryAll<grit::RetryIf<Busy>, Busy>> retrying;
} // namespace all_of_no_predicate

// expect-error: grit: 'RetryAny' was given something that is no retry predicate, because only predicates can be combined; write
namespace any_of_no_predicate {
struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryAny<grit::RetryIf<Busy>, Busy>> retrying;
} // namespace any_of_no_predicate

// expect-error: grit: 'WaitChain' was given no wait, because
namespace empty_chain {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitChain<>> retrying;
}

// expect-error: grit: 'RetryAll' combines nothing, because its list is empty; write
namespace empty_retry_all {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryAll<>> retrying;
}

// expect-error: grit: 'RetryAny' combines nothing, because its list is empty; write
namespace empty_retry_any {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryAny<>> retrying;
}

// expect-error: grit: 'StopAny' or 'StopAll' combines nothing, because
namespace empty_stop_all {
constexpr grit::Retrying<grit::StopAll<>> retrying;
}

// expect-error: grit: 'WaitSum' was given no wait, because
namespace empty_sum {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitSum<>> retrying;
}

// expect-error: grit: 'WaitAtMost' was given a WaitHint, because
namespace hint_in_at_most {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitAtMost<1s, grit::WaitHint<60s>>> retrying;
}

// expect-error: grit: 'WaitChain' was given a WaitHint, because
namespace hint_in_chain {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitChain<grit::WaitHint<60s>>> retrying;
}

// expect-error: grit: 'WaitHint' was given another WaitHint, because
namespace hint_in_hint {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitHint<60s, grit::WaitHint<60s>>> retrying;
}

// expect-error: grit: 'WaitJitter' was given a WaitHint, because
namespace hint_in_jitter {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitJitter<grit::WaitHint<60s>>> retrying;
}

// expect-error: grit: a wait was combined with something that is not a wait, because
namespace jitter_of_no_wait {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitJitter<grit::StopNever>> retrying;
}

// expect-error: grit: a stop was combined with something that is not a stop, because
namespace stop_any_of_no_stop {
constexpr grit::Retrying<grit::StopAny<grit::StopAfterAttempt<3>, grit::WaitFixed<1s>>> retrying;
}

// expect-error: grit: a wait was combined with something that is not a wait, because
namespace sum_of_no_wait {
grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::WaitSum{grit::WaitFixed<1s>{}, 5}};
}

// expect-error: grit: 'WaitIf' names a reference or const type, because
namespace error_by_reference_wait {
struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<Busy>, grit::WaitIf<Busy const&, grit::WaitFixed<1s>>>
    retrying;
} // namespace error_by_reference_wait

// expect-error: grit: a wait was combined with something that is not a wait, because
namespace wait_if_without_wait {
struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitIf<Busy, Busy>> retrying;
} // namespace wait_if_without_wait
