// SPDX-License-Identifier: MIT
// Calls into the firmware below (RISC-V Supervisor Binary Interface 1.0). Every context; a call
// costs hundreds of instructions in the firmware.
#pragma once

#include <neuron/core/ids.hpp>

#include <cstdint>
#include <expected>

namespace neuron::arch::sbi {

/// Zero or what the specification's section 3 calls an error, negative.
using Error = std::int64_t;
using Outcome = std::expected<std::uint64_t, Error>;

enum class Extension : std::uint64_t {
    Base = 0x10,
    Time = 0x54494D45,
    Ipi = 0x735049,
    Hsm = 0x48534D,
    Reset = 0x53525354,
};

[[nodiscard]] inline Outcome call(Extension extension, std::uint64_t function,
                                  std::uint64_t arg0 = 0, std::uint64_t arg1 = 0,
                                  std::uint64_t arg2 = 0) {
    // SAFETY: names the registers of one call, as the SBI specification has them (chapter 3).
    register std::uint64_t a0 asm("a0") = arg0;
    register std::uint64_t a1 asm("a1") = arg1;
    register std::uint64_t a2 asm("a2") = arg2;
    register std::uint64_t a6 asm("a6") = function;
    register std::uint64_t a7 asm("a7") = static_cast<std::uint64_t>(extension);
    // SAFETY: the firmware keeps all registers but a0 and a1 (SBI 1.0, section 3). The fence
    // (INV-ARCH-4) makes earlier writes visible to whom the call starts or interrupts.
    asm volatile("fence w, o\n\tecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
    const auto error = static_cast<Error>(a0);
    if (error != 0)
        return std::unexpected(error);
    const std::uint64_t value = a1;
    return value;
}

/// Whether the firmware has the extension (section 4.4).
[[nodiscard]] inline bool has(Extension extension) {
    return call(Extension::Base, 3, static_cast<std::uint64_t>(extension)).value_or(0) != 0;
}

/// The timer interrupt of this hart becomes pending at `ticks` (section 6.1).
inline void set_timer(std::uint64_t ticks) {
    (void)call(Extension::Time, 0, ticks);
}

/// Raises those of the harts base + n for each bit n of `mask` (section 7.1).
[[nodiscard]] inline Outcome send_ipis(std::uint64_t mask, core::HartId base) {
    return call(Extension::Ipi, 0, mask, base.value);
}

/// Raises the software interrupt of one hart (section 7.1).
[[nodiscard]] inline Outcome send_ipi(core::HartId hart) {
    return send_ipis(1, hart);
}

/// Starts `hart` at physical address `entry` with a0 = its id, a1 = opaque (section 9.1).
[[nodiscard]] inline Outcome hart_start(core::HartId hart, std::uint64_t entry,
                                        std::uint64_t opaque) {
    return call(Extension::Hsm, 0, hart.value, entry, opaque);
}

/// What a hart is doing: 0 started, 1 stopped, 2 start pending, 3 stop pending (section 9.3).
inline constexpr std::uint64_t hart_stopped = 1;
[[nodiscard]] inline Outcome hart_status(core::HartId hart) {
    return call(Extension::Hsm, 2, hart.value);
}

/// Stops this hart; returns only if it can't (section 9.2).
inline void hart_stop() {
    (void)call(Extension::Hsm, 1);
}

/// Suspends this hart, which keeps all its state, until an enabled interrupt is pending, masked or
/// not (section 9.4; type 0: retentive).
[[nodiscard]] inline Outcome hart_suspend() {
    return call(Extension::Hsm, 3, 0);
}

/// Shuts the machine down; returns only if it can't (section 10.1).
inline void shut_down() {
    (void)call(Extension::Reset, 0, 0, 0);
}

} // namespace neuron::arch::sbi
