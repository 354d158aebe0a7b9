// SPDX-License-Identifier: MIT
// A doorbell at the worst moment: an idle CPU has looked for work, found none, and is about to
// sleep. If that doorbell does not end the sleep, the CPU never gets to Woken.
#pragma once

#include <neuron/core/send.hpp>

#include <cstdint>

namespace neuron::selftest {

/// Armed by another CPU; the CPU that it belongs to does the rest, idle. One word, by which nothing
/// else is published: relaxed.
class IdleProbe {
  public:
    /// By the other CPU, which rings afterwards: a CPU that sleeps has looked already.
    void arm() { stage_.store(Stage::Armed, core::relaxed); }
    [[nodiscard]] bool has_woken() const { return stage_.load(core::relaxed) == Stage::Woken; }

    /// At the last look before the CPU sleeps: rings its own doorbell, once.
    template <class System>
    void before_sleep(System& system) {
        if (stage_.load(core::relaxed) != Stage::Armed)
            return;
        stage_.store(Stage::Rung, core::relaxed);
        (void)system.ring(system.this_cpu()); // one that fails wakes nobody, which is seen
    }
    /// Awake.
    void after_sleep() {
        if (stage_.load(core::relaxed) == Stage::Rung)
            stage_.store(Stage::Woken, core::relaxed);
    }

  private:
    enum class Stage : std::uint32_t { Off, Armed, Rung, Woken };
    core::Atomic<Stage> stage_{Stage::Off};

  public:
    using neuron_members = core::Members<IdleProbe, &IdleProbe::stage_>;
};

} // namespace neuron::selftest
