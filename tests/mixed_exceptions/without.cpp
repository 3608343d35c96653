// SPDX-License-Identifier: BSL-1.0
// Compiled with -fno-exceptions.

#include <grit/fleet/shared_memory.hpp>

#include "mixed_exceptions/calls.hpp"

static_assert(GRIT_EXCEPTIONS == 0);

int without::retried_results() { return count_calls<false>(busy_twice); }
int without::retried_in_wrapped_operation() { return count_wrapped_calls<false>(busy_twice); }
int without::retried_signals() { return count_calls_of_replies<false>(again_twice); }
int without::given_up_permanently() { return count_calls_of_replies<false>(refused_for_ever); }
bool without::reports_result() { return reports_a_result<false>(); }

void without::make_wrong_value() { (void)configured<false>(0); }
void without::make_wrong_set() { (void)Unlimited{grit::WaitFixed{std::chrono::seconds{0}}}; }
void without::make_wrong_replacement() {
    (void)Unlimited{grit::WaitFixed{std::chrono::seconds{1}}}.with(grit::WaitFixed{std::chrono::seconds{0}});
}

bool without::returns_a_rejection() {
    int calls = 0;
    Guard guard;
    guard.force_open();
    return call_twice<false>(calls) == grit::errc::circuit_open && calls == 1 &&
           guard(CodeOperation{calls}) == grit::errc::circuit_open && calls == 1 &&
           !guard.try_call([] { return 1; }).has_value();
}

void without::make_memory() { grit::fleet::SharedMemory<Guard> const memory{std::string(1000, 'a')}; }
