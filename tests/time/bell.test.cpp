// SPDX-License-Identifier: BSL-1.0
#include <grit/time/bell.hpp>

#include <stop_token>
#include <thread>

#include "support/catch.hpp"

using namespace grit;
using detail::Bell;

TEST_CASE("a bell that was rung is not waited for, and a wait ends with its time", "[R-423]") {
    Bell bell;
    bell.wait_until(TimePoint{}); // long ago
    bell.ring();
    bell.wait_until(TimePoint::max());
}

TEST_CASE("a wait ends by the bell of another thread, and by a stop", "[R-422][R-423]") {
    Bell bell;
    std::thread rings{[&] { bell.ring(); }};
    detail::wait_watching(bell, TimePoint::max(), StopView{});
    rings.join();

    Bell silent;
    std::stop_source source;
    std::stop_token const token = source.get_token();
    std::thread stops{[&] { source.request_stop(); }};
    detail::wait_watching(silent, TimePoint::max(), StopView{&token});
    stops.join();
}
