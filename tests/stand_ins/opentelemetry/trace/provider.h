// SPDX-License-Identifier: BSL-1.0
#pragma once
// In the place of OpenTelemetry's API, which is not among the packages: what docs/how_to/opentelemetry.md uses of it.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace opentelemetry {

namespace nostd {
using std::shared_ptr, std::string_view;
} // namespace nostd

namespace trace {

enum class StatusCode { kUnset, kOk, kError };
struct SpanContext {
    int id = 0;
};
struct StartSpanOptions {
    SpanContext parent = {};
};

/// A span that keeps what it is told.
struct Span {
    std::string name = {};
    SpanContext context = {};
    SpanContext parent = {};
    std::map<std::string, std::variant<std::int64_t, std::string>> attributes = {};
    StatusCode status = StatusCode::kUnset;
    bool ended = false;

    SpanContext GetContext() const noexcept { return context; }
    void SetAttribute(std::string_view key, std::int64_t value) noexcept { attributes[std::string{key}] = value; }
    void SetAttribute(std::string_view key, std::string_view value) noexcept {
        attributes[std::string{key}] = std::string{value};
    }
    void SetStatus(StatusCode code, std::string_view = "") noexcept { status = code; }
    void End() noexcept { ended = true; }
};

struct Tracer {
    std::vector<std::shared_ptr<Span>> spans = {};

    std::shared_ptr<Span> StartSpan(std::string_view name, StartSpanOptions const& options = {}) noexcept {
        spans.push_back(std::make_shared<Span>());
        spans.back()->name = name;
        spans.back()->context.id = static_cast<int>(spans.size());
        spans.back()->parent = options.parent;
        return spans.back();
    }
};

struct TracerProvider {
    std::shared_ptr<Tracer> tracer = std::make_shared<Tracer>();
    std::shared_ptr<Tracer> GetTracer(std::string_view) noexcept { return tracer; }
};
struct Provider {
    static std::shared_ptr<TracerProvider> GetTracerProvider() noexcept {
        static auto const provider = std::make_shared<TracerProvider>();
        return provider;
    }
};

} // namespace trace
} // namespace opentelemetry
