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
// INV-SCHED-3: a task's home changes while it is Running or Notified, by its home alone: a parked
// task keeps it, and a task on its way is expected where it goes.
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

    /// Where a task is to go, and its class. Whoever noted it has taken a slot there, which goes
    /// with this.
    struct Move {
        core::CpuId cpu;
        core::QosClass qos;
    };

    // By whoever owns the task.

    /// A new task, at home on `home`, perhaps on its way there. It has not waited yet, so it is
    /// Running: an unpark is kept for it. Nobody knows its name yet. Relaxed: whoever hands out the
    /// name publishes it.
    void begin(std::uint32_t generation, core::CpuId home, core::QosClass qos) {
        word_.store(std::uint64_t{generation} << 32 | static_cast<std::uint64_t>(qos) << qos_shift |
                        std::uint64_t{home.value} << home_shift |
                        static_cast<std::uint64_t>(State::Running),
                    core::relaxed);
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

    /// Where the task is to go; nothing if it stays. At home, Running or Notified. A moment old, so
    /// relaxed: depart looks again.
    [[nodiscard]] bool wants_to_move() const {
        return (word_.load(core::relaxed) & move_bits) != 0;
    }
    /// It leaves for where it is to go, which is its home from now on. wants_to_move().
    [[nodiscard]] Move depart() {
        std::uint64_t seen = word_.load(core::relaxed); // a first guess
        for (;;) {                                      // a failure is another's unpark
            const Move move = move_in(seen);
            const std::uint64_t moved =
                (seen & ~(move_bits | home_bits)) | std::uint64_t{move.cpu.value} << home_shift;
            // Acquire: pairs with note_move, whose slot it takes over. No release: who finds the
            // task at its new home goes on with it only once it has parked there.
            if (word_.compare_exchange(seen, moved, core::acquire, core::relaxed))
                return move;
        }
    }

    /// The task has ended; where it was still to go, whose slot is the caller's now. Acquire: pairs
    /// with note_move. No release: the place's next task is ordered by its pool.
    [[nodiscard]] std::optional<Move> end() {
        std::uint64_t seen = word_.load(core::relaxed); // a first guess
        while (!word_.compare_exchange(seen, with(seen, State::Ended) & ~move_bits, core::acquire,
                                       core::relaxed)) {
        }
        return (seen & move_bits) != 0 ? std::optional(move_in(seen)) : std::nullopt;
    }

    /// Which task this is, or was last. By the task's owner, or by who has the place of one that
    /// ended: nobody else changes it, so relaxed.
    [[nodiscard]] std::uint32_t generation() const {
        return generation_in(word_.load(core::relaxed));
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
            const core::CpuId home = home_in(seen);
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

    /// The task's base class; nothing if the task of that generation has ended. A moment old, so
    /// relaxed: note_move looks again.
    [[nodiscard]] std::optional<core::QosClass> qos_of(std::uint32_t generation) const {
        const std::uint64_t seen = word_.load(core::relaxed);
        if (generation_in(seen) != generation || state_in(seen) == State::Ended)
            return {};
        return qos_in(seen);
    }

    enum class Noted : std::uint32_t {
        Stale, ///< the task of that generation has ended
        Busy,  ///< it has such a wish already, or is of another class by now
        Noted,
    };

    /// Notes where the task is to go: INV-SCHED-4: one such wish at a time, with a slot there.
    [[nodiscard]] std::pair<Noted, core::CpuId> note_move(std::uint32_t generation, Move move) {
        std::uint64_t seen = word_.load(core::relaxed); // a first guess
        for (;;) {                                      // a failure is another's progress
            const core::CpuId home = home_in(seen);
            if (generation_in(seen) != generation || state_in(seen) == State::Ended)
                return {Noted::Stale, home};
            if ((seen & move_bits) != 0 || qos_in(seen) != move.qos)
                return {Noted::Busy, home};
            // Release: pairs with depart and end, which take the slot over.
            if (word_.compare_exchange(seen, seen | word_of(move.cpu), core::release,
                                       core::relaxed))
                return {Noted::Noted, home};
        }
    }

    /// Whether a task was asked to stop. By the task: whatever comes with it is ordered by an
    /// unpark, so relaxed.
    [[nodiscard]] bool is_stop_requested() const {
        return (word_.load(core::relaxed) & stop_bit) != 0;
    }

  private:
    enum class State : std::uint64_t { Ended, Running, Notified, Parked, Waking };

    // From the highest: generation 32, unused 8, class 4, where to go 8 (a CPU + 1), home 8, stop
    // 1, state 3.
    static constexpr std::uint64_t state_bits = 7;
    static constexpr std::uint64_t stop_bit = 8;
    static constexpr unsigned home_shift = 4;
    static constexpr unsigned move_shift = 12;
    static constexpr unsigned qos_shift = 20;
    static constexpr std::uint64_t home_bits = std::uint64_t{0xff} << home_shift;
    static constexpr std::uint64_t move_bits = std::uint64_t{0xff} << move_shift;

    static constexpr std::uint64_t with(std::uint64_t word, State state) {
        return (word & ~state_bits) | static_cast<std::uint64_t>(state);
    }
    static constexpr State state_in(std::uint64_t word) {
        return static_cast<State>(word & state_bits);
    }
    static constexpr std::uint32_t generation_in(std::uint64_t word) {
        return static_cast<std::uint32_t>(word >> 32);
    }
    static constexpr core::CpuId home_in(std::uint64_t word) {
        return {static_cast<std::uint32_t>(word >> home_shift & 0xff)};
    }
    static constexpr core::QosClass qos_in(std::uint64_t word) {
        return static_cast<core::QosClass>(word >> qos_shift & 0xf);
    }
    static constexpr std::uint64_t word_of(core::CpuId goal) {
        return std::uint64_t{goal.value + 1} << move_shift;
    }
    static constexpr Move move_in(std::uint64_t word) {
        return {{static_cast<std::uint32_t>(word >> move_shift & 0xff) - 1}, qos_in(word)};
    }

    core::Atomic<std::uint64_t> word_{0};

  public:
    using neuron_members = core::Members<ParkWord, &ParkWord::word_>;
};

} // namespace neuron::sched
