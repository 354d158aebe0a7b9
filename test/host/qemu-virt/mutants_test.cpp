// SPDX-License-Identifier: MIT
// Corrupted trees: an error in one sentence, or a Machine that holds what it promises.
#include <algorithm>
#include <doctest/doctest.h>
#include <memory>
#include <random>

#include "board.hpp"

using namespace board_test;
using namespace neuron;

namespace {

bool inside(fdt::Region outer, std::uint64_t address, std::uint64_t size) {
    return address >= outer.address && size <= outer.size &&
           address - outer.address <= outer.size - size;
}

/// What is wrong with the result; nothing if all is well.
std::string wrong_with(const Result& machine, std::uint64_t boot_hart) {
    if (!machine)
        return machine.error().empty() || machine.error().contains('\n') ? "no sentence" : "";
    const auto count = machine->cpus.size();
    if (count == 0 || count > config::max_cpus || machine->harts < count)
        return "number of CPUs";
    if (machine->cpus.hart_of(core::boot_cpu).value != boot_hart)
        return "CPU 0 is not the boot hart";
    for (std::uint32_t cpu = 0; cpu < count; ++cpu)
        if (machine->cpus.cpu_of(machine->cpus.hart_of(core::CpuId{cpu})) != core::CpuId{cpu})
            return "the map";
    for (std::size_t cpu = count; cpu < config::max_cpus; ++cpu)
        if (machine->doorbell[cpu] != 0)
            return "a doorbell without a CPU";
    if (!inside(machine->memory, image.address, image.size))
        return "memory without the image";
    const auto bytes = machine->input.value_or(neuron::core::Frozen<std::byte>());
    const auto input = reinterpret_cast<std::uintptr_t>(bytes.data());
    const auto size = bytes.size();
    if (size != 0 && !inside(machine->memory, input, size))
        return "input outside memory";
    if (size != 0 && input < image.address + image.size && image.address < input + size)
        return "input over the image";
    if (machine->timebase_hz == 0 || machine->uart == 0 || machine->finisher == 0 ||
        machine->uart_shift > 7)
        return "a device or the timebase";
    return "";
}

struct Tally {
    unsigned read = 0;
    unsigned refused = 0;
};

void judge(std::span<const std::byte> bytes, Tally& tally) {
    const auto exact = std::make_unique<std::byte[]>(bytes.size());
    std::ranges::copy(bytes, exact.get());
    const auto result = read_bytes({exact.get(), bytes.size()}, 7);
    if (!result)
        return;
    ++(result->has_value() ? tally.read : tally.refused);
    if (const std::string wrong = wrong_with(*result, 7); !wrong.empty())
        FAIL(wrong);
}

} // namespace

TEST_CASE("qemu-virt: any one byte changed gives a sound Machine or an error") {
    const auto good = Board().initrd(0x8400'0000, 0x8400'1000).packed();
    Tally tally;
    for (std::size_t at = 0; at < good.size(); ++at)
        for (const int value : {0x00, 0x01, 0x02, 0x7f, 0x80, 0xff}) {
            auto bytes = good;
            bytes[at] = static_cast<std::byte>(value);
            judge(bytes, tally);
        }
    CHECK(tally.read > 100);
    CHECK(tally.refused > 100);
}

TEST_CASE("qemu-virt: random changes give a sound Machine or an error") {
    const auto good = Board().initrd(0x8400'0000, 0x8400'1000).packed();
    std::mt19937 random{3};
    Tally tally;
    for (unsigned round = 0; round < 20'000; ++round) {
        auto bytes = good;
        for (auto changes = 1 + random() % 5; changes-- > 0;)
            bytes[random() % bytes.size()] = static_cast<std::byte>(random());
        judge(bytes, tally);
    }
    CHECK(tally.read > 100);
    CHECK(tally.refused > 100);
}
