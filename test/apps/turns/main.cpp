// SPDX-License-Identifier: MIT
// Main and three more take turns. Two of them use every register that a function keeps, integer and
// FP, and a rounding mode of their own; main adds up halves; one uses no FP register at all. With
// ARGS=wrong they expect what they did not leave.
#include <arch/context.hpp>
#include <neuron/app.hpp>

using namespace neuron;

extern "C" std::uint64_t turn_with_registers(arch::Context& from, arch::Context& to,
                                             std::uint64_t seed, std::uint64_t expected);

namespace {

constexpr std::uint64_t rounds = 1000;

struct Player {
    arch::Context context;
    Player* next = nullptr;
    bool uses_fp = false;
    std::uint64_t expected_beside = 0;
    std::uint64_t turns = 0;
    std::uint64_t wrong = 0;
    alignas(16) std::byte stack[4096];
};

Player players[3];
arch::Context home;

arch::Context& next_of(Player& player) {
    return player.next != nullptr ? player.next->context : home;
}

void play(void* argument) {
    auto& self = *static_cast<Player*>(argument);
    for (std::uint64_t seed = 1000;; seed += 7) {
        ++self.turns;
        const core::IrqOff masked;
        if (self.uses_fp)
            self.wrong +=
                turn_with_registers(self.context, next_of(self), seed, seed + self.expected_beside);
        else
            arch::switch_context(masked, self.context, next_of(self));
    }
}

} // namespace

int main(int count, char** words) {
    const bool wrong = count > 1 && std::string_view(words[1]) == "wrong";
    for (std::size_t n = 0; n < std::size(players); ++n) {
        players[n].uses_fp = n != 1;
        players[n].next = n + 1 < std::size(players) ? &players[n + 1] : nullptr;
        players[n].expected_beside = wrong ? 1 : 0;
        // SAFETY: an address.
        arch::prepare_context(players[n].context,
                              reinterpret_cast<std::uintptr_t>(std::end(players[n].stack)), play,
                              &players[n]);
    }
    double halves = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        halves += 0.5;
        const core::IrqOff masked;
        arch::switch_context(masked, home, players[0].context);
    }
    std::uint64_t bad = 0;
    for (const Player& player : players)
        bad += player.wrong;
    println("TURNS: turns={} {} {} wrong={} main={}", players[0].turns, players[1].turns,
            players[2].turns, bad, static_cast<std::uint64_t>(halves));
    println("TURNS: fp={} {} {} main={}", players[0].context.has_fp, players[1].context.has_fp,
            players[2].context.has_fp, home.has_fp);
    return 0;
}
