// SPDX-License-Identifier: BSL-1.0
// What the cases call, out of their sight: each counts its calls.
#include "cases.hpp"

namespace cases {
namespace {
thread_local unsigned round_of_three = 0;
thread_local unsigned round_of_two = 0;

// Not a modulo, which would cost more than a breaker.
bool two_of_three() {
    ++operations;
    if (++round_of_three < 3) return true;
    round_of_three = 0;
    return false;
}
} // namespace

thread_local long operations = 0;

int succeeds() {
    ++operations;
    return 0;
}
int throws() {
    ++operations;
    throw Timeout{};
}
int throws_twice() {
    if (two_of_three()) throw Timeout{};
    return 0;
}
int returns_one() {
    ++operations;
    return 1;
}
int returns_one_twice() { return two_of_three() ? 1 : 0; }
int alternates() {
    ++operations;
    return static_cast<int>(++round_of_two & 1);
}

} // namespace cases
