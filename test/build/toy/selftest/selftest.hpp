// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/wait.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/toy/feature.hpp>

namespace neuron::toy {

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    const core::CpuId self = system.this_cpu();
    auto& shared = system.template shared<Feature>();
    const auto tally = [&](auto use) {
        const core::IrqOff masked;
        return system.template own<Feature>(masked).tally.with(masked, use);
    };

    run.test("toy.starts_once", [&](selftest::Record& record) {
        record.value("starts", shared.starts.load(core::relaxed)); // written before main
    });

    run.test("toy.each_cpu_answers", [&](selftest::Record& record) {
        for (std::uint32_t index = 0; index < system.cpu_count(); ++index) {
            const core::CpuId cpu{index};
            record.expect(ask(system, cpu), "the doorbell rings");
            if (cpu == self) // main is not idle
                record.expect(answer(system), "there is a question");
            auto& remote = system.template remote<Feature>(cpu);
            core::spin_until([&] { return remote.answered.load(core::acquire) == 1; });
        }
        record.value("answers", shared.answers.load(core::relaxed)); // acquired with the last one
    });

    run.test("toy.answers_are_bounded", [&](selftest::Record& record) {
        const std::uint32_t before = tally([](Tally& mine) { return mine.answers; });
        for (int question = 0; question < 7; ++question)
            record.expect(ask(system, self), "the doorbell rings");
        std::uint32_t goes = 0;
        while (answer(system))
            ++goes;
        record.value("goes", goes);
        record.value("answers", tally([](Tally& mine) { return mine.answers; }) - before);
    });

    run.test("toy.rings_come_to_the_handler", [&](selftest::Record& record) {
        auto& rings = system.template remote<Feature>(self).rings;
        const std::uint32_t seen = rings.remote_load();
        const std::uint32_t before = tally([](Tally& mine) { return mine.rings; });
        record.expect(system.ring(self), "the doorbell rings");
        core::spin_until([&] { return rings.remote_load() != seen; });
        record.value("rings", tally([](Tally& mine) { return mine.rings; }) - before);
    });
}

} // namespace neuron::toy
