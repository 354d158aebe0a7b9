// SPDX-License-Identifier: MIT
// The board's clock: a Goldfish RTC (QEMU 7.2, include/hw/rtc/goldfish_rtc.h), nanoseconds since
// 1970 in two registers of 32 bits. Reading the low one holds the high one for the next read.
#include <arch/mmio.hpp>
#include <neuron/fdt/tree.hpp>
#include <plat/devices.hpp>

namespace neuron::plat {
namespace {

constexpr std::uintptr_t time_low = 0x00;
constexpr std::uintptr_t time_high = 0x04;

} // namespace

std::optional<core::Nanoseconds> read_wall_clock(const Machine& machine) {
    // SAFETY: the Machine was read from it.
    const auto tree =
        fdt::Tree::unsafe_of({machine.device_tree.data(), machine.device_tree.size()});
    const std::uintptr_t rtc = find_device(tree, "google,goldfish-rtc", machine);
    if (rtc == 0)
        return {};
    const std::uint64_t low = arch::mmio_read<std::uint32_t>(rtc + time_low);
    const std::uint64_t high = arch::mmio_read<std::uint32_t>(rtc + time_high);
    const std::uint64_t time = high << 32 | low;
    if (time > static_cast<std::uint64_t>(core::Nanoseconds::max().count()))
        return {};
    return core::Nanoseconds(static_cast<std::int64_t>(time));
}

} // namespace neuron::plat
