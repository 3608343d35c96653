// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/allow_nested.hpp>

#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>
#include <grit/timeout/deadline.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

using Inner = Retrying<StopAfterAttempt<3>>;
using Outer = Retrying<StopAfterAttempt<2>, AllowNested>;

/// Returns: how often an operation is called that always fails.
template <class Stage>
int calls_by(Stage const& stage) {
    int calls = 0;
    CHECK_THROWS_AS(stage([&]() -> int { throw(++calls, NetworkError{}); }), NetworkError);
    return calls;
}

} // namespace

TEST_CASE("A retry that allows it stands around another one, and their attempts multiply", "[R-672]") {
    CHECK(calls_by(pipeline(Outer{}, Inner{})) == 6);
    CHECK(calls_by(pipeline(Outer{}, Outer{}, Inner{})) == 12);
    CHECK(calls_by(pipeline(pipeline(Outer{}), pipeline(Outer{}, Inner{}))) == 12);
    int calls = 0;
    auto const fails = [&]() -> int { throw(++calls, NetworkError{}); };
    CHECK_THROWS_AS(Outer{}(Inner{}.wrap(fails)), NetworkError);
    CHECK(calls == 6);
    CHECK(Outer{}.report(Inner{}.wrap(fails)).attempts() == 2);
    CHECK(calls == 12);
}

TEST_CASE("AllowNested changes nothing else", "[R-672]") {
    STATIC_REQUIRE(sizeof(Outer) == 1);
    STATIC_REQUIRE(Outer::max_attempts == 2);
    STATIC_REQUIRE(describe<Outer>() == "Retrying<StopAfterAttempt<2>, AllowNested>");
    STATIC_REQUIRE(allows_nested<Outer>);
    STATIC_REQUIRE_FALSE(allows_nested<Inner>);
    STATIC_REQUIRE(allows_nested<decltype(Inner{}.with(AllowNested{}))>);
    STATIC_REQUIRE(allows_nested<decltype(Retrying{StopAfterAttempt{3}, AllowNested{}})>);
    STATIC_REQUIRE(allows_nested<Pipeline<Deadline<1s>, Outer>>);
    STATIC_REQUIRE_FALSE(allows_nested<Pipeline<Outer, Inner>>);
    CHECK(calls_by(Outer{}) == 2);
}
