// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a call writes down while it goes on: every attempt, and the wait before the next.

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <grit/core/attempt.hpp>
#include <grit/core/rejected.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/attempt_record.hpp>
#include <grit/llm/error/category.hpp>

namespace grit::llm {

/// The attempts of one call, of all endpoints that it asked. Thread safety: one thread at a time.
class CallLog {
public:
    /// Returns: the attempts so far, and the refusals of a stage that let no attempt through.
    std::vector<AttemptRecord> const& records() const noexcept { return records_; }

    /// Returns: how many requests were sent.
    int attempts() const noexcept { return attempts_; }

    /// An attempt begins, `waited` after the one before ended.
    void begin(std::string const& endpoint, std::string const& model, std::chrono::nanoseconds waited) {
        if (!records_.empty()) records_.back().wait = waited;
        records_.push_back({.number = static_cast<int>(records_.size()) + 1, .endpoint = endpoint, .model = model});
    }

    /// The request of the attempt goes out.
    void sent() noexcept { ++attempts_; }

    /// The attempt failed.
    void fail(std::exception const& error) {
        if (records_.empty()) return;
        auto& record = records_.back();
        record.error = error.what();
        record.error_type = error_type(error);
        record.category = categorize(error);
    }

    /// Writes down in `error` what led to it.
    void attach_to(ApiError& error) const {
        error.remember(attempts_, std::make_shared<AttemptHistory const>(records_));
    }

private:
    std::vector<AttemptRecord> records_ = {};
    int attempts_ = 0;
};

} // namespace grit::llm
