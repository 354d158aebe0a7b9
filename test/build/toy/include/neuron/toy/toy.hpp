// SPDX-License-Identifier: MIT
// Questions without words: a CPU counts what it is asked, and answers when it is idle.
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/core/send.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/percpu/per_cpu.hpp>

#include <algorithm>
#include <cstdint>

namespace neuron::toy {

/// What a CPU notes of itself. It lies in a block, and blocks do not end before the image does.
struct Tally {
    Tally() = default;
    Tally(const Tally&) = delete;
    Tally& operator=(const Tally&) = delete;
    ~Tally() { core::check(false, "toy: a block has ended"); }

    std::uint32_t answers = 0;
    std::uint32_t rings = 0;
};

template <class Values>
struct Feature; // feature.hpp

/// One more question to `cpu`; false if its doorbell did not ring.
template <class System>
[[nodiscard]] bool ask(System& system, core::CpuId cpu) {
    system.template remote<Feature>(cpu).asked.fetch_add(1, core::release); // pairs with waiting()
    return system.ring(cpu);
}

/// How many questions this CPU has not answered yet.
template <class System>
[[nodiscard]] std::uint32_t waiting(System& system) {
    auto& mine = system.template remote<Feature>(system.this_cpu());
    // Acquire: pairs with ask(). Relaxed: only this CPU writes it.
    return mine.asked.load(core::acquire) - mine.answered.load(core::relaxed);
}

/// Answers at most TOY_MOST questions to this CPU; true if there was one.
template <class System>
bool answer(System& system) {
    const std::uint32_t count =
        std::min<std::uint32_t>(waiting(system), Feature<typename System::Values>::most);
    const core::IrqOff masked;
    system.template own<Feature>(masked).tally.with(masked,
                                                    [&](Tally& tally) { tally.answers += count; });
    system.template shared<Feature>().answers.fetch_add(count, core::relaxed); // a counter
    // Release: who sees the answer sees the counts as well.
    system.template remote<Feature>(system.this_cpu()).answered.fetch_add(count, core::release);
    return count != 0;
}

} // namespace neuron::toy
