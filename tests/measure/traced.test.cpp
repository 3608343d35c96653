// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/traced.hpp>

#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <grit/async.hpp>
#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>
#include <grit/time/manual.hpp>
#include <grit/timeout.hpp>

#include "support/catch.hpp"
#include "support/task.hpp"

using namespace grit;
using namespace grit::test;
using namespace std::chrono_literals;

namespace {

/// Writes what happens to its spans, a line each: `2 chat in 1: ...`.
struct Recorder {
    std::vector<std::string> lines;

    class Span {
    public:
        Span(Recorder& recorder, std::size_t number) : recorder_(&recorder), number_(number) {}
        std::size_t number() const { return number_; }
        void set_attribute(std::string_view key, std::string_view value) noexcept {
            line() += " " + std::string{key} + "=" + std::string{value};
        }
        void set_attribute(std::string_view key, std::int64_t value) noexcept {
            line() += " " + std::string{key} + "=" + std::to_string(value);
        }
        void set_error(std::string_view what) noexcept { line() += " error(" + std::string{what} + ")"; }
        void end() noexcept { line() += " end"; }

    private:
        std::string& line() { return recorder_->lines[number_ - 1]; }
        Recorder* recorder_;
        std::size_t number_;
    };
    Span start_span(std::string_view name, Span const* parent) {
        lines.push_back(std::to_string(lines.size() + 1) + " " + std::string{name} +
                        (parent != nullptr ? " in " + std::to_string(parent->number()) : "") + ":");
        return {*this, lines.size()};
    }
};
using Lines = std::vector<std::string>;

struct Fault : std::runtime_error {
    Fault() : std::runtime_error("fault") {}
};

/// Wants the exception itself.
struct Typed {
    bool heard = false;
    struct Span {
        Typed* typed;
        void set_attribute(std::string_view, std::string_view) noexcept {}
        void set_attribute(std::string_view, std::int64_t) noexcept {}
        void set_error(std::string_view) noexcept {}
        void set_error(std::exception const& error) noexcept {
            typed->heard = dynamic_cast<Fault const*>(&error) != nullptr;
        }
        void end() noexcept {}
    };
    Span start_span(std::string_view, Span const*) { return {this}; }
};

} // namespace

TEST_CASE("a span for the call is the parent of one for each attempt", "[R-823]") {
    Recorder recorder;
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, RetryIf<Fault>{}, Time{time}};
    auto const client = pipeline(Traced{recorder, Name<"chat">{}}, retrying,
                                 Traced{recorder, Name<"attempt">{}, EachAttempt{}}, Deadline<9s>{});
    int const result = client([&](Attempt const& attempt) {
        auto* const span = span_of<Recorder::Span>(attempt);
        REQUIRE(span != nullptr);
        CHECK(span->number() == static_cast<std::size_t>(attempt.number()) + 1);
        CHECK(span_of<Typed::Span>(attempt) == nullptr);
        if (attempt.number() == 1) throw Fault{};
        return 5;
    });
    CHECK(result == 5);
    CHECK(recorder.lines == Lines{"1 chat: outcome=ok end",
                                  "2 attempt in 1: grit.attempt=1 error(fault) outcome=error end",
                                  "3 attempt in 1: grit.attempt=2 outcome=ok end"});
}

TEST_CASE("a span is told of every way in which a call ends", "[R-823]") {
    Recorder recorder;
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, Name<"payments">> breaker;
    breaker.force_open();
    Traced const traced{recorder, Name<"chat">{}};
    CHECK_THROWS_AS(traced([] { throw 1; }), int);
    static_cast<void>(traced([] { return std::make_error_code(std::errc::timed_out); }));
    auto const client = pipeline(traced, breaker);
    CHECK_THROWS_AS(client([] {}), CircuitOpenError);
    CHECK_FALSE(client.try_call([] {}).has_value());
    {
        auto call = traced.call(Attempt{});
        call.start(Attempt{});
    }
    CHECK(recorder.lines == Lines{"1 chat: error(an error that is no std::exception) outcome=error end",
                                  "2 chat: error(the result is an error) outcome=error end",
                                  "3 chat: grit.stage=payments error(rejected) outcome=rejected end",
                                  "4 chat: grit.stage=payments error(rejected) outcome=rejected end",
                                  "5 chat: error(abandoned) end"});
    CHECK(span_of<Recorder::Span>(Attempt{}) == nullptr);
}

TEST_CASE("a span that asks for it is told the exception itself", "[R-823]") {
    Typed typed;
    CHECK_THROWS_AS((Traced{typed, Name<"chat">{}}([] { throw Fault{}; })), Fault);
    CHECK(typed.heard);
}

TEST_CASE("spans of coroutines that take turns keep their own parents", "[R-823]") {
    Recorder recorder;
    ManualTime time;
    Loop loop{time};
    Retrying const retrying{StopAfterAttempt<2>{}, WaitFixed<1s>{}, RetryIf<Fault>{}, Time{time}};
    auto const client =
        pipeline(Traced{recorder, Name<"chat">{}}, retrying, Traced{recorder, Name<"attempt">{}, EachAttempt{}});
    int calls = 0;
    auto const op = [&]() -> Task<int> {
        if (++calls <= 2) throw Fault{}; // the first attempt of both
        co_return 7;
    };
    auto a = async(client)(op);
    auto b = async(client)(op);
    a.start();
    b.start();
    loop.run();
    CHECK(a.get() + b.get() == 14);
    REQUIRE(recorder.lines.size() == 6);
    CHECK(recorder.lines[0] == "1 chat: outcome=ok end");
    CHECK(recorder.lines[1].starts_with("2 attempt in 1:"));
    CHECK(recorder.lines[2] == "3 chat: outcome=ok end");
    CHECK(recorder.lines[3].starts_with("4 attempt in 3:"));
    CHECK(recorder.lines[4] == "5 attempt in 1: grit.attempt=2 outcome=ok end");
    CHECK(recorder.lines[5] == "6 attempt in 3: grit.attempt=2 outcome=ok end");
}
