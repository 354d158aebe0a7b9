// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/percpu/identity.hpp>
#include <neuron/selftest/feature.hpp>
#include <neuron/selftest/on_each_cpu.hpp>
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
    // Each CPU counts in its own data; a handler of the same CPU counts in it too.
    run.test("percpu.own_data_under_irq_off", [&](selftest::Record& record) {
        std::uint32_t cpus = 0;
        const std::uint64_t sum =
            selftest::on_each_cpu(system, cpus, [](System& here, std::uint32_t) {
                const auto count = [](const auto& witness, System& at) {
                    return at.template own<selftest::Feature>(witness).shared_with_handlers.with(
                        witness, [](std::uint64_t& value) { return ++value; });
                };
                std::uint64_t first = 0;
                std::uint64_t last = 0;
                for (std::uint32_t round = 0; round < 100; ++round) {
                    const std::uint64_t now = [&] {
                        const core::IrqOff masked;
                        return count(masked, here);
                    }();
                    first = round == 0 ? now - 1 : first;
                    (void)selftest::run_in_handler(here, [](System& at, core::IrqContext& irq) {
                        (void)at.template own<selftest::Feature>(irq).shared_with_handlers.with(
                            irq, [](std::uint64_t& value) { return ++value; });
                    });
                    const core::IrqOff masked;
                    last = count(masked, here);
                }
                return last - first;
            });
        record.value("sum", sum);
    });
    run.test("percpu.own_data_while_pinned", [&](selftest::Record& record) {
        std::uint32_t cpus = 0;
        const std::uint64_t sum =
            selftest::on_each_cpu(system, cpus, [](System& here, std::uint32_t) {
                const core::Pinned pinned;
                return here.template own<selftest::Feature>(pinned).at_task_level.with(
                    pinned, [](std::uint64_t& value) {
                        const std::uint64_t before = value;
                        for (std::uint32_t round = 0; round < 1000; ++round)
                            ++value;
                        return value - before;
                    });
            });
        record.value("sum", sum);
        record.expect(env::pins() == 0, "every pin is taken back");
    });
    run.test("percpu.remote_load_of_every_cpu", [&](selftest::Record& record) {
        const auto readable = [&](std::uint32_t cpu) {
            return system.template remote<selftest::Feature>(core::CpuId{cpu})
                .readable.remote_load();
        };
        std::uint64_t before = 0;
        for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
            before += readable(cpu);
        std::uint32_t cpus = 0;
        (void)selftest::on_each_cpu(system, cpus, [](System& here, std::uint32_t) {
            for (std::uint32_t round = 0; round < 1000; ++round) {
                const core::IrqOff masked;
                here.template remote<selftest::Feature>(here.this_cpu()).readable.add(masked, 1);
            }
            return std::uint64_t{0};
        });
        std::uint64_t sum = 0;
        for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
            sum += readable(cpu);
        record.value("sum", sum - before);
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
