// SPDX-License-Identifier: MIT
#include <neuron/sync/once_cell.hpp>

#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace neuron;
using sync::OnceCell;

namespace {

/// Long, so that a half of it would be seen.
struct Wide {
    std::array<std::uint64_t, 64> words;
    [[nodiscard]] bool whole() const {
        return std::ranges::all_of(words, [&](std::uint64_t word) { return word == words[0]; });
    }
};

Wide wide(std::uint64_t word) {
    Wide made{};
    made.words.fill(word);
    return made;
}

/// Counts itself.
class Counted {
  public:
    explicit Counted(int& living) : living_(&living) { ++*living_; }
    Counted(Counted&& other) noexcept : living_(other.living_) { ++*living_; }
    Counted(const Counted&) = delete;
    ~Counted() { --*living_; }

  private:
    int* living_;
};

} // namespace

// SAFETY: these tests read their values as const, after the cell published them.
template <>
inline constexpr bool neuron::core::unsafe_sync<std::string> = true;
template <>
inline constexpr bool neuron::core::unsafe_sync<std::unique_ptr<int>> = true;
template <>
inline constexpr bool neuron::core::unsafe_sync<Counted> = true;

TEST_CASE("sync: a cell is empty until it is made, and says so") {
    static constinit OnceCell<std::uint32_t> cell;
    CHECK(cell.get() == nullptr);
    const auto made = cell.get_or_make([] { return std::expected<std::uint32_t, int>(5U); });
    REQUIRE(made.has_value());
    CHECK(**made == 5);
    CHECK(cell.get() == *made);
}

TEST_CASE("sync: INV-SYNC-2: once ready a cell is never written again") {
    OnceCell<std::string> cell;
    const std::string* first =
        *cell.get_or_make([] { return std::expected<std::string, int>("a"); });
    bool called = false;
    const auto again = cell.get_or_make([&] {
        called = true;
        return std::expected<std::string, int>("b");
    });
    CHECK_FALSE(called);
    CHECK(*again == first);
    CHECK(*cell.get() == "a");
}

TEST_CASE("sync: INV-SYNC-2: of 8 racing CPUs one makes and all get the same whole value") {
    constexpr unsigned cpus = 8;
    for (std::uint64_t round = 1; round <= 200; ++round) {
        OnceCell<Wide> cell;
        core::Atomic<std::uint32_t> ready{0};
        core::Atomic<std::uint32_t> makers{0};
        core::Atomic<std::uint32_t> wrong{0};
        std::array<const Wide*, cpus> got{};
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < cpus; ++i)
            threads.emplace_back([&, i] {
                ready.fetch_add(1, core::acq_rel);
                core::spin_until([&] { return ready.load(core::acquire) == cpus; });
                if (const Wide* early = cell.get(); early != nullptr && !early->whole())
                    wrong.fetch_add(1, core::relaxed);
                const auto made = cell.get_or_make([&] {
                    makers.fetch_add(1, core::relaxed);
                    std::this_thread::yield(); // the others wait meanwhile
                    return std::expected<Wide, int>(wide(round));
                });
                if (!made || !(*made)->whole() || (*made)->words[0] != round)
                    wrong.fetch_add(1, core::relaxed);
                got[i] = made.value_or(nullptr);
            });
        threads.clear();
        REQUIRE(makers.load(core::relaxed) == 1);
        REQUIRE(wrong.load(core::relaxed) == 0);
        REQUIRE(std::ranges::all_of(got, [&](const Wide* each) { return each == cell.get(); }));
    }
}

TEST_CASE("sync: get answers nothing or the whole value, while another CPU makes it") {
    for (std::uint64_t round = 1; round <= 500; ++round) {
        OnceCell<Wide> cell;
        std::jthread maker(
            [&] { (void)cell.get_or_make([&] { return std::expected<Wide, int>(wide(round)); }); });
        const Wide* seen = nullptr;
        core::spin_until([&] { return (seen = cell.get()) != nullptr; });
        REQUIRE(seen->whole());
        REQUIRE(seen->words[0] == round);
    }
}

TEST_CASE("sync: a maker that fails gets its error, and the next may try") {
    OnceCell<std::string> cell;
    using Made = std::expected<std::string, std::string>;
    for (const char* const error : {"one", "two"}) {
        const auto failed = cell.get_or_make([&] { return Made(std::unexpected(error)); });
        REQUIRE_FALSE(failed.has_value());
        CHECK(failed.error() == error);
        CHECK(cell.get() == nullptr);
    }
    CHECK(**cell.get_or_make([] { return Made("made"); }) == "made");
}

TEST_CASE("sync: of 8 racing CPUs whose makers fail at first, each failure is told to one") {
    for (unsigned round = 0; round < 100; ++round) {
        constexpr std::uint32_t failures = 5;
        OnceCell<std::uint32_t> cell;
        core::Atomic<std::uint32_t> tries{0};
        core::Atomic<std::uint32_t> told{0};
        core::Atomic<std::uint32_t> inside{0};
        core::Atomic<std::uint32_t> wrong{0};
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                const auto made = cell.get_or_make([&]() -> std::expected<std::uint32_t, int> {
                    if (inside.fetch_add(1, core::acq_rel) != 0)
                        wrong.fetch_add(1, core::relaxed); // two make at once
                    std::this_thread::yield();
                    const std::uint32_t number = tries.fetch_add(1, core::relaxed);
                    inside.fetch_sub(1, core::acq_rel);
                    if (number < failures)
                        return std::unexpected(-1);
                    return number;
                });
                if (!made)
                    told.fetch_add(1, core::relaxed);
                else if (**made != failures)
                    wrong.fetch_add(1, core::relaxed);
            });
        threads.clear();
        REQUIRE(wrong.load(core::relaxed) == 0);
        REQUIRE(told.load(core::relaxed) == failures);
        REQUIRE(tries.load(core::relaxed) == failures + 1);
    }
}

TEST_CASE("sync: a value that owns something is destroyed once, with its cell") {
    int living = 0;
    {
        OnceCell<Counted> cell;
        CHECK(living == 0);
        REQUIRE(cell.get_or_make([&] { return std::expected<Counted, int>(Counted(living)); })
                    .has_value());
        CHECK(living == 1);
        (void)cell.get_or_make([&] { return std::expected<Counted, int>(Counted(living)); });
        CHECK(living == 1);
    }
    CHECK(living == 0);
}

namespace {

struct Early;

} // namespace

// SAFETY: as above.
template <>
inline constexpr bool neuron::core::unsafe_sync<Early> = true;

namespace {

/// Asks, while it is moved into its cell, whether the cell shows it already.
struct Early {
    Early(const OnceCell<Early>& in, bool& seen) : cell(&in), shown(&seen) {}
    Early(Early&& other) noexcept : cell(other.cell), shown(other.shown) {
        *shown = *shown || cell->get() != nullptr;
    }
    const OnceCell<Early>* cell;
    bool* shown;
};

} // namespace

TEST_CASE("sync: a value is not shown before it is whole") {
    OnceCell<Early> cell;
    bool shown = false;
    REQUIRE(cell.get_or_make([&] { return std::expected<Early, int>(Early(cell, shown)); })
                .has_value());
    CHECK_FALSE(shown);
    CHECK(cell.get() != nullptr);
}

TEST_CASE("sync: a value that can only be moved is moved in") {
    OnceCell<std::unique_ptr<int>> cell;
    using Made = std::expected<std::unique_ptr<int>, int>;
    const auto made = cell.get_or_make([] { return Made(std::make_unique<int>(8)); });
    REQUIRE(made.has_value());
    CHECK(***made == 8);
}

namespace {

constinit OnceCell<std::array<std::uint32_t, 3>> table;

} // namespace

TEST_CASE("sync: freeze makes a static cell's value a reference that may cross CPUs") {
    using Made = std::expected<std::array<std::uint32_t, 3>, int>;
    CHECK(sync::freeze<table>([] { return Made(std::unexpected(4)); }).error() == 4);
    const auto made = sync::freeze<table>([] { return Made({1, 2, 3}); });
    REQUIRE(made.has_value());
    static_assert(core::Send<decltype(*made)> == false); // the expected's own reference is none
    static_assert(core::Send<std::remove_cvref_t<decltype(*made)>>);
    CHECK(&**made == table.get());
}
