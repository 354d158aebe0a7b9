// SPDX-License-Identifier: MIT
// One word says of a task: which of those that had its place it is, where it is at home, whether it
// waits, and where it is to go. Every change of a task that lives is a read-modify-write of the
// whole word.
//
//   the task, at home          whoever wakes it                     its home
//   Running -> Parked
//                              Parked -> Waking, by one alone
//                              ... who sends the task home ...      Waking -> Running, ready
//   Parked -> Running          if that is its home itself: no message
//
//   Running -> Notified        an unpark comes before the park
//   Notified -> Running        ... and the park returns at once
//
// INV-SCHED-1: an unpark is never lost: the task's next park, or the one it is in, ends after it,
// and what came before the unpark has come before that end. So Notified and Waking are written
// again by whoever finds them.
// INV-SCHED-2: only who changes Parked goes on with the task, so it is woken once.
// INV-SCHED-3: the CPU that a task is at home on changes while it is Running or Notified, by its
// home alone: a parked task keeps it, and a task on its way is expected where it goes. Its class
// its home may change at any time.
#pragma once

#include <neuron/core/ids.hpp>
#include <neuron/core/pid.hpp>
#include <neuron/core/qos.hpp>
#include <neuron/core/send.hpp>

#include <optional>

namespace neuron::sched {

class ParkWord {
  public:
    static constexpr unsigned most_cpus = 128;

    /// Where a task is at home, and in which base class; or is to be. Whoever noted that has taken
    /// a slot there, which goes with it.
    struct Home {
        core::CpuId cpu;
        core::QosClass qos;
        friend constexpr bool operator==(const Home&, const Home&) = default;
    };

    // By whoever owns the task.

    /// A new task, at home on `home`, perhaps on its way there. It has not waited yet, so it is
    /// Running: an unpark is kept for it. Release: pairs with is_at_home, of a message that was
    /// sent for who had the place before.
    void begin(std::uint32_t generation, core::CpuId home, core::QosClass qos) {
        word_.store(std::uint64_t{generation} << 32 | word_of({home, qos}) |
                        static_cast<std::uint64_t>(State::Running),
                    core::release);
    }

    /// The task wants to wait, on its CPU: true if it does from now on, false if it was unparked
    /// already.
    [[nodiscard]] bool park() {
        std::uint64_t seen = word_.load(core::relaxed); // a first guess
        for (;;) { // a failure is another's unpark or note_move
            const bool waits = state_in(seen) == State::Running;
            // Release: pairs with unpark, whose winner goes on with the task. Acquire: pairs with
            // an unpark that came first.
            if (word_.compare_exchange(seen, with(seen, waits ? State::Parked : State::Running),
                                       core::acq_rel, core::relaxed))
                return waits;
        }
    }

    /// The task has come home: what it was sent for is done. Acquire: pairs with every unpark that
    /// found it Waking.
    void arrive() {
        constexpr auto step =
            static_cast<std::uint64_t>(State::Waking) - static_cast<std::uint64_t>(State::Running);
        word_.fetch_sub(step, core::acquire);
    }

    /// Whether the task is to have another home. At home, Running or Notified. A moment old, so
    /// relaxed: depart looks again.
    [[nodiscard]] bool wants_to_move() const {
        return (word_.load(core::relaxed) & move_bits) != 0;
    }
    /// Whether that is on the CPU where it is: then it may depart while it is parked, too.
    [[nodiscard]] bool wants_another_class() const {
        const std::uint64_t seen = word_.load(core::relaxed); // as above
        return (seen & move_bits) != 0 && goal_in(seen).cpu == home_in(seen).cpu;
    }
    /// Where it is to go, as long as it has not: wants_to_move(). Acquire: pairs with note_move,
    /// whose slot is the caller's to take over.
    [[nodiscard]] Home goal() const { return goal_in(word_.load(core::acquire)); }
    /// It leaves for there, its home from now on. Whoever has it has done all to it that it wanted
    /// to: that home may attend to it at once.
    void depart() {
        std::uint64_t seen = word_.load(core::relaxed); // a first guess
        // Release: pairs with is_at_home. A failure is another's unpark.
        while (!word_.compare_exchange(seen,
                                       (seen & ~(move_bits | home_bits)) | word_of(goal_in(seen)),
                                       core::release, core::relaxed)) {
        }
    }

    /// The task has ended; where it was still to go, whose slot is the caller's now. Acquire: pairs
    /// with note_move. No release: the place's next task is ordered by its pool.
    [[nodiscard]] std::optional<Home> end() {
        std::uint64_t seen = word_.load(core::relaxed); // a first guess
        while (!word_.compare_exchange(seen, with(seen, State::Ended) & ~move_bits, core::acquire,
                                       core::relaxed)) {
        }
        return (seen & move_bits) != 0 ? std::optional(goal_in(seen)) : std::nullopt;
    }

    /// Which task this is, or was last. By the task's owner, or by who has the place of one that
    /// ended: nobody else changes it, so relaxed.
    [[nodiscard]] std::uint32_t generation() const {
        return generation_in(word_.load(core::relaxed));
    }

    /// Whether the task lives and is at home on `self`, the CPU that asks, with interrupts masked;
    /// perhaps it is still on its way. Acquire: pairs with depart: what its last home did to it has
    /// come before.
    [[nodiscard]] bool is_at_home(core::CpuId self) const {
        const std::uint64_t seen = word_.load(core::acquire);
        return state_in(seen) != State::Ended && home_in(seen).cpu == self;
    }

    // By every CPU.

    enum class Unparked : std::uint32_t {
        Stale, ///< the task of that generation has ended
        Noted, ///< it has not waited, or is on its way already
        Ready, ///< it is at home here, and the caller makes it ready
        Sent,  ///< the caller sends it home
    };
    struct Answer {
        Unparked what;
        core::CpuId home;
    };

    /// `self`: the CPU that calls, with interrupts masked. `stop`: the task is asked to stop, too.
    /// INV-SCHED-1, INV-SCHED-2.
    [[nodiscard]] Answer unpark(std::uint32_t generation, core::CpuId self, bool stop = false) {
        std::uint64_t seen = word_.load(core::relaxed); // a first guess
        for (;;) {                                      // a failure is another's progress
            const State state = state_in(seen);
            const core::CpuId home = home_in(seen).cpu;
            if (generation_in(seen) != generation || state == State::Ended)
                return {Unparked::Stale, home};
            Unparked what = Unparked::Noted;
            State next = state;
            if (state == State::Running) {
                next = State::Notified;
            } else if (state == State::Parked) {
                what = home == self ? Unparked::Ready : Unparked::Sent;
                next = home == self ? State::Running : State::Waking;
            }
            // Release: pairs with park and arrive. Acquire: pairs with park, so that the winner
            // has the task as it left itself.
            if (word_.compare_exchange(seen, with(seen, next) | (stop ? stop_bit : 0),
                                       core::acq_rel, core::relaxed))
                return {what, home};
        }
    }

    /// Where the task is at home; nothing if the one of that generation has ended. A moment old, so
    /// relaxed: note_move looks again.
    [[nodiscard]] std::optional<Home> home_of(std::uint32_t generation) const {
        const std::uint64_t seen = word_.load(core::relaxed);
        if (generation_in(seen) != generation || state_in(seen) == State::Ended)
            return {};
        return home_in(seen);
    }

    /// The base class of the task; of one that has ended, too. A moment old, so relaxed.
    [[nodiscard]] core::QosClass qos() const { return home_in(word_.load(core::relaxed)).qos; }

    enum class Noted : std::uint32_t {
        Stale, ///< the task of that generation has ended
        Busy,  ///< it has such a wish already, or another home by now
        Noted,
    };

    /// Notes where the task is to go: INV-SCHED-4: one such wish at a time, with a slot there.
    /// `home`: as home_of said.
    [[nodiscard]] Noted note_move(std::uint32_t generation, Home home, Home goal) {
        std::uint64_t seen = word_.load(core::relaxed); // a first guess
        for (;;) {                                      // a failure is another's progress
            if (generation_in(seen) != generation || state_in(seen) == State::Ended)
                return Noted::Stale;
            if ((seen & move_bits) != 0 || home_in(seen) != home)
                return Noted::Busy;
            // Release: pairs with depart and end, which take the slot over.
            if (word_.compare_exchange(seen, seen | wish_of(goal), core::release, core::relaxed))
                return Noted::Noted;
        }
    }

    /// Whether a task was asked to stop. By the task: whatever comes with it is ordered by an
    /// unpark, so relaxed.
    [[nodiscard]] bool is_stop_requested() const {
        return (word_.load(core::relaxed) & stop_bit) != 0;
    }

  private:
    enum class State : std::uint64_t { Ended, Running, Notified, Parked, Waking };

    // From the highest: generation 32, unused 4, where to go: class 4, CPU + 1 8; home: class 4,
    // CPU 8; stop 1, state 3.
    static constexpr std::uint64_t state_bits = 7;
    static constexpr std::uint64_t stop_bit = 8;
    static constexpr unsigned home_shift = 4;
    static constexpr unsigned qos_shift = 12;
    static constexpr unsigned move_shift = 16;
    static constexpr unsigned move_qos_shift = 24;
    static constexpr std::uint64_t home_bits = std::uint64_t{0xfff} << home_shift;
    static constexpr std::uint64_t move_bits = std::uint64_t{0xfff} << move_shift;

    static constexpr std::uint64_t with(std::uint64_t word, State state) {
        return (word & ~state_bits) | static_cast<std::uint64_t>(state);
    }
    static constexpr State state_in(std::uint64_t word) {
        return static_cast<State>(word & state_bits);
    }
    static constexpr std::uint32_t generation_in(std::uint64_t word) {
        return static_cast<std::uint32_t>(word >> 32);
    }
    static constexpr Home home_in(std::uint64_t word) {
        return {{static_cast<std::uint32_t>(word >> home_shift & 0xff)},
                static_cast<core::QosClass>(word >> qos_shift & 0xf)};
    }
    static constexpr std::uint64_t word_of(Home home) {
        return std::uint64_t{home.cpu.value} << home_shift | static_cast<std::uint64_t>(home.qos)
                                                                 << qos_shift;
    }
    static constexpr Home goal_in(std::uint64_t word) {
        return {{static_cast<std::uint32_t>(word >> move_shift & 0xff) - 1},
                static_cast<core::QosClass>(word >> move_qos_shift & 0xf)};
    }
    static constexpr std::uint64_t wish_of(Home goal) {
        return std::uint64_t{goal.cpu.value + 1} << move_shift |
               static_cast<std::uint64_t>(goal.qos) << move_qos_shift;
    }

    core::Atomic<std::uint64_t> word_{0};

  public:
    using neuron_members = core::Members<ParkWord, &ParkWord::word_>;
};

} // namespace neuron::sched
