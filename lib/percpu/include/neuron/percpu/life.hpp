// SPDX-License-Identifier: MIT
// The life of one CPU, as the others see it.
//
//   boot CPU                      the hart
//   begin()  Offline -> Starting
//   (firmware starts it) ------>  arrive()  Starting -> Online   publishes its set-up
//   is_online() sees Online  <--
//   or, when time is up:
//   give_up() Starting -> Failed  arrive() answers false: the hart must stop
//
// INV-PERCPU-2: exactly one of arrive() and give_up() wins, so a hart that comes late is never half
// in.
//
// Taken down again (lib/hotplug):
//
//   whoever takes it down         the CPU
//   part()   Online -> Parting    nobody posts to it from now on; it handles what was posted
//                                 leave()  Parting -> Offline, its last word
//   has_left() sees Offline  <--
//   or, when time is up:
//   stay()   Parting -> Online    leave() answers false: it goes on
#pragma once

#include <neuron/core/send.hpp>

#include <cstdint>

namespace neuron::percpu {

enum class LifeState : std::uint32_t { Offline, Starting, Online, Failed, Stopped, Parting };

/// One word per CPU; every CPU may read it. Every context; never blocks.
class Life {
  public:
    /// Boot CPU, before it asks for the hart: Offline becomes Starting.
    void begin() { state_.store(LifeState::Starting, core::relaxed); } // hart_start orders it

    /// The hart itself, set up: true if it is in, false if it came too late and must stop.
    [[nodiscard]] bool arrive() {
        LifeState expected = LifeState::Starting;
        // Release: pairs with is_online(); who sees Online sees the CPU's set-up.
        return state_.compare_exchange(expected, LifeState::Online, core::release, core::relaxed);
    }

    /// Boot CPU, time is up: true if the hart is out for good, false if it just arrived.
    [[nodiscard]] bool give_up() {
        LifeState expected = LifeState::Starting;
        // Acquire on failure: pairs with arrive(), as in is_online(). A success hands nothing over.
        return state_.compare_exchange(expected, LifeState::Failed, core::acquire, core::acquire);
    }

    /// The hart itself, on its way into a halt that it won't leave.
    void stop() { state_.store(LifeState::Stopped, core::release); } // pairs with state()

    /// Whoever has asked for a hart that was here before, in vain: it may be asked again once it
    /// has stopped. False if it just arrived.
    [[nodiscard]] bool call_off() { return change(LifeState::Starting, LifeState::Offline); }
    /// Whoever takes it down: true if it was Online.
    [[nodiscard]] bool part() { return change(LifeState::Online, LifeState::Parting); }
    /// The same, who thinks better of it: false if it has left.
    [[nodiscard]] bool stay() { return change(LifeState::Parting, LifeState::Online); }
    /// The CPU itself, which touches nothing of the system after this; false if it is to stay.
    [[nodiscard]] bool leave() { return change(LifeState::Parting, LifeState::Offline); }

    [[nodiscard]] LifeState state() const { return state_.load(core::acquire); }
    /// Whether it takes messages.
    [[nodiscard]] bool is_online() const { return state() == LifeState::Online; }
    /// Whether it handles no message any more: one that parts does.
    [[nodiscard]] bool has_left() const {
        const LifeState now = state();
        return now != LifeState::Online && now != LifeState::Parting;
    }

  private:
    [[nodiscard]] bool change(LifeState from, LifeState to) {
        // Release: pairs with state(): who sees that the CPU has left sees all that it did.
        // Acquire: it sees what was done before it was told to part.
        return state_.compare_exchange(from, to, core::acq_rel, core::acquire);
    }

    core::Atomic<LifeState> state_{LifeState::Offline};

  public:
    using neuron_members = core::Members<Life, &Life::state_>;
};

} // namespace neuron::percpu
