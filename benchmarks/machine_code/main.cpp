// SPDX-License-Identifier: BSL-1.0
// The operations of pairs.cpp, which do not fail, and one call of each of its functions.

int ask() { return 0; }
int poll() noexcept { return 0; }

int retry_by_exception_by_hand();
int retry_by_exception_library();
int retry_by_result_by_hand();
int retry_by_result_library();
int breaker_by_hand();
int breaker_library();
int retry_around_a_breaker_by_hand();
int retry_around_a_breaker_library();

int main() {
    return retry_by_exception_by_hand() + retry_by_exception_library() + retry_by_result_by_hand() +
           retry_by_result_library() + breaker_by_hand() + breaker_library() + retry_around_a_breaker_by_hand() +
           retry_around_a_breaker_library();
}
