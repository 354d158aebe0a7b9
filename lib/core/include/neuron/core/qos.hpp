// SPDX-License-Identifier: MIT
// How urgent a task is. The numbers are stable: they stand in records and in messages.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace neuron::core {

/// Lowest first.
enum class QosClass : std::uint32_t { Idle = 0, Normal = 1, Interactive = 2, PerfBurst = 3 };

inline constexpr std::uint32_t qos_classes = 4;
inline constexpr std::array<std::string_view, qos_classes> qos_names{"Idle", "Normal",
                                                                     "Interactive", "PerfBurst"};

/// Whether that is one of them: a number from elsewhere may be none.
constexpr bool is_class(QosClass qos) {
    return static_cast<std::uint32_t>(qos) < qos_classes;
}

constexpr std::string_view to_string(QosClass qos) {
    const auto index = static_cast<std::uint32_t>(qos);
    return index < qos_classes ? qos_names[index] : "unknown";
}
constexpr std::string_view format_value(QosClass qos) {
    return to_string(qos);
}

/// The class of that name, as to_string writes it.
[[nodiscard]] constexpr std::optional<QosClass> parse_qos(std::string_view name) {
    for (std::uint32_t index = 0; index < qos_classes; ++index)
        if (qos_names[index] == name)
            return static_cast<QosClass>(index);
    return {};
}

} // namespace neuron::core
