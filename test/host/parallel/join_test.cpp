// SPDX-License-Identifier: MIT
// What is given to idle CPUs, in which order, and that every call is made once.
#include <neuron/parallel/loop.hpp>

#include <numeric>

#include "../dies.hpp"
#include "../steal/fixture.hpp"

using namespace sched_test;
using host_test::last_words;
using parallel::call;
using parallel::Part;

namespace {

using Scope = parallel::Scope<StealSystem>;

/// The sum of first to end - 1, in halves; where each number was added.
struct Sum {
    static std::map<int, CpuId> where;
    static bool falls_idle; ///< CPU 1, while number 0 is added

    int operator()(Scope& scope, int first, int end) const {
        if (end - first == 1) {
            core::check(!where.contains(first), "each call is made once");
            where[first] = scope.system().this_cpu();
            if (falls_idle && first == 0)
                scope.system().template shared<steal::Feature>().insert(one);
            return first;
        }
        const int middle = (first + end) / 2;
        const auto [one, other] = join(scope, call(Sum(), first, middle), call(Sum(), middle, end));
        return one + other;
    }
};
std::map<int, CpuId> Sum::where;
bool Sum::falls_idle;

struct Fixture {
    StealSystem system;
    int sum = -1;

    Fixture() {
        Sum::where.clear();
        Sum::falls_idle = false;
    }
    /// A task of CPU 0 that sums up 0 to count - 1.
    void start(int count) {
        main = system.started({.cpu = zero, .affinity = only({zero})}, [this, count](Task& self) {
            Scope scope(system, self);
            sum = Sum()(scope, 0, count);
        });
    }
    std::optional<sched::Handle<StealSystem>> main;
};

} // namespace

TEST_CASE("parallel: nobody is idle: all calls are made here, and no task is begun") {
    Fixture f;
    f.start(64);
    f.system.run(zero);
    CHECK(f.sum == 64 * 63 / 2);
    CHECK(Sum::where.size() == 64);
    for (const CpuId cpu : {one, two, three})
        CHECK(f.system.inbox(cpu).empty());
}

TEST_CASE("parallel: INV-PARALLEL-1: an idle CPU gets the oldest call") {
    Fixture f;
    f.system.run(one);
    f.start(64);
    f.system.run(zero); // until it waits for the other half
    CHECK(f.sum == -1);
    CHECK(Sum::where.size() == 32);
    CHECK(Sum::where.rbegin()->first == 31);
    CHECK(f.system.inbox(one).size() == 1);
    f.system.run_all();
    CHECK(f.sum == 64 * 63 / 2);
    CHECK(Sum::where.size() == 64);
    for (int number = 0; number < 32; ++number)
        CHECK(Sum::where[number] == zero);
    CHECK(Sum::where[32] == one); // which gives of its half again, to CPU 0 that waits
}

TEST_CASE("parallel: INV-PARALLEL-1: a CPU that falls idle in the midst gets the oldest call") {
    Fixture f;
    Sum::falls_idle = true;
    f.start(64);
    f.system.run(zero);
    CHECK(Sum::where.size() == 32); // though it went down to number 0 before, one by one
    CHECK(Sum::where.rbegin()->first == 31);
    f.system.run_all();
    CHECK(f.sum == 64 * 63 / 2);
}

TEST_CASE("parallel: INV-PARALLEL-1: several CPUs get a part each, and give of it again") {
    for (const int count : {2, 3, 5, 64, 1000}) {
        Fixture f;
        for (const CpuId cpu : {one, two, three})
            f.system.run(cpu);
        f.start(count);
        f.system.run_all();
        CHECK(f.sum == count * (count - 1) / 2);
        CHECK(Sum::where.size() == static_cast<std::size_t>(count));
    }
}

TEST_CASE("parallel: test_reject: a CPU without room is given nothing, and looks around again") {
    Fixture f;
    f.system.run(one);
    std::vector<sched::Handle<StealSystem>> tasks;
    for (int task = 0; task < 32; ++task)
        tasks.push_back(f.system.started({.cpu = one, .affinity = only({one})}, [](Task&) {}));
    f.start(64);
    f.system.run(zero);
    CHECK(f.sum == 64 * 63 / 2);
    for (const auto& [number, cpu] : Sum::where)
        CHECK(cpu == zero);
    CHECK(f.system.inbox(one).size() == 33); // 32 tasks, and a word
    f.system.run_all();
}

TEST_CASE("parallel: INV-PARALLEL-2: each element of a loop is visited once, with its index") {
    for (const std::size_t size : {0U, 1U, 9U, 10U, 11U, 1000U})
        for (const std::size_t grain : {1U, 10U, 2000U}) {
            Fixture f;
            for (const CpuId cpu : {one, two})
                f.system.run(cpu);
            std::vector<std::size_t> numbers(size);
            const auto main = f.system.started({.cpu = zero}, [&](Task& self) {
                Scope scope(f.system, self);
                parallel_for(
                    scope, Part(std::span(numbers)), grain,
                    [](std::size_t& number, std::size_t index, std::size_t plus) {
                        number += index + plus;
                    },
                    std::size_t{7});
            });
            f.system.run_all();
            for (std::size_t index = 0; index < size; ++index)
                CHECK(numbers[index] == index + 7);
        }
}

TEST_CASE("parallel: a call whose function returns nothing answers Nothing") {
    Fixture f;
    const auto main = f.system.started({.cpu = zero}, [&](Task& self) {
        Scope scope(f.system, self);
        const auto [nothing, three] =
            join(scope, call([](Scope&) {}), call([](Scope&, int number) { return number; }, 3));
        static_assert(std::is_same_v<std::remove_cv_t<decltype(nothing)>, parallel::Nothing>);
        f.sum = three;
    });
    f.system.run_all();
    CHECK(f.sum == 3);
}

TEST_CASE("parallel: INV-PARALLEL-2: test_reject: a Part gives what it has, once") {
    std::array<int, 4> numbers{1, 2, 3, 4};
    Part whole{std::span(numbers)};
    Part first = whole.take_first(3);
    CHECK(first.size() == 3);
    CHECK(whole.size() == 1);
    CHECK(whole[0] == 4);
    const Part moved = std::move(first);
    CHECK(moved.size() == 3);
    CHECK(first.size() == 0); // NOLINT(bugprone-use-after-move): that is the test
    CHECK(last_words([&] { (void)whole.take_first(2); }).ends_with(": Part: it has so many\n"));
}
