// SPDX-License-Identifier: BSL-1.0
#pragma once
// NamesUpTo: the names under which the entries of a Keyed are counted, so many and no more.

#include <concepts>
#include <mutex>
#include <set>
#include <string>

#include <grit/core/contract.hpp>
#include <grit/core/name.hpp>

namespace grit::inline GRIT_ABI {

/// Names the first `most` keys by themselves and every further one `other`, so that series stay few however many hosts
/// or users there are: `NamesUpTo names{100}; names(host)` returns a Name. An empty text is `other`, too.
///
/// Requires: one key at least. Throws: std::invalid_argument if it is less. Thread safety: safe from any thread. It can
/// be neither copied nor moved.
class NamesUpTo {
public:
    template <std::integral Number, bool Exceptions = GRIT_EXCEPTIONS>
    explicit NamesUpTo(Number most) : most_(static_cast<std::size_t>(most)) {
        if (most < Number{1})
            reject<Exceptions>("grit: 'NamesUpTo' was given less than one key, because then all of them would be "
                               "'other'; write the number of series that you can afford instead");
    }
    NamesUpTo(NamesUpTo const&) = delete;
    NamesUpTo& operator=(NamesUpTo const&) = delete;

    /// Returns: the name of this key, always the same. Requires: a text or a number.
    template <class Key>
    Name<> operator()(Key const& key) {
        constexpr bool is_text = std::is_convertible_v<Key const&, std::string_view>;
        if constexpr (is_text) return Name{known(std::string{std::string_view{key}})};
        else return Name{known(std::to_string(key))};
    }

private:
    std::string known(std::string key) {
        if (key.empty()) return "other"; // no Name is empty
        std::lock_guard const lock{mutex_};
        if (names_.contains(key)) return key;
        if (names_.size() == most_) return "other";
        names_.insert(key);
        return key;
    }

    std::size_t most_;
    std::mutex mutex_;
    std::set<std::string, std::less<>> names_;
};

} // namespace grit::inline GRIT_ABI
