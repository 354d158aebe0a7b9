// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/percpu/identity.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::percpu {

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    run.test("percpu.identity", [&](selftest::Record& record) {
        const Identity& self = this_cpu();
        record.expect(self.hart == system.hart_of(self.cpu), "the map names this very hart");
        record.expect(self.system == &system, "the block carries the system");
        record.value("cpu", self.cpu);
    });
    run.test("percpu.test_reject_wrong_block", [](selftest::Record& record) {
        struct Block {
            Identity identity;
            std::uint64_t more[4];
        };
        Block blocks[2]{};
        const std::span<const Block> all = blocks;
        // SAFETY: addresses, never followed.
        const auto first = reinterpret_cast<std::uintptr_t>(blocks);
        const auto second = reinterpret_cast<std::uintptr_t>(blocks + 1);
        record.expect(!validate(first, all), "a block that was never set up");
        name_cpu(blocks[0].identity, core::CpuId{0}, core::HartId{7}, nullptr);
        name_cpu(blocks[1].identity, core::CpuId{1}, core::HartId{3}, nullptr);
        record.expect(validate(second, all) == core::CpuId{1}, "a good block");
        record.expect(!validate(second + 8, all), "inside a block");
        record.expect(!validate(second + sizeof(Block), all), "past the last block");
        record.expect(!validate(0, all), "zero");
        record.expect(!validate(first - sizeof(Block), all), "before the first block");
        blocks[1].identity.cpu = core::CpuId{0};
        record.expect(!validate(second, all), "a block with another CPU's number");
    });
}

} // namespace neuron::percpu
