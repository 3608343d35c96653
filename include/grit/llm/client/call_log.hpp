// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a call writes down while it goes on: every attempt, and the wait before the next.

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <grit/core/attempt.hpp>
#include <grit/core/rejected.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/attempt_record.hpp>
#include <grit/llm/error/category.hpp>

namespace grit::inline GRIT_ABI::llm {

/// The attempts of one call, of all endpoints that it asked. Thread safety: one thread at a time.
class CallLog {
public:
    /// Returns: the attempts so far, and the refusals of a stage that let no attempt through.
    std::vector<AttemptRecord> const& records() const noexcept { return *records_; }

    /// Returns: how many requests were sent.
    int attempts() const noexcept { return attempts_; }

    /// An attempt begins, `waited` after the one before ended.
    void begin(std::string const& endpoint, std::string const& model, std::chrono::nanoseconds waited) {
        auto& records = own();
        if (!records.empty()) records.back().wait = waited;
        records.push_back({.number = static_cast<int>(records.size()) + 1, .endpoint = endpoint, .model = model});
    }

    /// The request of the attempt goes out.
    void sent() noexcept { ++attempts_; }

    /// The attempt failed.
    void fail(std::exception const& error) {
        if (records_->empty()) return;
        auto& record = own().back();
        record.error = error.what();
        record.error_type = error_type(error);
        record.category = categorize(error);
    }

    /// The same of an error that the caller may get: it has what led to it, of which nothing is copied unless it is
    /// kept beyond the next attempt.
    void fail(ApiError& error) {
        fail(static_cast<std::exception const&>(error));
        error.remember(attempts_, records_);
    }

    /// An event of the stream made no sense and is passed over.
    void pass_over() {
        if (!records_->empty()) ++own().back().malformed_events;
    }

    /// The caller gets a piece of the answer of this attempt.
    void deliver() noexcept { seen_ = records_->size(); }

    /// Returns: the earlier attempt whose pieces the caller has seen last; null if this attempt's are, or none.
    AttemptRecord const* seen_before() const noexcept {
        return seen_ == 0 || seen_ == records_->size() ? nullptr : &(*records_)[seen_ - 1];
    }

    /// The caller's own callable threw: whatever it was, nobody else is asked.
    void end_by_caller() noexcept { ended_by_caller_ = true; }
    bool ended_by_caller() const noexcept { return ended_by_caller_; }

private:
    /// Returns: the attempts, to be written; what an error has of them stays as it is.
    AttemptHistory& own() {
        if (records_.use_count() > 1) records_ = std::make_shared<AttemptHistory>(*records_);
        return *records_;
    }

    std::shared_ptr<AttemptHistory> records_ = std::make_shared<AttemptHistory>();
    int attempts_ = 0;
    /// The number of the attempt whose pieces the caller has seen; zero if there is none.
    std::size_t seen_ = 0;
    bool ended_by_caller_ = false;
};

} // namespace grit::inline GRIT_ABI::llm
