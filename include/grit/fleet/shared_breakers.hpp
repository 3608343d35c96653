// SPDX-License-Identifier: BSL-1.0
#pragma once
// fleet::SharedBreaker of a Keyed: the circuits of all keys, by one exchange.

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include <grit/core/keyed.hpp>
#include <grit/fleet/shared_breaker.hpp>

namespace grit::inline GRIT_ABI::fleet {

namespace detail {

/// Returns: the number of a key in all processes: a hash of its text, of the 52 bits that a script can tell.
constexpr std::int64_t circuit_number(std::string_view text) noexcept {
    std::uint64_t sum = 14695981039346656037u;
    for (char const c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211u;
    sum ^= sum >> 32;
    sum *= 0x9e3779b97f4a7c15u;
    return static_cast<std::int64_t>(sum >> 12) | 1;
}
template <class Key>
std::string text_of_key(Key const& key) {
    constexpr bool is_text = std::is_convertible_v<Key const&, std::string_view>;
    static_assert(grit::detail::is_met<(is_text || std::is_integral_v<Key>)>,
                  "grit: a 'SharedBreaker' was given a Keyed whose key has no text, because the processes of a fleet "
                  "know a circuit by it; use a Keyed of std::string, or of integers, instead");
    if constexpr (is_text) return std::string{std::string_view{key}};
    else if constexpr (std::is_integral_v<Key>) return std::to_string(key);
    else return {};
}

} // namespace detail

/// The circuits of all keys of a Keyed, shared as those of one breaker are: `Keyed<std::string, Breaker> hosts{[](auto
/// const&) { return std::tuple{Voice{}}; }}; SharedBreaker shared{agent, hosts, Name<"hosts">{}}`.
///
/// One exchange is for all: it tells of the circuits that are not at rest, and hears of those that changed. A key that
/// is new to this process has the fleet's state within two exchanges. Each key has a quorum of its own.
///
/// Requires: agent and Keyed outlive it; keys are texts or integers. The rest is that of a SharedBreaker.
template <class Key, class Breaker, class Hash>
class SharedBreaker<Keyed<Key, Breaker, Hash>> final : Part {
    using Circuits = Keyed<Key, Breaker, Hash>;
    static_assert(grit::detail::is_met<detail::Speaks<Breaker>>,
                  "grit: a 'SharedBreaker' was given a breaker that does not tell what happens to it, because it has "
                  "no 'Voice' in its list; write Keyed<std::string, CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, "
                  "grit::fleet::Voice>> instead");

public:
    template <class... Ps, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Policy<Ps> && ...)
    SharedBreaker(Agent& agent, Circuits& circuits, Ps const&... policies)
        : agent_(agent), circuits_(circuits), settings_(detail::SharingSettings::of<Exceptions>(policies...)),
          name_(settings_.name.empty() ? "keyed" : settings_.name), words_(agent.key("k:" + name_)),
          changes_(agent.key("kc:" + name_)), members_(agent.key("m")) {
        if (name_.find_first_of("{}") != name_.npos)
            reject<Exceptions>("grit: a 'SharedBreaker' was given a name that has braces, because it becomes a part of "
                               "its key; write a Name such as \"hosts\" instead");
        agent.add(*this);
    }
    SharedBreaker(SharedBreaker const&) = delete;
    SharedBreaker& operator=(SharedBreaker const&) = delete;
    ~SharedBreaker() { agent_.remove(*this); }

    /// Opens the circuits of this key in all processes until release_all(key).
    void force_open_all(Key const& key) { control(key, detail::Verb::force); }
    /// Closes what force_open_all(key) opened.
    void release_all(Key const& key) { control(key, detail::Verb::release); }

private:
    using Exchange = detail::Exchange;
    static constexpr std::size_t batch = 32; ///< messages, and changes, of one exchange

    /// The circuit of a key in this process, for as long as the Keyed has it.
    struct Entry {
        std::weak_ptr<grit::detail::KeyedEntry<Breaker>> owner;
        Breaker* breaker;
        std::string key;
        detail::SharedCircuit<Breaker> circuit;
    };
    struct Message {
        std::int64_t circuit;
        detail::CircuitAsk ask;
        Entry* entry; ///< null for an operator's word
        std::shared_ptr<void> alive;
    };
    struct Word {
        detail::CircuitReply reply;
        TimePoint heard;
    };

    void control(Key const& key, detail::Verb verb) {
        {
            std::lock_guard const lock{mutex_};
            controls_.emplace_back(detail::circuit_number(detail::text_of_key(key)), verb);
        }
        agent_.wake(*this, agent_.now());
    }

    TimePoint exchange(Agent& agent, TimePoint now) override {
        find_new(agent, now);
        talk(agent);
        bool hands_over = false;
        for (auto& [id, entry] : entries_) hands_over = hands_over || entry.circuit.follower.gives_up;
        if (hands_over) talk(agent);
        Duration const refresh = settings_.refresh;
        return saturating_add(now, refresh / 2 + refresh * static_cast<int>(agent.random() % 1001) / 1000);
    }
    void leave(Agent& agent) override {
        std::vector<Message> messages;
        for (auto& [id, entry] : entries_) {
            detail::CircuitFollower const& follower = entry.circuit.follower;
            if (!follower.voted && !follower.probing) continue;
            auto const verb = follower.probing ? detail::Verb::give_up : detail::Verb::unvote;
            messages.push_back({id, {verb, follower.known, 0, 0}, nullptr, nullptr});
        }
        std::array<std::int64_t, Exchange::header + batch * Exchange::per_reply> reply{};
        for (std::span left{messages}; !left.empty(); left = left.subspan(std::min(batch, left.size())))
            if (!send(agent, left.first(std::min(batch, left.size())), 0, reply)) return;
    }

    /// Takes up keys that the Keyed has and this has not: where there are more or fewer than before, and each second.
    void find_new(Agent& agent, TimePoint now) {
        std::size_t const size = circuits_.size();
        if (size == size_ && now < next_look_) return;
        size_ = size;
        next_look_ = saturating_add(now, std::chrono::seconds{1});
        std::erase_if(entries_, [](auto const& entry) { return entry.second.owner.expired(); });
        circuits_.for_each([&](Key const& key, Breaker& breaker) {
            std::string text = detail::text_of_key(key);
            std::int64_t const id = detail::circuit_number(text);
            auto const known = entries_.find(id);
            if (known != entries_.end() && known->second.breaker == &breaker) return;
            entries_.erase(id);
            auto owner = static_cast<grit::detail::KeyedEntry<Breaker>&>(breaker).weak_from_this();
            Entry& entry = entries_
                               .try_emplace(id, Entry{std::move(owner), &breaker, std::move(text),
                                                      detail::SharedCircuit<Breaker>{breaker}})
                               .first->second;
            if (auto const word = open_words_.find(id); word != open_words_.end()) {
                detail::CircuitReply reply = word->second.reply;
                reply.left -= to_micros(saturating_subtract(now, word->second.heard));
                reply.left = std::max<std::int64_t>(reply.left, 0);
                hear_change(agent, entry, reply);
            }
        });
    }

    void talk(Agent& agent) {
        std::vector<Message> messages;
        {
            std::lock_guard const lock{mutex_};
            for (auto const& [id, verb] : controls_) {
                auto const found = entries_.find(id);
                std::int64_t const known = found == entries_.end() ? 0 : found->second.circuit.follower.known;
                messages.push_back({id, {verb, known, 0, 0}, nullptr, nullptr});
            }
        }
        std::size_t const controls = messages.size();
        for (auto& [id, entry] : entries_) {
            if (entry.circuit.rests()) continue;
            if (auto alive = entry.owner.lock())
                messages.push_back(
                    {id, entry.circuit.ask(detail::lease_of(settings_.refresh)), &entry, std::move(alive)});
        }
        std::array<std::int64_t, Exchange::header + 2 * batch * Exchange::per_reply> reply{};
        std::span left{messages};
        for (bool more = true; more;) {
            auto const now_sent = left.first(std::min(batch, left.size()));
            if (!send(agent, now_sent, batch, reply)) return missed(agent, left);
            left = left.subspan(now_sent.size());
            hear(agent, now_sent, reply);
            more = !left.empty() || reply[2] == static_cast<std::int64_t>(batch);
        }
        std::lock_guard const lock{mutex_};
        controls_.erase(controls_.begin(), controls_.begin() + static_cast<std::ptrdiff_t>(controls));
    }
    void hear(Agent& agent, std::span<Message> sent, std::span<std::int64_t const> reply) {
        auto at = [&, next = Exchange::header]() mutable {
            auto const one = reply.subspan(next).template first<Exchange::per_reply>();
            next += Exchange::per_reply;
            return one;
        };
        for (Message const& message : sent) {
            detail::CircuitReply const said = detail::reply_in(at());
            if (message.entry != nullptr) hear(agent, *message.entry, said);
        }
        since_ = reply[1];
        for (std::int64_t i = 0; i != reply[2]; ++i) {
            auto const change = at();
            detail::CircuitReply const word{
                detail::FleetState{change[2]}, change[1], change[3], change[4], detail::Mine::no, 0};
            if (word.state == detail::FleetState::closed) open_words_.erase(change[0]);
            else open_words_.insert_or_assign(change[0], Word{word, agent.now()});
            auto const found = entries_.find(change[0]);
            if (found == entries_.end() || found->second.circuit.follower.known >= word.epoch) continue;
            if (auto const alive = found->second.owner.lock()) hear_change(agent, found->second, word);
        }
    }
    void hear(Agent& agent, Entry& entry, detail::CircuitReply const& reply) {
        Duration const jitter = settings_.grace / 2000 * static_cast<int>(agent.random() % 1001);
        entry.circuit.hear(reply, saturating_add(settings_.grace, jitter),
                           [&](FleetMoment moment) { agent.tell({moment, agent.name(), entry.key}); });
    }
    /// What the fleet told without being asked.
    void hear_change(Agent& agent, Entry& entry, detail::CircuitReply const& reply) {
        if (entry.circuit.follower.probing) return; // it will be told in the answer to what it says
        entry.circuit.ask(detail::lease_of(settings_.refresh));
        hear(agent, entry, reply);
    }
    void missed(Agent& agent, std::span<Message> messages) {
        for (Message const& message : messages)
            if (message.entry != nullptr)
                message.entry->circuit.missed(
                    [&](FleetMoment moment) { agent.tell({moment, agent.name(), message.entry->key}); });
    }

    bool send(Agent& agent, std::span<Message const> messages, std::size_t changes, std::span<std::int64_t> reply) {
        std::string_view const keys[]{words_, changes_, members_};
        std::array<std::int64_t, Exchange::settings + batch * Exchange::per_message> args{
            0, agent.id(), since_, static_cast<std::int64_t>(changes), settings_.votes, settings_.percent};
        std::size_t size = Exchange::settings;
        for (Message const& m : messages)
            for (std::int64_t const n :
                 {m.circuit, static_cast<std::int64_t>(m.ask.verb), m.ask.known, m.ask.span, m.ask.openings})
                args[size++] = n;
        return agent.eval(detail::exchange_script, keys, std::span{args}.first(size), reply) == StoreStatus::ok;
    }

    Agent& agent_;
    Circuits& circuits_;
    detail::SharingSettings settings_;
    std::string name_;
    std::string words_, changes_, members_; // keys
    std::unordered_map<std::int64_t, Entry> entries_;
    std::unordered_map<std::int64_t, Word> open_words_; ///< of keys that this process may not have
    std::int64_t since_ = 0;
    std::size_t size_ = 0;
    TimePoint next_look_{};
    std::mutex mutex_;
    std::vector<std::pair<std::int64_t, detail::Verb>> controls_;
};

} // namespace grit::inline GRIT_ABI::fleet
