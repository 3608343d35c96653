// SPDX-License-Identifier: BSL-1.0
#pragma once
// fleet::SharedMemory: one breaker for all processes of a host, in memory that they share.

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <grit/circuit_breaker/circuit_breaker.hpp>

namespace grit::inline GRIT_ABI::fleet {

namespace detail {
/// A number of a type, by its spelling: another list of policies, or another compiler, has another one.
template <class T>
consteval std::uint64_t type_number() {
    std::uint64_t sum = 14695981039346656037u;
    for (char const c : std::string_view{__PRETTY_FUNCTION__})
        sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return sum;
}
} // namespace detail

/// A breaker that all processes of a host share, without a store and without an agent: `SharedMemory<Breaker>
/// breaker{"payments"}; (*breaker)(f)`.
///
/// The first process makes it, in the shared memory object of this name, and it stays until `unlink(name)` or the next
/// start of the host. A call costs what it costs in one process. A process that ends in its probe is replaced after the
/// ProbeLease.
///
/// Requires: a breaker of constant policies, since a pointer or a listener means nothing in another process; processes
/// that see one clock, which is so on a host unless a time namespace moves it; the same program, or one with the same
/// type. Throws: std::system_error if the memory cannot be had, or is of another type or size. Thread safety: safe from
/// any thread and process, without a lock.
template <class Breaker>
class SharedMemory {
    static_assert(grit::detail::is_met<(grit::detail::all_built_on_demand(Breaker::arguments()))>,
                  "grit: a 'SharedMemory' was given a breaker with policies that hold something, because a value, a "
                  "listener or a Voice is in one process; write it with constant policies, such as "
                  "OpenAfterFailures<5>, instead");
    static_assert(
        grit::detail::is_met<(std::atomic<std::uint64_t>::is_always_lock_free)>,
        "grit: a 'SharedMemory' cannot work here, because an atomic word of this machine has a lock, which is "
        "in one process; use a SharedBreaker instead");

public:
    /// Requires: a name without slashes, which is not empty.
    template <bool Exceptions = GRIT_EXCEPTIONS>
    explicit SharedMemory(std::string_view name) {
        if (name.empty() || name.find('/') != name.npos)
            reject<Exceptions>(
                "grit: a 'SharedMemory' was given a name that is empty or has a slash, because it becomes "
                "the name of an object of the system; write a name such as \"payments\" instead");
        int const file = ::shm_open(path(name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0) fail<Exceptions>(errno, "shm_open");
        int error = 0;
        struct stat found{};
        if (::fstat(file, &found) != 0) error = errno;
        // Whoever comes first makes it as large as it is; two who do so at a time do the same. New bytes are zero.
        else if (found.st_size != 0 && found.st_size != sizeof(Page)) error = EINVAL;
        else if (found.st_size == 0 && ::ftruncate(file, sizeof(Page)) != 0) error = errno;
        void* const memory =
            error != 0 ? MAP_FAILED : ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (error == 0 && memory == MAP_FAILED) error = errno;
        ::close(file);
        if (error != 0) fail<Exceptions>(error, error == EINVAL ? "memory of another size" : "shared memory");
        page_ = static_cast<Page*>(memory);
        if (!make()) {
            ::munmap(page_, sizeof(Page));
            fail<Exceptions>(EINVAL, "memory of another type, or whose maker has died");
        }
    }
    SharedMemory(SharedMemory const&) = delete;
    SharedMemory& operator=(SharedMemory const&) = delete;
    ~SharedMemory() { ::munmap(page_, sizeof(Page)); }

    Breaker& operator*() const noexcept { return *breaker(); }
    Breaker* operator->() const noexcept { return breaker(); }

    /// Forgets the breaker of this name: those who have it go on, later ones make a new one.
    static void unlink(std::string_view name) noexcept { ::shm_unlink(path(name).c_str()); }

private:
    enum State : std::uint64_t { fresh, being_made };
    static constexpr std::uint64_t type = detail::type_number<Breaker>() | 2; // neither of the states

    /// What stands in the memory. Its first word says whether the rest is there, and of which type.
    struct Page {
        std::atomic<std::uint64_t> type;
        alignas(Breaker) unsigned char breaker[sizeof(Breaker)];
    };

    static std::string path(std::string_view name) { return "/grit." + std::string{name}; }
    Breaker* breaker() const noexcept { return std::launder(reinterpret_cast<Breaker*>(page_->breaker)); }

    bool make() {
        std::uint64_t found = fresh;
        if (page_->type.compare_exchange_strong(found, being_made, std::memory_order_acquire)) {
            new (page_->breaker) Breaker{};
            page_->type.store(type, std::memory_order_release);
            return true;
        }
        for (int tries = 0; found == being_made && tries != 1000; ++tries) { // another process is about to
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
            found = page_->type.load(std::memory_order_acquire);
        }
        return found == type;
    }
    template <bool Exceptions>
    [[noreturn]] static void fail(int error, char const* what) {
        std::string const sentence = std::string{"grit: SharedMemory: "} + what;
#if GRIT_EXCEPTIONS
        if constexpr (Exceptions) throw std::system_error{error, std::generic_category(), sentence};
#endif
        reject<false>((sentence + ": " + std::generic_category().message(error)).c_str());
    }

    Page* page_ = nullptr;
};

} // namespace grit::inline GRIT_ABI::fleet
