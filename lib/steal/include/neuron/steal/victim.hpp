// SPDX-License-Identifier: MIT
// Which CPU is asked, of those whose hint says that they have tasks to give. A policy is a type
// with `choose`; what it remembers is its CPU's. The same memory and the same hints give the same
// choice.
#pragma once

#include <neuron/core/cpu_set.hpp>

#include <cstdint>

namespace neuron::steal {

/// Each in its turn, the one behind `self` first.
struct InTurn {
    std::uint32_t passed = 0; ///< how far behind `self` the last one was

    /// `self` asks; `hint(CpuId)`: how many that CPU has to give, 0 of `self`.
    template <class Hint>
    std::optional<core::CpuId> choose(core::CpuId self, std::uint32_t count, Hint hint) {
        const auto chosen = core::first_from(self.value + passed + 1, count,
                                             [&](core::CpuId cpu) { return hint(cpu) > 0; });
        if (chosen)
            passed = (chosen->value + count - self.value) % count;
        return chosen;
    }
};

/// The one that has most; of equals each in its turn.
struct ByLoad {
    std::uint32_t passed = 0; ///< as above

    template <class Hint>
    std::optional<core::CpuId> choose(core::CpuId self, std::uint32_t count, Hint hint) {
        std::uint32_t most = 0;
        std::optional<core::CpuId> chosen;
        (void)core::first_from(self.value + passed + 1, count, [&](core::CpuId cpu) {
            const std::uint32_t has = hint(cpu);
            if (has > most) {
                most = has;
                chosen = cpu;
            }
            return false; // another may have more
        });
        if (chosen)
            passed = (chosen->value + count - self.value) % count;
        return chosen;
    }
};

/// Any, as the seed and the CPU have it.
template <std::uint64_t Seed>
struct ByChance {
    std::uint64_t drawn = 0;

    template <class Hint>
    std::optional<core::CpuId> choose(core::CpuId self, std::uint32_t count, Hint hint) {
        // SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), another row for each CPU.
        std::uint64_t mixed =
            (Seed + (std::uint64_t{self.value} << 32) + ++drawn) * 0x9e37'79b9'7f4a'7c15;
        mixed = (mixed ^ mixed >> 30) * 0xbf58'476d'1ce4'e5b9;
        mixed = (mixed ^ mixed >> 27) * 0x94d0'49bb'1331'11eb;
        return core::first_from(static_cast<std::uint32_t>((mixed ^ mixed >> 31) % count), count,
                                [&](core::CpuId cpu) { return hint(cpu) > 0; });
    }
};

} // namespace neuron::steal
