// SPDX-License-Identifier: MIT
#include <neuron/percpu/identity.hpp>

#include <array>
#include <doctest/doctest.h>
#include <limits>
#include <thread>
#include <vector>

using namespace neuron::percpu;
using neuron::core::CpuId;
using neuron::core::HartId;

namespace {

struct Block {
    Identity identity;
    std::uint64_t more[4];
};

std::uintptr_t address_of(const Block& block) {
    return reinterpret_cast<std::uintptr_t>(&block);
}

/// Four blocks, set up, with as much memory before and behind them.
class Blocks {
  public:
    Blocks() {
        for (std::uint32_t cpu = 0; cpu < 4; ++cpu)
            name_cpu(block(cpu).identity, CpuId{cpu}, HartId{100 + cpu}, this);
    }
    Block& block(std::uint32_t cpu) { return memory_[4 + cpu]; }
    [[nodiscard]] std::span<const Block> all() const { return std::span(memory_).subspan(4, 4); }
    [[nodiscard]] auto valid(std::uintptr_t address) const { return validate(address, all()); }
    auto valid_cpu(std::uint32_t cpu) { return valid(address_of(block(cpu))); }

  private:
    std::array<Block, 12> memory_{};
};

} // namespace

TEST_CASE("percpu: INV-PERCPU-1: a block that was set up answers with its own CPU") {
    Blocks blocks;
    for (std::uint32_t cpu = 0; cpu < 4; ++cpu) {
        CHECK(blocks.valid_cpu(cpu) == CpuId{cpu});
        const Identity& identity = blocks.block(cpu).identity;
        CHECK(identity.cpu == CpuId{cpu});
        CHECK(identity.hart == HartId{100 + cpu});
        CHECK(identity.system == &blocks);
    }
}

TEST_CASE("percpu: INV-PERCPU-1: test_reject_every_address_that_is_no_block") {
    Blocks blocks;
    const std::uintptr_t first = address_of(blocks.block(0));
    for (std::uintptr_t at = first - 4 * sizeof(Block); at < first + 8 * sizeof(Block); ++at) {
        const bool inside = at >= first && at < first + 4 * sizeof(Block);
        const bool good = inside && (at - first) % sizeof(Block) == 0;
        REQUIRE(blocks.valid(at).has_value() == good);
    }
}

TEST_CASE("percpu: test_reject_addresses_far_away") {
    const Blocks blocks;
    const auto first = reinterpret_cast<std::uintptr_t>(blocks.all().data());
    constexpr std::uintptr_t top = std::numeric_limits<std::uintptr_t>::max();
    for (const std::uintptr_t at : {std::uintptr_t{0}, std::uintptr_t{1}, top, top - 7,
                                    identity_magic, std::uintptr_t{0} - identity_magic}) {
        CHECK_FALSE(blocks.valid(at).has_value());
    }
    // A whole number of blocks away, up to the end of all addresses.
    CHECK_FALSE(blocks.valid(first + (top - first) / sizeof(Block) * sizeof(Block)).has_value());
}

TEST_CASE("percpu: test_reject_a_block_of_zeros_that_was_never_set_up") {
    const std::array<Block, 2> zeros{};
    for (const Block& block : zeros)
        CHECK_FALSE(validate(address_of(block), std::span<const Block>(zeros)).has_value());
}

TEST_CASE("percpu: test_reject_a_block_of_another_array") {
    Blocks one;
    Blocks two;
    CHECK_FALSE(one.valid(address_of(two.block(0))).has_value());
}

TEST_CASE("percpu: test_reject_a_block_that_was_copied_from_elsewhere") {
    Blocks blocks;
    blocks.block(2) = blocks.block(1);
    CHECK_FALSE(blocks.valid_cpu(2).has_value());
    blocks.block(2).identity.cpu = CpuId{2}; // and its check still says block 1
    CHECK_FALSE(blocks.valid_cpu(2).has_value());
    CHECK(blocks.valid_cpu(1) == CpuId{1});
}

TEST_CASE("percpu: test_reject_a_block_with_any_bit_of_its_check_flipped") {
    Blocks blocks;
    for (unsigned bit = 0; bit < 64; ++bit) {
        blocks.block(1).identity.check ^= std::uintptr_t{1} << bit;
        CHECK_FALSE(blocks.valid_cpu(1).has_value());
        blocks.block(1).identity.check ^= std::uintptr_t{1} << bit;
    }
    CHECK(blocks.valid_cpu(1) == CpuId{1});
}

TEST_CASE("percpu: test_reject_a_block_with_the_number_of_another_cpu") {
    Blocks blocks;
    for (const std::uint32_t wrong : {0U, 1U, 3U, 4U, ~0U}) {
        blocks.block(2).identity.cpu = CpuId{wrong};
        CHECK_FALSE(blocks.valid_cpu(2).has_value());
    }
}

TEST_CASE("percpu: INV-PERCPU-1: test_reject_everything_where_there_are_no_blocks") {
    Blocks blocks;
    CHECK_FALSE(validate(address_of(blocks.block(0)), blocks.all().first(0)).has_value());
    CHECK_FALSE(validate(std::uintptr_t{0}, std::span<const Block>{}).has_value());
    // And only those that are in the span.
    CHECK(validate(address_of(blocks.block(1)), blocks.all().first(2)) == CpuId{1});
    CHECK_FALSE(validate(address_of(blocks.block(2)), blocks.all().first(2)).has_value());
}

TEST_CASE("percpu: test_reject_without_a_read_behind_the_last_block") {
    // A heap block of exactly the size, and a Block whose alignment is less than an Identity.
    std::vector<Block> blocks(2);
    blocks.shrink_to_fit();
    const std::span<const Block> all = blocks;
    for (std::uint32_t cpu = 0; cpu < 2; ++cpu)
        name_cpu(blocks[cpu].identity, CpuId{cpu}, HartId{cpu}, nullptr);
    const std::uintptr_t first = address_of(blocks[0]);
    for (std::uintptr_t at = first; at < first + 2 * sizeof(Block); ++at)
        REQUIRE(validate(at, all).has_value() == ((at - first) % sizeof(Block) == 0));
}

TEST_CASE("percpu: this_cpu is the block that each thread was given") {
    Blocks blocks;
    std::vector<std::jthread> threads;
    std::array<std::uint64_t, 4> harts{};
    for (std::uint32_t cpu = 0; cpu < 4; ++cpu)
        threads.emplace_back([&, cpu] {
            neuron::env::set_cpu_block(&blocks.block(cpu));
            harts[this_cpu().cpu.index()] = this_cpu().hart.value;
        });
    threads.clear();
    CHECK(harts == std::array<std::uint64_t, 4>{100, 101, 102, 103});
}
