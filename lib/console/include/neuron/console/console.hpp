// SPDX-License-Identifier: MIT
// Lines of text from any CPU. Rules: a line is written as a whole under one lock, so lines never
// interleave; only the panic writes without it. Legal in every context; the lock is the last of
// all ranks, so it may be taken under any other.
#pragma once

#include <neuron/format/format.hpp>
#include <neuron/sync/spin_lock.hpp>

#include <optional>
#include <string_view>

namespace neuron::console {

enum class Level : std::uint32_t { Error, Warn, Info, Debug };

/// The names of the levels, in their order.
inline constexpr std::string_view level_names[] = {"error", "warn", "info", "debug"};

/// The level of that name; nothing for any other text.
[[nodiscard]] constexpr std::optional<Level> parse_level(std::string_view text) {
    for (std::uint32_t level = 0; level < std::size(level_names); ++level)
        if (text == level_names[level])
            return Level{level};
    return {};
}

/// What stands before a line of this level.
[[nodiscard]] constexpr std::string_view prefix(Level level) {
    switch (level) {
    case Level::Error:
        return "error: ";
    case Level::Warn:
        return "warning: ";
    default:
        return "";
    }
}

/// Writes lines to a Device, which has `put(std::string_view)`.
template <class Device>
class Console {
  public:
    constexpr Console() = default;

    /// Chooses device and level; before the other CPUs start.
    void open(Device device, Level level) {
        level_.store(level, core::relaxed); // the other CPUs start after this
        device_.with([&](Device& current) { current = device; });
    }

    /// Whether lines of this level are shown.
    [[nodiscard]] bool shows(Level level) const {
        return level <= level_.load(core::relaxed); // written before the other CPUs start
    }

    /// Writes prefix, text and newline as one line. INV-CONSOLE-1.
    void line(std::string_view before, std::string_view text,
              std::span<const format::Argument> arguments) {
        device_.with([&](Device& device) { write(device, before, text, arguments); });
    }

    /// The same without the lock, for the panic alone.
    void panic_line(const core::PanicContext& panic, std::string_view text,
                    std::span<const format::Argument> arguments) {
        write(device_.bypass(panic), "", text, arguments);
    }

  private:
    static void write(Device& device, std::string_view before, std::string_view text,
                      std::span<const format::Argument> arguments) {
        device.put(before);
        format::write_erased(device, text, arguments);
        device.put("\n");
    }

    sync::SpinLock<Device, sync::Rank::Console> device_;
    core::Atomic<Level> level_{Level::Error}; // until open
};

} // namespace neuron::console
