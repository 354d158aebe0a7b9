// SPDX-License-Identifier: MIT
// A call's cell: who has it, and that nothing of what is inside is lost or dropped twice.
#include <neuron/ipi/call.hpp>

#include <algorithm>
#include <doctest/doctest.h>

#include "../context_maker.hpp"
#include "../dies.hpp"

using namespace neuron;
using ipi::CallCell;

namespace {

/// How many there are; each is counted until it is destroyed.
class Counted {
  public:
    explicit Counted(int number) : number_(number) { ++alive; }
    Counted(Counted&& other) noexcept : number_(std::exchange(other.number_, 0)) { ++alive; }
    Counted& operator=(Counted&& other) noexcept {
        number_ = std::exchange(other.number_, 0);
        return *this;
    }
    ~Counted() { --alive; }
    [[nodiscard]] int number() const { return number_; }
    static inline int alive = 0;

  private:
    int number_;
};

using Arguments = std::tuple<Counted>;
/// Also while it runs somebody may do something.
struct Twice {
    Counted operator()(core::IrqContext&, const Counted& value) const {
        ++runs;
        if (meanwhile != nullptr)
            meanwhile();
        return Counted(2 * value.number());
    }
    static inline int runs = 0;
    static inline void (*meanwhile)() = nullptr;
};

struct Test {
    Test() {
        Twice::runs = 0;
        Twice::meanwhile = nullptr;
        current = this;
    }
    ~Test() { CHECK(Counted::alive == 0); }
    Test(const Test&) = delete;
    Test& operator=(const Test&) = delete;
    void fill(int value) {
        cell.fill<Arguments>(ipi::detail::call_steps<Twice, Counted, Counted>, Counted(value));
    }
    void serve() {
        core::IrqContext irq = core::ContextMaker::handler();
        cell.serve(irq);
    }
    /// That the cell is free, and works.
    void check_free() {
        CHECK(Counted::alive == 0);
        Twice::meanwhile = nullptr;
        REQUIRE(cell.claim());
        fill(21);
        serve();
        REQUIRE(cell.is_done());
        CHECK(cell.take_result<Counted>().number() == 42);
    }
    CallCell cell;
    static inline Test* current = nullptr;
};

} // namespace

TEST_CASE(
    "ipi: INV-IPI-6: a call runs once, and its cell is one caller's until the result is his") {
    Test test;
    CHECK(test.cell.claim());
    CHECK_FALSE(test.cell.claim());
    test.fill(4);
    CHECK_FALSE(test.cell.claim());
    CHECK_FALSE(test.cell.is_done());
    Twice::meanwhile = [] {
        CHECK_FALSE(Test::current->cell.claim());
        CHECK_FALSE(Test::current->cell.is_done());
    };
    test.serve();
    CHECK(Twice::runs == 1);
    CHECK(test.cell.is_done());
    CHECK_FALSE(test.cell.claim());
    CHECK(test.cell.take_result<Counted>().number() == 8);
    CHECK_FALSE(test.cell.is_done());
    test.check_free();
}

TEST_CASE("ipi: INV-IPI-6: what was not posted comes back whole") {
    Test test;
    CHECK(test.cell.claim());
    test.fill(4);
    CHECK(std::get<0>(test.cell.unfill<Arguments>()).number() == 4);
    CHECK(Twice::runs == 0);
    test.check_free();
}

TEST_CASE("ipi: INV-IPI-6: a call given up before it began does not run") {
    Test test;
    CHECK(test.cell.claim());
    test.fill(4);
    CHECK(test.cell.abandon());
    CHECK_FALSE(test.cell.claim()); // the target has it still
    CHECK_FALSE(test.cell.is_done());
    CHECK(Counted::alive == 1);
    test.serve();
    CHECK(Twice::runs == 0);
    test.check_free();
}

TEST_CASE("ipi: INV-IPI-6: of a call given up while it runs the result is dropped") {
    Test test;
    CHECK(test.cell.claim());
    test.fill(4);
    Twice::meanwhile = [] {
        CHECK(Test::current->cell.abandon());
        CHECK_FALSE(Test::current->cell.claim());
    };
    test.serve();
    CHECK(Twice::runs == 1);
    CHECK_FALSE(test.cell.is_done());
    test.check_free();
}

TEST_CASE("ipi: INV-IPI-6: a call that is done is not given up") {
    Test test;
    CHECK(test.cell.claim());
    test.fill(4);
    test.serve();
    CHECK_FALSE(test.cell.abandon());
    CHECK(test.cell.is_done());
    CHECK(test.cell.take_result<Counted>().number() == 8);
    test.check_free();
}

TEST_CASE("ipi: INV-IPI-6: what a CPU that has stopped was given is dropped, wherever it was") {
    Test test;
    CHECK(test.cell.claim()); // before it ran
    test.fill(4);
    test.cell.reclaim();
    CHECK(Twice::runs == 0);
    test.check_free();

    CHECK(test.cell.claim()); // after it ran
    test.fill(4);
    test.serve();
    test.cell.reclaim();
    test.check_free();

    CHECK(test.cell.claim()); // after the caller had given up
    test.fill(4);
    CHECK(test.cell.abandon());
    CHECK(Counted::alive == 1);
    test.cell.reclaim();
    test.check_free();

    CHECK(test.cell.claim()); // while it ran: what it took is gone with its stack
    test.fill(4);
    Twice::meanwhile = [] { CHECK(Test::current->cell.abandon()); };
    test.serve();
    test.check_free();
}

TEST_CASE("ipi: INV-IPI-6: test_reject_serve: a call that nobody made ends the image") {
    const std::string said = host_test::last_words([] {
        CallCell cell;
        core::IrqContext irq = core::ContextMaker::handler();
        cell.serve(irq);
    });
    CHECK(said.ends_with(": CallCell: a call that nobody made\n"));
}

TEST_CASE("ipi: what fits into a cell, and does") {
    struct Whole {
        std::array<std::uint64_t, 8> words;
    };
    static_assert(CallCell::fits<Whole>);
    struct More {
        std::array<std::uint64_t, 8> words;
        std::uint32_t one;
    };
    static_assert(!CallCell::fits<More>);
    struct alignas(2 * alignof(std::max_align_t)) Aligned {
        std::uint64_t word;
    };
    static_assert(!CallCell::fits<Aligned>);

    struct Reverse {
        Whole operator()(core::IrqContext&, Whole in) const {
            std::ranges::reverse(in.words);
            return in;
        }
    };
    CallCell cell;
    REQUIRE(cell.claim());
    cell.fill<std::tuple<Whole>>(ipi::detail::call_steps<Reverse, Whole, Whole>,
                                 Whole{{1, 2, 3, 4, 5, 6, 7, 8}});
    core::IrqContext irq = core::ContextMaker::handler();
    cell.serve(irq);
    REQUIRE(cell.is_done());
    CHECK(cell.take_result<Whole>().words == std::array<std::uint64_t, 8>{8, 7, 6, 5, 4, 3, 2, 1});
}
