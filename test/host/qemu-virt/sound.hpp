// SPDX-License-Identifier: MIT
// What any answer of read_machine must hold, whatever the tree was.
#pragma once

#include <plat/board.hpp>
#include <plat/machine.hpp>

#include <string>

namespace board_test {

inline bool inside(neuron::fdt::Region outer, std::uint64_t address, std::uint64_t size) {
    return address >= outer.address && size <= outer.size &&
           address - outer.address <= outer.size - size;
}

/// What is wrong with the result; nothing if all is well.
inline std::string wrong_with(const std::expected<neuron::plat::Machine, std::string_view>& machine,
                              std::uint64_t boot_hart, neuron::fdt::Region where) {
    if (!machine)
        return machine.error().empty() || machine.error().contains('\n') ? "no sentence" : "";
    const auto count = machine->cpus.size();
    if (count == 0 || count > neuron::config::max_cpus || machine->harts < count)
        return "number of CPUs";
    if (machine->cpus.hart_of(neuron::core::boot_cpu).value != boot_hart)
        return "CPU 0 is not the boot hart";
    for (std::uint32_t cpu = 0; cpu < count; ++cpu)
        if (machine->cpus.cpu_of(machine->cpus.hart_of(neuron::core::CpuId{cpu})) !=
            neuron::core::CpuId{cpu})
            return "the map";
    for (std::size_t cpu = count; cpu < neuron::config::max_cpus; ++cpu)
        if (machine->doorbell[cpu] != 0)
            return "a doorbell without a CPU";
    if (!inside(machine->memory, where.address, where.size))
        return "memory without the image";
    const auto bytes = machine->input.value_or(neuron::core::Frozen<std::byte>());
    const auto input = reinterpret_cast<std::uintptr_t>(bytes.data());
    const auto size = bytes.size();
    if (size != 0 && !inside(machine->memory, input, size))
        return "input outside memory";
    if (size != 0 && input < where.address + where.size && where.address < input + size)
        return "input over the image";
    using namespace neuron::plat;
    const auto is_wrong = [&](std::uint64_t device) {
        return device != 0 && device != board::uart && device != board::finisher &&
               inside(machine->memory, device, 1);
    };
    for (const std::uint64_t doorbell : machine->doorbell)
        if (is_wrong(doorbell))
            return "a doorbell in memory";
    if (is_wrong(machine->uart) || is_wrong(machine->finisher))
        return "a device in memory";
    if (machine->timebase_hz == 0 || machine->uart == 0 || machine->finisher == 0 ||
        machine->uart_shift > 7)
        return "a device or the timebase";
    return "";
}

} // namespace board_test
