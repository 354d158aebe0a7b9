// SPDX-License-Identifier: MIT
// A number appears in a lane that nobody posted: its receiver acknowledges what was never
// requested.
#include <neuron/app.hpp>

#include "../apps/ipi-chain/feature.hpp"

using namespace neuron;

static core::Atomic<std::uint32_t> traps{0};

extern "C" arch::FrameArea* __real_neuron_trap(arch::FrameArea* frame);
extern "C" arch::FrameArea* __wrap_neuron_trap(arch::FrameArea* frame) {
    if (traps.fetch_add(1, core::relaxed) == 50) {
        const core::CpuId self = system().this_cpu();
        auto& mailbox = system().remote<ipi::Feature>(self);
        mailbox.from[0].posted[0].store(1'000'000'000, core::release);
        (void)mailbox.pending.announce(core::CpuId{0});
    }
    return __real_neuron_trap(frame);
}
