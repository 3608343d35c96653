// SPDX-License-Identifier: BSL-1.0
// Which fronts do what a scenario expects: a line for each that does not. tools/mutate.py compiles it, with
// -DGRIT_SCENARIO=<name> for one scenario instead of all.
#include <cstdio>

#include "retrying/scenarios.hpp"

using namespace scenarios;

namespace {

int failures = 0;

template <class Front>
void check(char const* front, char const* scenario, Front const& as_expected) {
    bool good = false;
    try {
        good = as_expected();
    } catch (std::logic_error const&) { // nothing ended the call
    }
    if (good) return;
    std::printf("%s: %s\n", front, scenario);
    ++failures;
}

template <class S>
void check_all() {
    check("loop", S::name, [] { return as_expected<S>(blocking<S>()) && as_expected<S>(throwing<S>()); });
    check("steps", S::name, [] { return as_expected<S>(steps<S>()) && as_expected<S>(steps_of_exceptions<S>()); });
#ifndef GRIT_WITHOUT_CONSTANTS
    constexpr bool constant = as_expected<S>(blocking<S>()) && as_expected<S>(steps<S>());
    check("constant", S::name, [] { return constant; });
#endif
}

template <class... Ss>
[[maybe_unused]] void check_each(std::tuple<Ss...> const*) {
    (check_all<Ss>(), ...);
}

} // namespace

int main() {
#ifdef GRIT_SCENARIO
    check_all<GRIT_SCENARIO>();
#else
    check_each(static_cast<All const*>(nullptr));
#endif
    return failures == 0 ? 0 : 1;
}
