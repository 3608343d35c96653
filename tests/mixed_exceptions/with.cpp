// SPDX-License-Identifier: BSL-1.0
// Compiled with exceptions.

#include <grit/fleet/shared_memory.hpp>

#include "mixed_exceptions/calls.hpp"

namespace {

int throw_twice(int call) {
    if (call < 3) throw std::runtime_error("busy");
    return 0;
}

template <class F>
bool rejects(F make) {
    try {
        make();
        return false;
    } catch (std::invalid_argument const&) {
        return true;
    }
}

} // namespace

int with::retried_results() { return count_calls<true>(busy_twice); }
int with::retried_exceptions() { return count_calls<true>(throw_twice); }
int with::retried_in_wrapped_operation() { return count_wrapped_calls<true>(throw_twice); }
int with::retried_signals() { return count_calls_of_replies<true>(again_twice); }
int with::given_up_permanently() { return count_calls_of_replies<true>(refused_for_ever); }
bool with::reports_result() { return reports_a_result<true>(); }

bool with::reports_exception() {
    int calls = 0;
    grit::Report<int> const report = configured<true>(2).report(Operation{calls, throw_twice});
    try {
        (void)report.value();
        return false;
    } catch (std::runtime_error const& error) {
        return calls == 2 && std::string_view{error.what()} == "busy";
    }
}

bool with::rejects_wrong_value() {
    return rejects([] { (void)configured<true>(0); });
}
bool with::rejects_wrong_set() {
    return rejects([] { (void)Unlimited{grit::WaitFixed{std::chrono::seconds{0}}}; });
}
bool with::rejects_wrong_replacement() {
    Unlimited const right{grit::WaitFixed{std::chrono::seconds{1}}};
    return rejects([&] { (void)right.with(grit::WaitFixed{std::chrono::seconds{0}}); });
}

bool with::throws_a_rejection() {
    int calls = 0;
    try {
        (void)call_twice<true>(calls);
        return false;
    } catch (grit::CircuitOpenError const&) {
        return calls == 1;
    }
}

bool with::throws_without_memory() {
    try {
        grit::fleet::SharedMemory<Guard> const memory{std::string(1000, 'a')};
        return false;
    } catch (std::system_error const& error) {
        return error.code().value() != 0;
    }
}
