// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a result that cannot be moved is to be judged, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

struct Reply {
    Reply() = default;
    Reply(Reply const&) = delete;
    bool has_value() const { return true; }
    int error() const { return 0; }
};
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
void call() {
    breaker([] { return Reply{}; });
}
