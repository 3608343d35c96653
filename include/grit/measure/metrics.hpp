// SPDX-License-Identifier: BSL-1.0
#pragma once
// Metrics: owns the series of a program, gives them out by name and labels, and reads them all.

#include <algorithm>
#include <functional>
#include <memory>
#include <span>

#include <grit/core/contract.hpp>
#include <grit/core/duration.hpp>
#include <grit/measure/cells.hpp>
#include <grit/measure/series.hpp>

namespace grit::inline GRIT_ABI {

/// Counts in one series. It costs one load and one store on memory of the thread's own.
///
/// Requires: the Metrics that gave it out is alive. Thread safety: a const value; any threads may count at once.
class Counter {
public:
    explicit constexpr Counter(detail::CellPlace place) noexcept : place_(place) {}
    /// Of a metric of seconds: nanoseconds.
    GRIT_INLINE void add(std::uint64_t n = 1) const noexcept { detail::count_in(place_, n); }

private:
    detail::CellPlace place_;
};

/// Counters beside each other, one for each set of labels that was asked for.
class Counters {
public:
    explicit constexpr Counters(detail::CellPlace first) noexcept : first_(first) {}
    GRIT_INLINE constexpr Counter operator[](std::size_t i) const noexcept { return Counter{first_ + i}; }

private:
    detail::CellPlace first_;
};

/// What a read adds gauges to: `reading.add(metric, labels, value)`.
class Reading {
public:
    explicit Reading(std::vector<MetricFamily>& families) noexcept : families_(families) {}

    void add(Metric const& metric, Series series) { family(metric).series.push_back(std::move(series)); }
    void add(Metric const& metric, Labels labels, double value) {
        add(metric, Series{std::move(labels), value, {}, {}, 0});
    }

private:
    MetricFamily& family(Metric const& metric) {
        auto const at =
            std::lower_bound(families_.begin(), families_.end(), metric.name,
                             [](MetricFamily const& f, std::string_view name) { return f.metric.name < name; });
        if (at != families_.end() && at->metric.name == metric.name) return *at;
        return *families_.insert(at, MetricFamily{metric, {}});
    }

    std::vector<MetricFamily>& families_;
};

/// Owns series, gives them out by name and labels, and reads them: `grit::Metrics metrics;`. Stages and listeners that
/// count are given it at their construction, and it must outlive them.
///
/// Thread safety: safe from any thread; a count takes no lock. It can be neither copied nor moved.
class Metrics {
    struct Watched {
        std::mutex mutex; // held while it is read, so that its end waits for that
        std::function<void(Reading&)> read;
    };

public:
    Metrics() = default;
    Metrics(Metrics const&) = delete;
    Metrics& operator=(Metrics const&) = delete;
    ~Metrics() {
        for (Entry const& entry : entries_)
            if (entry.owned != 0) detail::CellBank::instance().give_back(entry.place, entry.owned);
    }

    /// Returns: the counter of these labels. The same name and labels are the same series, whoever asks.
    /// Throws: std::invalid_argument if there is a series of this name that is no counter.
    template <bool Exceptions = GRIT_EXCEPTIONS>
    Counter counter(Metric const& metric, Labels labels = {}) {
        return counters<Exceptions>(metric, {std::move(labels)})[0];
    }
    /// Returns: a counter for each of the labels. Throws: std::invalid_argument if there are none, or some of them are
    /// there already, but not from the same question.
    template <bool Exceptions = GRIT_EXCEPTIONS>
    Counters counters(Metric const& metric, std::vector<Labels> const& each) {
        return Counters{series<Exceptions>(metric, each, {})};
    }
    /// Returns: the cells of a histogram for each of the labels: its buckets, what is above them, and the sum.
    template <bool Exceptions = GRIT_EXCEPTIONS>
    detail::CellPlace histograms(Metric const& metric, std::vector<Labels> const& each,
                                 std::span<Duration const> bounds) {
        return series<Exceptions>(metric, each, {bounds.begin(), bounds.end()});
    }

    /// Ends what watch() has begun. Thread safety: its end waits for a read that goes on.
    class [[nodiscard]] Watch {
    public:
        explicit Watch(std::shared_ptr<Watched> watched) noexcept : watched_(std::move(watched)) {}
        Watch(Watch&&) noexcept = default;
        Watch& operator=(Watch&& other) noexcept {
            Watch moved{std::move(other)};
            watched_.swap(moved.watched_);
            return *this;
        }
        ~Watch() {
            if (watched_ == nullptr) return;
            std::lock_guard const lock{watched_->mutex};
            watched_->read = nullptr;
        }

    private:
        std::shared_ptr<Watched> watched_;
    };
    /// Calls read(Reading&) at each read, for values that are asked and not counted. Returns: what ends that.
    /// Requires: read asks nothing of this object.
    template <class F>
    Watch watch(F read) {
        auto watched = std::make_shared<Watched>();
        watched->read = std::move(read);
        std::lock_guard const lock{mutex_};
        std::erase_if(watched_, [](std::weak_ptr<Watched> const& one) { return one.expired(); });
        watched_.push_back(watched);
        return Watch{std::move(watched)};
    }

    /// Returns: all families, in the order of their names. A counter never goes back.
    std::vector<MetricFamily> read() const {
        std::vector<MetricFamily> families;
        Reading reading{families};
        std::vector<std::shared_ptr<Watched>> watched;
        {
            std::lock_guard const lock{mutex_};
            for (Entry const& entry : entries_) reading.add(entry.metric, read(entry));
            for (std::weak_ptr<Watched> const& one : watched_)
                if (auto held = one.lock()) watched.push_back(std::move(held));
        }
        for (std::shared_ptr<Watched> const& one : watched) {
            std::lock_guard const lock{one->mutex};
            if (one->read) one->read(reading);
        }
        return families;
    }

private:
    struct Entry {
        Metric metric;
        Labels labels;
        detail::CellPlace place;
        std::size_t owned; // the first of those that were asked for at once has the cells of all
        std::vector<Duration> bounds;
    };

    /// In whatever order the labels stand: to an exporter that is the same series.
    Entry const* find(Metric const& metric, Labels const& labels) const {
        for (Entry const& entry : entries_)
            if (entry.metric.name == metric.name && std::ranges::is_permutation(entry.labels, labels)) return &entry;
        return nullptr;
    }
    template <bool Exceptions>
    detail::CellPlace series(Metric const& metric, std::vector<Labels> const& each,
                             std::vector<Duration> const& bounds) {
        if (each.empty())
            reject<Exceptions>("grit: 'Metrics' was asked for a group of no series, because its list of labels is "
                               "empty; leave the group out, or write {{}} for one series without labels, instead");
        bool const is_histogram = metric.kind == MetricKind::histogram;
        std::size_t const width = is_histogram ? bounds.size() + 2 : 1;
        std::lock_guard const lock{mutex_};
        for (Entry const& entry : entries_)
            if (entry.metric.name == metric.name && (entry.metric.kind != metric.kind || entry.bounds != bounds))
                reject<Exceptions>("grit: 'Metrics' was asked for a series that does not fit to those of its name, "
                                   "because its kind or its bounds differ; use one kind and one set of bounds for a "
                                   "name, or another name instead");
        if (Entry const* const first = find(metric, each.front()); first != nullptr) {
            bool fits = first->owned == width * each.size();
            for (std::size_t i = 0; i != each.size(); ++i) {
                Entry const* const one = find(metric, each[i]);
                fits = fits && one != nullptr && one->place == first->place + width * i;
            }
            if (!fits) reject_part<Exceptions>();
            return first->place;
        }
        for (Labels const& labels : each)
            if (find(metric, labels) != nullptr) reject_part<Exceptions>();
        detail::CellPlace const place = detail::CellBank::instance().take(width * each.size());
        for (std::size_t i = 0; i != each.size(); ++i)
            entries_.push_back({metric, each[i], place + width * i, i == 0 ? width * each.size() : 0, bounds});
        return place;
    }
    template <bool Exceptions>
    [[noreturn]] static void reject_part() {
        reject<Exceptions>("grit: 'Metrics' was asked for series of which some are there already, because somebody "
                           "else counts in them under these labels; give the stage or the listener another name "
                           "instead");
    }

    static Series read(Entry const& entry) {
        detail::CellBank const& bank = detail::CellBank::instance();
        auto const number = [&](std::uint64_t n) {
            return entry.metric.is_time() ? static_cast<double>(n) / 1e9 : static_cast<double>(n);
        };
        Series series{entry.labels, 0, {}, {}, 0};
        if (entry.metric.kind != MetricKind::histogram) {
            series.value = number(bank.sum(entry.place));
            return series;
        }
        for (Duration const bound : entry.bounds) series.bounds.push_back(static_cast<double>(bound.count()) / 1e9);
        std::size_t const buckets = entry.bounds.size() + 1;
        for (std::size_t i = 0; i != buckets; ++i) series.counts.push_back(bank.sum(entry.place + i));
        series.sum = number(bank.sum(entry.place + buckets));
        return series;
    }

    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
    std::vector<std::weak_ptr<Watched>> watched_;
};

} // namespace grit::inline GRIT_ABI
