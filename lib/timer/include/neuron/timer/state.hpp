// SPDX-License-Identifier: MIT
// What every CPU may touch of a timer: whether it still is to run. One compare-exchange decides
// between its CPU, which fires it, and whoever cancels it.
//
//   its CPU                              any CPU
//   arm()            -> Armed
//                                        cancel()  Armed  -> Cancelled    it never runs
//   begin_firing()   Armed  -> Firing
//                                        cancel()  Firing -> Ending       it runs, for the last
//                                        time
//   ... callback ...
//   end_firing()     Firing -> Fired     cancel()  Fired                  it has run
//   or fire_again()  Firing -> Armed     (periodic, or armed again by its callback)
//
// A timer that another CPU cancelled is still in its CPU's queue. The canceller puts it on a list,
// from which its CPU takes all at once; whoever finds the list empty rings.
#pragma once

#include <neuron/core/send.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace neuron::timer {

/// What became of a timer that was cancelled.
enum class Cancelled : std::uint32_t {
    BeforeItRan, ///< it does not run, or not again
    Running,     ///< its callback runs just now, for the last time
    Ran,         ///< it had run; what its callback wrote is visible
};

constexpr std::string_view to_string(Cancelled outcome) {
    switch (outcome) {
    case Cancelled::BeforeItRan:
        return "BeforeItRan";
    case Cancelled::Running:
        return "Running";
    case Cancelled::Ran:
        return "Ran";
    }
    return "?";
}
constexpr std::string_view format_value(Cancelled outcome) {
    return to_string(outcome);
}

class TimerState {
  public:
    // By its CPU.
    /// INV-TIMER-6: a new generation each time, so that an old name is noticed. `owner`, below
    /// 2^29, may cancel.
    void arm(std::uint32_t generation, std::uint32_t owner) {
        // Release: pairs with cancel. Whoever cancels writes next_, behind what the last one wrote.
        word_.store(word_of(generation, owner, State::Armed), core::release);
    }
    [[nodiscard]] std::uint32_t generation() const {
        return static_cast<std::uint32_t>(word_.load(core::relaxed) >> 32); // it alone changes that
    }
    [[nodiscard]] bool is_armed() const { return state() == State::Armed; }
    /// Its callback runs, and not for the last time.
    [[nodiscard]] bool is_firing() const { return state() == State::Firing; }
    /// INV-TIMER-2: false if it was cancelled before: then it never runs.
    [[nodiscard]] bool begin_firing() {
        // Relaxed: a timer that is armed is this CPU's own; of one that is not, no more is read.
        return move(State::Armed, State::Firing, core::relaxed);
    }
    /// The callback has returned.
    void end_firing() {
        // Release: pairs with cancel, which says that it ran.
        word_.store(with(word_.load(core::relaxed), State::Fired), core::release);
    }
    /// The callback has returned, and the timer is to fire again; false if it was cancelled.
    [[nodiscard]] bool fire_again() {
        // Release: pairs with cancel, after which it does not run and what it wrote is visible.
        return move(State::Firing, State::Armed, core::release);
    }

    // By every CPU.
    /// The owner of timer `generation`; nothing if that is no longer what this is.
    [[nodiscard]] std::optional<std::uint32_t> owner_of(std::uint32_t generation) const {
        const std::uint64_t seen = word_.load(core::relaxed); // a moment old
        return generation == seen >> 32 ? std::optional(owner_in(seen)) : std::nullopt;
    }

    enum class Outcome : std::uint32_t {
        Cancelled, ///< by this call alone, which hands its place back
        AlreadyCancelled,
        Running, ///< for the last time
        Ran,
        Stale,   ///< timer `generation` is no longer what this is
        Foreign, ///< another owner's
    };
    struct Answer {
        Outcome outcome;
        std::uint32_t owner;
    };
    static constexpr std::uint32_t anyone = ~std::uint32_t{0};

    /// INV-TIMER-2. `who`: whose timer it must be, or anyone.
    [[nodiscard]] Answer cancel(std::uint32_t generation, std::uint32_t who) {
        std::uint64_t seen = word_.load(core::acquire); // pairs with end_firing, arm
        for (;;) { // a failure is its CPU's progress or another canceller's
            const std::uint32_t owner = owner_in(seen);
            if (generation != seen >> 32)
                return {Outcome::Stale, owner};
            if (who != anyone && who != owner)
                return {Outcome::Foreign, owner};
            const auto state = static_cast<State>(seen & state_bits);
            if (state == State::Fired)
                return {Outcome::Ran, owner};
            if (state == State::Ending)
                return {Outcome::Running, owner};
            if (state == State::Cancelled)
                return {Outcome::AlreadyCancelled, owner};
            const bool armed = state == State::Armed;
            // Acquire: pairs with fire_again, which may have come since the load.
            if (word_.compare_exchange(seen, with(seen, armed ? State::Cancelled : State::Ending),
                                       core::acquire, core::acquire))
                return {armed ? Outcome::Cancelled : Outcome::Running, owner};
        }
    }

  private:
    friend class CancelledList;
    enum class State : std::uint64_t { Fired, Armed, Firing, Ending, Cancelled };
    static constexpr std::uint64_t state_bits = 7;

    // The generation above the owner above the state.
    static constexpr std::uint64_t word_of(std::uint32_t generation, std::uint32_t owner,
                                           State state) {
        return with(std::uint64_t{generation} << 32 | std::uint64_t{owner} << 3, state);
    }
    static constexpr std::uint64_t with(std::uint64_t word, State state) {
        return (word & ~state_bits) | static_cast<std::uint64_t>(state);
    }
    static constexpr std::uint32_t owner_in(std::uint64_t word) {
        return static_cast<std::uint32_t>(word) >> 3;
    }
    [[nodiscard]] State state() const {
        return static_cast<State>(word_.load(core::relaxed) & state_bits); // a moment old
    }
    [[nodiscard]] bool move(State from, State to, core::Order order) {
        const std::uint64_t seen = word_.load(core::relaxed); // all but the state is this CPU's
        std::uint64_t expected = with(seen, from);
        return word_.compare_exchange(expected, with(seen, to), order, core::relaxed);
    }

    core::Atomic<std::uint64_t> word_{0};
    core::Atomic<std::uint32_t> next_{0}; ///< on the list: its first_ publishes it, so relaxed

  public:
    using neuron_members = core::Members<TimerState, &TimerState::word_, &TimerState::next_>;
};

/// Cancelled timers of one CPU, by number from 1 on; 0 ends it.
class CancelledList {
  public:
    /// By whoever cancelled `timer`, once; true if the CPU has to be told.
    [[nodiscard]] bool push(TimerState& timer, std::uint32_t number) {
        std::uint32_t seen = first_.load(core::relaxed); // a first guess
        do
            timer.next_.store(seen, core::relaxed); // published by the next line
        while (!first_.compare_exchange(seen, number + 1, core::release, core::relaxed));
        return seen == 0; // release: pairs with take_all
    }
    [[nodiscard]] bool is_empty() const { return first_.load(core::relaxed) == 0; }

    /// By its CPU: calls use(number) for each; `timer_of(number)` is its state.
    template <class TimerOf, class Use>
    void take_all(TimerOf timer_of, Use use) {
        if (is_empty())
            return;
        std::uint32_t next = first_.exchange(0, core::acquire); // pairs with push
        while (next != 0) {
            const std::uint32_t number = next - 1;
            next = timer_of(number).next_.load(core::relaxed); // read before its place is reused
            use(number);
        }
    }

  private:
    core::Atomic<std::uint32_t> first_{0};

  public:
    using neuron_members = core::Members<CancelledList, &CancelledList::first_>;
};

} // namespace neuron::timer
