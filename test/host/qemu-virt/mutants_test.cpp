// SPDX-License-Identifier: MIT
// Corrupted trees: an error in one sentence, or a Machine that holds what it promises.
#include <algorithm>
#include <doctest/doctest.h>
#include <memory>
#include <random>

#include "board.hpp"
#include "sound.hpp"

using namespace board_test;
using namespace neuron;

namespace {

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
    if (const std::string wrong = wrong_with(*result, 7, image); !wrong.empty())
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
