// SPDX-License-Identifier: BSL-1.0
#pragma once
// The text that Prometheus reads: to_prometheus(metrics.read()).

#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include <grit/measure/series.hpp>

namespace grit::inline GRIT_ABI {

/// What the header field Content-Type says of the text.
inline constexpr char const* prometheus_content_type = "text/plain; version=0.0.4; charset=utf-8";

namespace detail {

/// Returns: a name of OpenTelemetry's as Prometheus allows it: what is no letter and no digit becomes an underscore.
inline std::string prometheus_label(std::string_view name) {
    std::string text;
    for (char const c : name) {
        bool const is_digit = c >= '0' && c <= '9';
        bool const is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (is_digit && text.empty()) text += '_';
        text += is_digit || is_letter ? c : '_';
    }
    return text;
}
/// Returns: the same for a metric, with the unit and what tells a counter.
inline std::string prometheus_name(Metric const& metric) {
    std::string text = prometheus_label(metric.name);
    if (metric.is_time()) text += "_seconds";
    if (metric.kind == MetricKind::counter) text += "_total";
    return text;
}

/// Returns: how many bytes the first character of a text has; zero if they are not UTF-8. Requires: it is not empty.
constexpr std::size_t size_of_character(std::string_view text) noexcept {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned const first = byte(0);
    if (first < 0x80) return 1;
    std::size_t const size = first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
    if (size == 0 || size > text.size()) return 0;
    unsigned number = first & 0x7f >> size;
    for (std::size_t i = 1; i != size; ++i) {
        if (byte(i) >> 6 != 2) return 0;
        number = number << 6 | (byte(i) & 0x3f);
    }
    constexpr unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    bool const is_surrogate = number >> 11 == 27;
    return number >= least[size] && number <= 0x10ffff && !is_surrogate ? size : 0;
}
/// Returns: the text with U+FFFD for each byte that is not UTF-8, for which Prometheus refuses all that it has read.
inline std::string prometheus_value(std::string_view text) {
    std::string value;
    while (!text.empty()) {
        std::size_t const size = size_of_character(text);
        value += size == 0 ? "\xef\xbf\xbd" : text.substr(0, size);
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return value;
}
/// Adds a text with what must not stand in it escaped: of a label, quotes as well.
inline void add_escaped(std::string& out, std::string_view text, bool is_label) {
    for (char const c : text)
        if (c == '\\') out += "\\\\";
        else if (c == '\n') out += "\\n";
        else if (c == '"' && is_label) out += "\\\"";
        else out += c;
}
inline void add_number(std::string& out, double number) {
    if (std::isnan(number)) out += "NaN";
    else if (std::isinf(number)) out += number > 0 ? "+Inf" : "-Inf";
    else {
        char digits[32];
        out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    }
}
/// Adds a line. `le`: the bound of a bucket, if it is one.
inline void add_line(std::string& out, std::string const& name, Labels const& labels, std::string_view le,
                     double value) {
    out += name;
    char before = '{';
    auto const add = [&](std::string_view label, std::string_view text) {
        out += before;
        out.append(label).append("=\"");
        add_escaped(out, prometheus_value(text), true);
        out += '"';
        before = ',';
    };
    for (auto const& [label, text] : labels) add(prometheus_label(label), text);
    if (!le.empty()) add("le", le);
    if (before == ',') out += '}';
    out += ' ';
    add_number(out, value);
    out += '\n';
}
inline void add_histogram(std::string& out, std::string const& name, Series const& series) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i != series.counts.size(); ++i) {
        std::string le;
        if (i < series.bounds.size()) add_number(le, series.bounds[i]);
        else le = "+Inf";
        sum += series.counts[i];
        add_line(out, name + "_bucket", series.labels, le, static_cast<double>(sum));
    }
    add_line(out, name + "_sum", series.labels, {}, series.sum);
    add_line(out, name + "_count", series.labels, {}, static_cast<double>(sum));
}

} // namespace detail

/// Returns: the families as Prometheus' text format 0.0.4. Dots in names become underscores; seconds end with
/// `_seconds`, counters with `_total`.
inline std::string to_prometheus(std::vector<MetricFamily> const& families) {
    std::string out;
    for (MetricFamily const& family : families) {
        std::string const name = detail::prometheus_name(family.metric);
        out.append("# HELP ").append(name).append(" ");
        detail::add_escaped(out, family.metric.help, false);
        constexpr char const* kinds[] = {"counter", "gauge", "histogram"};
        out.append("\n# TYPE ").append(name).append(" ");
        out.append(kinds[static_cast<std::size_t>(family.metric.kind)]).append("\n");
        for (Series const& series : family.series)
            if (family.metric.kind == MetricKind::histogram) detail::add_histogram(out, name, series);
            else detail::add_line(out, name, series.labels, {}, series.value);
    }
    return out;
}

} // namespace grit::inline GRIT_ABI
