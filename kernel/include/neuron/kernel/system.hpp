// SPDX-License-Identifier: MIT
// The system: what there is once per image, and the services that libraries and apps ask it for.
// Who owns what: a CPU its block; nobody the Machine, which is sealed; the rest synchronises
// itself and says how.
#pragma once

#include <arch/sbi.hpp>
#include <config/diagnostic_seconds.hpp>
#include <config/max_cpus.hpp>
#include <neuron/args/parsed.hpp>
#include <neuron/console/console.hpp>
#include <neuron/core/cpu_set.hpp>
#include <neuron/kernel/cpu_block.hpp>
#include <neuron/sync/once_cell.hpp>
#include <plat/devices.hpp>

namespace neuron {

namespace kernel {
struct Access;
}

class System {
  public:
    static constexpr unsigned max_cpus = config::max_cpus;
    using Arguments = args::Parsed<64, 2048>;

    // Who and how many. Legal from boot on, in every context.
    [[nodiscard]] core::CpuId this_cpu() const { return percpu::this_cpu().cpu; }
    [[nodiscard]] unsigned cpu_count() const { return machine().cpus.size(); }
    [[nodiscard]] core::HartId hart_of(core::CpuId cpu) const {
        return machine().cpus.hart_of(cpu);
    }
    [[nodiscard]] percpu::Life& life(core::CpuId cpu);
    [[nodiscard]] const kernel::Counters& remote_counters(core::CpuId cpu) const;

    /// The hardware, sealed. The boot CPU fills it before anything else runs.
    [[nodiscard]] const plat::Machine& machine() const { return *machine_.get(); }
    /// The boot command line; the boot CPU parses it before anything else runs.
    [[nodiscard]] const Arguments& arguments() const { return arguments_; }

    // Other CPUs.
    [[nodiscard]] bool ring(core::CpuId cpu) { return plat::ring(machine(), cpu); }
    [[nodiscard]] bool can_start_harts() const { return arch::sbi::has(arch::sbi::Extension::Hsm); }
    /// Boot CPU: sets up the block of `cpu` and asks the firmware to start its hart.
    [[nodiscard]] arch::sbi::Outcome start_hart(core::CpuId cpu);

    // Time, in ticks of the time CSR.
    [[nodiscard]] std::uint64_t now() const { return plat::Clock::now(); }
    [[nodiscard]] std::uint64_t diagnostic_deadline() const {
        return now() + machine().timebase_hz * config::diagnostic_seconds;
    }

    // Lines of text. Legal in every context.
    /// A whole line, whatever the level.
    template <class... A>
    void line(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
        put_line(text.view(), format::erase_all(values...));
    }
    /// A whole line with the level's prefix, if lines of this level are shown.
    template <class... A>
    void log(console::Level level, format::FormatString<std::type_identity_t<A>...> text,
             const A&... values) {
        put_log(level, text.view(), format::erase_all(values...));
    }
    template <class... A>
    void warn(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
        log<A...>(console::Level::Warn, text, values...);
    }
    template <class... A>
    void info(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
        log<A...>(console::Level::Info, text, values...);
    }

    // The features' parts.
    template <class F>
    [[nodiscard]] auto& shared() {
        return kernel::detail::part_of<F>(shared_);
    }
    template <class F>
    [[nodiscard]] auto& per_cpu(core::CpuId cpu) {
        return kernel::detail::part_of<F>(block(cpu).parts);
    }

  private:
    friend struct kernel::Access; // kernel/src only

    [[nodiscard]] kernel::CpuBlock& block(core::CpuId cpu);
    void put_line(std::string_view text, std::span<const format::Argument> arguments);
    void put_log(console::Level level, std::string_view text,
                 std::span<const format::Argument> arguments);

    sync::OnceCell<plat::Machine> machine_;
    Arguments arguments_{};
    console::Console<plat::Uart> console_;
    core::Atomic<std::uint32_t> stopping_{0}; ///< 0, or 1 + the CPU whose panic stops the others
    kernel::SharedParts shared_;
};

} // namespace neuron
