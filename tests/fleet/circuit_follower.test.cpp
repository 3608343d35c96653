// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/circuit_follower.hpp>

#include <array>
#include <deque>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "support/catch.hpp"

// All that can happen to three processes that share a circuit, in every order: what they say, what the store does, and
// what they do then are the functions of the product. There is no clock here: time passes where it may pass.
namespace {

using namespace std::chrono_literals;
using namespace grit::fleet::detail;
using grit::ChangeReason, grit::CircuitState, grit::Duration, grit::TimePoint;

constexpr std::size_t most_agents = 3;
constexpr std::int64_t now = 1'000'000;
constexpr Duration open_span = 10s;
constexpr Duration lease = 1s;
constexpr Duration grace = 2s;
constexpr TimePoint local_now{100s};

/// What may go wrong, once.
enum class Fault { none, reply_lost, never_sent, word_lost, last_write_lost, holder_late, cut_off };
/// Faults of an earlier form of the protocol, which the search must find.
enum class Mutant { none, an_expired_lease_is_taken_up, a_looker_writes, no_word_is_behind };

struct Setup {
    Fault fault = Fault::none;
    int quorum = 1;
    std::size_t agents = 3;
    int trips = 2;
    int failures = 1; ///< of probes
    int hand_overs = 1;
    int delays = 1; ///< of an answer
    Mutant mutant = Mutant::none;
};

/// A circuit with one probe, which closes it or opens it.
struct Local {
    CircuitState state = CircuitState::closed;
    std::uint8_t epoch = 1; // 1 is that of now, 0 any before it
    ChangeReason reason = ChangeReason::control;
    bool due = false;
    bool refused = false;
    bool heard = false;      // it has had an answer since it opened
    std::uint8_t strays = 0; // probes of the fleet that are under way, but count no more
    bool fleet_probe = false;
};

struct Pending {
    bool waits = false;
    CircuitAsk asked;
    LocalCircuit local;
    CircuitReply reply;
};

struct World {
    CircuitWord word, before; // the second as it was before the last write
    std::array<CircuitFollower, most_agents> followers;
    std::array<Local, most_agents> locals;
    std::array<Pending, most_agents> pending;
    int trips, failures, hand_overs, delays, faults;
    std::int64_t earned = 0; ///< the last epoch in which the fleet is closed by a probe

    explicit World(Setup const& setup)
        : trips(setup.trips), failures(setup.failures), hand_overs(setup.hand_overs), delays(setup.delays),
          faults(setup.fault != Fault::none) {
        for (auto& f : followers) f.grace = grace;
    }

    int probes() const {
        int n = 0;
        for (Local const& l : locals) n += l.strays + int(l.fleet_probe && l.state == CircuitState::half_open);
        return n;
    }
    bool all_closed() const {
        if (word.state != FleetState::closed) return false;
        for (std::size_t i = 0; i != most_agents; ++i)
            if (locals[i].state != CircuitState::closed || pending[i].waits) return false;
        return true;
    }

    /// All that matters, as bytes; the same whoever of the three is which.
    std::string key() const {
        std::string k;
        auto const put = [&](auto n) { k.push_back(static_cast<char>(n)); };
        for (CircuitWord const* w : {&word, &before}) put(w->state), put(w->epoch), put(w->until > now), put(w->wanted);
        put(trips), put(failures), put(hand_overs), put(delays), put(faults), put(earned);
        std::array<std::string, most_agents> each{key_of(0), key_of(1), key_of(2)};
        std::ranges::sort(each);
        return k + each[0] + '|' + each[1] + '|' + each[2];
    }
    std::string key_of(std::size_t i) const {
        std::string k;
        auto const put = [&](auto n) { k.push_back(static_cast<char>(n)); };
        for (CircuitWord const* w : {&word, &before}) {
            put(w->holder == static_cast<std::int64_t>(i) + 1);
            put(w->votes.contains(static_cast<std::int64_t>(i) + 1));
        }
        {
            CircuitFollower const& f = followers[i];
            Local const& l = locals[i];
            put(f.known), put(f.state), put(f.due > local_now), put(f.wants + 2 * f.joined + 4 * f.probing);
            put(f.joined_epoch), put(f.joined_until > local_now), put(f.probe_epoch);
            put(f.gives_up + 2 * f.voted + 4 * f.overridden + 8 * f.alone);
            put(l.state), put(l.epoch), put(l.reason), put(l.due + 2 * l.refused + 4 * l.heard + 8 * l.fleet_probe);
            put(l.strays);
            Pending const& p = pending[i];
            put(p.waits);
            if (!p.waits) return k;
            put(p.asked.verb), put(p.asked.known), put(p.local.state), put(p.local.epoch), put(p.local.left > 0s);
            put(p.local.reason ? int(*p.local.reason) : -1), put(p.reply.state), put(p.reply.epoch);
            put(p.reply.left > 0), put(p.reply.mine);
        }
        return k;
    }
};

struct Step {
    enum What : std::uint8_t { asks, hears, trips, called, probe_ends, stray_ends, elapses, time_passes, loses } what{};
    std::uint8_t agent = 0, verb = 0, mine = 0;

    constexpr Step() = default;
    constexpr Step(What w, std::size_t i = 0, int v = 0, Mine m = Mine::no)
        : what(w), agent(static_cast<std::uint8_t>(i)), verb(static_cast<std::uint8_t>(v)),
          mine(static_cast<std::uint8_t>(m)) {}
    std::string text() const {
        constexpr char const* names[] = {"asks",         "hears",   "trips",       "is called", "ends a probe",
                                         "ends a stray", "elapses", "time passes", "loses"};
        return std::string{names[what]} + ' ' + std::to_string(agent) + " verb " + std::to_string(verb) + " mine " +
               std::to_string(mine);
    }
};

class Search {
public:
    explicit Search(Setup setup) : setup_(setup) {
        add(World{setup}, 0, true);
        for (; !next_.empty(); next_.pop_front(), ++current_) expand(World{next_.front()});
        // From which states all can be closed, without a fault.
        std::vector<std::uint32_t> next;
        std::vector<bool> can(size());
        for (std::uint32_t i = 0; i != size(); ++i)
            if (closed_[i]) can[i] = true, next.push_back(i);
        while (!next.empty()) {
            std::uint32_t const to = next.back();
            next.pop_back();
            for (std::uint32_t const from : before_[to])
                if (!can[from]) can[from] = true, next.push_back(from);
        }
        for (std::uint32_t i = 0; i != size(); ++i) {
            if (can[i]) continue;
            if (stuck++ == 0) first_stuck_ = i;
        }
    }

    std::size_t size() const { return before_.size(); }
    std::string path_to(std::uint32_t i) const {
        std::string path;
        for (; i != 0; i = parent_[i].first) path = parent_[i].second.text() + "\n" + path;
        return path;
    }
    std::string worst() const { return path_to(worst_); }
    std::string first_stuck() const { return path_to(first_stuck_); }
    int most_probes = 0; ///< of the fleet, at once
    bool let_go = false; ///< somebody who followed was told that the fleet is closed, and no probe had closed it
    int stuck = 0;

private:
    /// Two sums of 64 bits, in the place of a key of 200 bytes.
    static std::pair<std::uint64_t, std::uint64_t> digest(std::string const& key) {
        std::uint64_t a = 14695981039346656037u, b = 0x9e3779b97f4a7c15u;
        for (char const c : key) {
            a = (a ^ static_cast<unsigned char>(c)) * 1099511628211u;
            b = (b + static_cast<unsigned char>(c)) * 0xbf58476d1ce4e5b9u;
            b ^= b >> 29;
        }
        return {a, b};
    }
    void add(World const& world, std::size_t from, bool faulty) {
        auto const [place, is_new] = index_.try_emplace(digest(world.key()), static_cast<std::uint32_t>(size()));
        if (is_new) {
            next_.push_back(world);
            before_.emplace_back();
            closed_.push_back(world.all_closed());
            parent_.push_back({static_cast<std::uint32_t>(from), label_});
            if (world.probes() > most_probes) {
                most_probes = world.probes();
                worst_ = place->second;
            }
        }
        if (!faulty) before_[place->second].push_back(static_cast<std::uint32_t>(from));
    }
    /// Makes alike what no later step can tell apart.
    void reach(World world, bool faulty = false) {
        for (std::size_t i = 0; i != setup_.agents; ++i) { // epochs of a circuit are the same as now, or not
            auto& f = world.followers[i];
            Local& l = world.locals[i];
            Pending& p = world.pending[i];
            auto const same = [&](std::uint32_t e) { return std::uint32_t{e == l.epoch}; };
            f.joined_epoch = f.joined ? same(f.joined_epoch) : 0;
            f.probe_epoch = f.probing ? same(f.probe_epoch) : 0;
            f.joined_until = local_now + 24h; // nobody asks for a pause here
            if (p.waits) p.local.epoch = same(p.local.epoch);
            l.epoch = 1;
            if (f.wants || l.state == CircuitState::closed) l.refused = false;
            if (l.state == CircuitState::half_open) l.reason = ChangeReason::elapsed, l.refused = false;
            if (l.state != CircuitState::open || (f.joined && f.joined_epoch == 1)) l.heard = true;
            if (l.state == CircuitState::closed && l.reason != ChangeReason::probes_succeeded)
                l.reason = ChangeReason::shared;
            bool const may_lose = setup_.fault == Fault::word_lost || setup_.fault == Fault::last_write_lost;
            if (!may_lose && f.known < world.word.epoch) f.known = -1;
        }
        if (world.faults == 0) world.before = {};
        add(world, current_, faulty);
    }

    static void enter(Local& l, CircuitState state, ChangeReason reason) {
        if (l.state == CircuitState::half_open && reason == ChangeReason::shared && l.fleet_probe) ++l.strays;
        l.state = state;
        ++l.epoch;
        l.reason = reason;
        l.due = l.heard = l.fleet_probe = false;
    }
    static LocalCircuit seen(Local const& l, bool takes_refusal) {
        bool const waits = l.state == CircuitState::open && !l.due;
        return {l.state, l.epoch, waits ? open_span : 0s, 1, l.reason, takes_refusal && l.refused};
    }

    /// What the store does with a message.
    CircuitReply told(World& w, CircuitAsk asked, std::int64_t from) const {
        CircuitWord const was = w.word;
        bool const lost = w.word.epoch == 0 && asked.known > 0;
        if (setup_.mutant == Mutant::a_looker_writes && lost && asked.verb == Verb::look) {
            w.word.epoch = asked.known + 1;
            asked.known = w.word.epoch;
        }
        if (setup_.mutant == Mutant::an_expired_lease_is_taken_up && w.word.state == FleetState::half_open &&
            w.word.holder == from && w.word.until <= now && asked.verb == Verb::want_probe)
            return {w.word.state, w.word.epoch, 0, 1, Mine::yes, 0};
        if (setup_.mutant == Mutant::no_word_is_behind && w.word.epoch != 0)
            asked.known = std::min(asked.known, w.word.epoch);
        if (w.hand_overs == 0) w.word.wanted = false; // nobody hears of it
        CircuitReply reply = w.word.hear(asked, from, setup_.quorum, now);
        bool const stays = was.state == FleetState::closed && was.epoch == w.earned && was.epoch != 0;
        if (w.word.state == FleetState::closed && (stays || asked.verb == Verb::probe_ok)) w.earned = w.word.epoch;
        if (!(was == w.word) && w.faults > 0) w.before = setup_.fault == Fault::last_write_lost ? was : CircuitWord{};
        return reply;
    }

    void apply(World& w, std::size_t i, CircuitOrder const& order, std::uint32_t epoch, bool is_missing) {
        Local& l = w.locals[i];
        bool const same = l.epoch == epoch;
        bool const open = l.state == CircuitState::open;
        bool changed = false;
        switch (order.kind) {
        case CircuitOrder::none: break;
        case CircuitOrder::open:
            if (open) l.due = false;
            else enter(l, CircuitState::open, ChangeReason::shared);
            changed = true;
            break;
        case CircuitOrder::close:
            if (same && (open || l.state == CircuitState::half_open)) {
                enter(l, CircuitState::closed, ChangeReason::shared);
                changed = true;
            }
            break;
        case CircuitOrder::probe:
            if (same && open) l.due = changed = true;
            break;
        case CircuitOrder::keep:
            if (same && open) {
                l.due = false;
                changed = true;
            }
            break;
        }
        l.heard = l.heard || (same && !is_missing);
        CircuitFollower& f = w.followers[i];
        if (is_missing) f.done_missing(order, changed, seen(l, false), local_now);
        else f.done(order, changed, seen(l, false), local_now);
    }

    void answer(World n, std::size_t i) {
        Pending const p = n.pending[i];
        n.pending[i] = {};
        label_ = {Step::hears, i, static_cast<int>(p.asked.verb), p.reply.mine};
        if (setup_.fault == Fault::reply_lost && n.faults > 0) {
            World lost = n;
            --lost.faults;
            apply(lost, i, lost.followers[i].missed(p.local), p.local.epoch, true);
            reach(lost, true);
        }
        if (n.followers[i].joined && p.reply.state == FleetState::closed && p.reply.epoch >= n.followers[i].known)
            let_go = let_go || p.reply.epoch > n.earned;
        apply(n, i, n.followers[i].hear(p.reply, p.asked, p.local, local_now, grace), p.local.epoch, false);
        reach(n);
    }

    void expand(World const& w) {
        for (std::size_t i = 0; i != setup_.agents; ++i) {
            std::int64_t const id = static_cast<std::int64_t>(i) + 1;
            Local const& l = w.locals[i];
            bool const open = l.state == CircuitState::open;
            if (!w.pending[i].waits) {
                World n = w;
                Pending& p = n.pending[i];
                p.local = seen(l, true);
                p.asked = n.followers[i].ask(p.local, local_now, lease);
                label_ = {Step::asks, i, static_cast<int>(p.asked.verb)};
                n.locals[i].refused = false;
                bool const hands_over = p.asked.verb == Verb::give_up;
                if (setup_.fault == Fault::never_sent && n.faults > 0) {
                    World lost = n;
                    --lost.faults;
                    apply(lost, i, lost.followers[i].missed(p.local), p.local.epoch, true);
                    reach(lost, true);
                }
                if (!hands_over || n.hand_overs > 0) {
                    n.hand_overs -= hands_over;
                    p.reply = told(n, p.asked, id);
                    p.waits = true;
                    if (n.delays > 0) {
                        World later = n;
                        --later.delays;
                        reach(later);
                    }
                    answer(n, i);
                }
            } else answer(w, i);
            if (l.state == CircuitState::closed && w.trips > 0) {
                World n = w;
                --n.trips;
                label_ = {Step::trips, i};
                enter(n.locals[i], CircuitState::open, ChangeReason::tripped);
                reach(n);
            }
            if (open) { // a call
                label_ = {Step::called, i};
                World n = w;
                if (l.due) {
                    enter(n.locals[i], CircuitState::half_open, ChangeReason::elapsed);
                    n.locals[i].fleet_probe = w.followers[i].probing;
                } else n.locals[i].refused = true;
                reach(n);
            }
            if (l.state == CircuitState::half_open) { // its probe ends
                label_ = {Step::probe_ends, i};
                World n = w;
                enter(n.locals[i], CircuitState::closed, ChangeReason::probes_succeeded);
                reach(n);
                if (w.failures > 0) {
                    n = w;
                    --n.failures;
                    enter(n.locals[i], CircuitState::open, ChangeReason::probe_failed);
                    reach(n);
                }
            }
            if (l.strays > 0) {
                label_ = {Step::stray_ends, i};
                World n = w;
                --n.locals[i].strays;
                reach(n);
            }
            if (open && !l.due) { // its own time passes; who exchanges is kept open
                CircuitFollower const& f = w.followers[i];
                bool const follows =
                    (f.joined && f.joined_epoch == l.epoch) || (f.gives_up && f.probe_epoch == l.epoch);
                bool const cut = setup_.fault == Fault::cut_off && w.faults > 0;
                if ((!follows && l.heard) || cut) {
                    World n = w;
                    label_ = {Step::elapses, i};
                    bool const faulty = follows || !l.heard;
                    n.faults -= faulty;
                    n.locals[i].due = true;
                    reach(n, faulty);
                }
            }
        }
        if (w.word.until > now) {
            label_ = {Step::time_passes};
            World n = w;
            n.word.until = now;
            if (w.word.state == FleetState::open) reach(n);
            else if (w.word.state == FleetState::half_open) {
                std::size_t const holder = static_cast<std::size_t>(w.word.holder) - 1;
                bool const renews = w.followers[holder].probing || w.pending[holder].waits;
                n.faults -= renews;
                if (!renews || (setup_.fault == Fault::holder_late && w.faults > 0)) reach(n, renews);
            }
        }
        if (w.faults > 0 && setup_.fault == Fault::word_lost && w.word.epoch > 0) {
            World n = w;
            --n.faults;
            n.word = {};
            label_ = {Step::loses};
            reach(n, true);
        }
        if (w.faults > 0 && setup_.fault == Fault::last_write_lost && !(w.word == w.before)) {
            World n = w;
            --n.faults;
            n.word = w.before;
            label_ = {Step::loses};
            reach(n, true);
        }
    }

    Setup setup_;
    std::size_t current_ = 0;
    std::deque<World> next_;
    Step label_{};
    std::uint32_t worst_ = 0, first_stuck_ = 0;
    std::vector<bool> closed_;
    std::vector<std::pair<std::uint32_t, Step>> parent_;
    std::vector<std::vector<std::uint32_t>> before_;
    struct Folded {
        std::size_t operator()(std::pair<std::uint64_t, std::uint64_t> const& k) const noexcept { return k.first; }
    };
    std::unordered_map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t, Folded> index_;
};

constexpr Fault all_faults[] = {Fault::none,      Fault::reply_lost,      Fault::never_sent,
                                Fault::word_lost, Fault::last_write_lost, Fault::holder_late,
                                Fault::cut_off};

/// How many processes may probe at once: one more where the store lost something, or a process slept too long.
constexpr int bound(Fault fault) { return fault < Fault::word_lost ? 1 : 2; }

void check(Setup const& setup) {
    Search const search{setup};
    CAPTURE(int(setup.fault), setup.quorum, search.size());
    CHECK(search.most_probes <= bound(setup.fault));
    CHECK(search.stuck == 0);
    CHECK((!search.let_go || setup.fault == Fault::last_write_lost));
    if (search.most_probes > bound(setup.fault)) WARN(search.worst());
    if (search.stuck > 0) WARN(search.first_stuck());
    CHECK(search.size() > 100);
}
constexpr Setup two_processes{.agents = 2, .trips = 1, .hand_overs = 0, .delays = 0};
constexpr Setup two_trips{.agents = 2, .trips = 2, .failures = 0, .hand_overs = 0, .delays = 0};

Setup with(Setup setup, Fault fault, int quorum = 1, Mutant mutant = Mutant::none) {
    setup.fault = fault;
    setup.quorum = quorum;
    setup.mutant = mutant;
    return setup;
}

} // namespace

TEST_CASE("R-870: whatever happens in whatever order, the probes of a fleet are those of one process, and it can close",
          "[R-870]") {
    for (Fault const fault : {Fault::none, Fault::reply_lost, Fault::never_sent}) check(with(two_processes, fault));
    for (Fault const fault : all_faults) check(with(two_trips, fault, 2));
}

TEST_CASE("R-870: the search finds the faults that an earlier form of the protocol had", "[R-870]") {
    CHECK(Search{with(two_processes, Fault::reply_lost, 1, Mutant::an_expired_lease_is_taken_up)}.most_probes == 2);
    CHECK(Search{with(two_trips, Fault::word_lost, 2, Mutant::a_looker_writes)}.let_go);
    CHECK(Search{with(two_trips, Fault::word_lost, 1, Mutant::no_word_is_behind)}.stuck > 0);
}

// Minutes, and some gigabytes.
TEST_CASE("R-870: the same for three processes that trip twice", "[.long][R-870]") {
    for (Fault const fault : all_faults) {
        check(with(Setup{.agents = 2}, fault));
        check(with(Setup{.trips = 1, .hand_overs = 0}, fault));
        check(with(Setup{.delays = 0}, fault, 2));
    }
    check(Setup{});
}
