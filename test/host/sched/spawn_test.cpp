// SPDX-License-Identifier: MIT
// Tasks begin: with what, where, and when they don't.
#include <doctest/doctest.h>

#include "system.hpp"
#include "ticket.hpp"

using namespace sched_test;
using sched::Spawn;
using sched::StackSize;

namespace {

const auto nothing = [](Task&) {};

/// Why `spawn` is refused; then nothing has changed, and the arguments are as they were.
template <class System>
std::optional<Error> refusal(System& system, const Spawn& spawn) {
    const auto state = [&] {
        std::vector<std::size_t> numbers;
        for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu) {
            numbers.push_back(system.taken(CpuId{cpu}));
            numbers.push_back(system.free_places(CpuId{cpu}));
            numbers.push_back(system.free_places(CpuId{cpu}, StackSize::Large));
            numbers.push_back(system.inbox(CpuId{cpu}).size());
            numbers.push_back(system.ready(CpuId{cpu}).size());
        }
        return numbers;
    };
    const auto before = state();
    Ticket first(7), second(8);
    const auto task = sched::spawn(
        system, spawn, [](Task&, Ticket, Ticket) {}, std::move(first), std::move(second));
    if (task)
        return {};
    CHECK(first.number() == 7);  // NOLINT: whether it was moved from is under test
    CHECK(second.number() == 8); // NOLINT: as above
    CHECK(state() == before);
    return task.error();
}

std::optional<CpuId> main_ran_on;

void main_task() {
    auto& system = sched::detail::here<System<>>();
    Task& self = sched::this_task(system);
    CHECK(self.name() == "main");
    CHECK(sched::migrate(system, self, one).error() == Error::NotAllowed);
    const core::IrqOff masked;
    CHECK(System<>::Feature::running_name(system, masked) == "main");
    main_ran_on = system.this_cpu();
}

} // namespace

TEST_CASE("sched: a task runs its function with its arguments, which are moved to it") {
    System system;
    static std::string seen;
    seen.clear();
    {
        Ticket ticket(5);
        const auto task = sched::spawn(
            system, {},
            [](Task& self, int number, Ticket own, std::array<char, 3> text) {
                seen = std::to_string(number) + std::to_string(own.number()) + text.data() +
                       std::string(self.name());
                CHECK(Ticket::alive() == 1);
            },
            3, std::move(ticket), std::array<char, 3>{"ab"});
        REQUIRE(task);
        CHECK(ticket.number() == 0); // NOLINT: moved away
        CHECK(Ticket::alive() == 1);
        CHECK(seen.empty());
        system.run(zero);
    }
    CHECK(seen == "35abtask");
    CHECK(Ticket::alive() == 0);
    CHECK(system.is_empty());
}

TEST_CASE("sched: an argument is copied from what has a name, and as large as a stack's top") {
    System system;
    static int sum;
    std::array<int, 240> numbers{};
    numbers.front() = 1;
    numbers.back() = 2;
    const auto task = sched::spawn(
        system, {}, [](Task&, const std::array<int, 240>& all) { sum = all.front() + all.back(); },
        numbers);
    system.run(zero);
    CHECK(sum == 3);
    CHECK(numbers.back() == 2);
}

TEST_CASE("sched: a task begins here, or where it is said; elsewhere by a message") {
    System system;
    CpuId seen[3];
    const auto where = [&](int which) {
        return [&, which](Task&) { seen[which] = system.this_cpu(); };
    };
    const auto here = system.started({}, where(0));
    system.play(two);
    const auto there = system.started({}, where(1));
    const auto away = system.started({.cpu = one, .affinity = only({one, three})}, where(2));
    CHECK(system.ready(zero).size() == 1);
    CHECK(system.ready(two).size() == 1);
    REQUIRE(system.inbox(one).size() == 1);
    CHECK(system.inbox(one)[0].task->pid() == away.pid());
    CHECK(system.taken(zero) == 1);
    CHECK(system.taken(one) == 1);
    CHECK(system.taken(two) == 1);
    system.run_all();
    CHECK(seen[0] == zero);
    CHECK(seen[1] == two);
    CHECK(seen[2] == one);
    for (std::uint32_t cpu = 0; cpu < 4; ++cpu)
        CHECK(system.taken(CpuId{cpu}) == 0);
}

TEST_CASE("sched: a task knows its name, of which 15 characters are kept, and its class") {
    System system;
    std::string names;
    const auto tells = [&](Task& self) {
        names += std::string(self.name()) + ' ' + std::string(to_string(self.qos())) + '\n';
    };
    const auto a = system.started({}, tells);
    const auto b = system.started({.name = "fifteen letters"}, tells);
    const auto c = system.started({.name = "sixteen letters!"}, tells);
    const auto d = system.started({.name = "", .qos = core::QosClass::Idle}, tells);
    CHECK(system.taken(zero) == 3);
    CHECK(system.taken(zero, core::QosClass::Idle) == 1);
    CHECK(System<>::Feature::name_of(system, zero, 1) == "fifteen letters");
    system.run(zero);
    CHECK(names == "task Normal\nfifteen letters Normal\nsixteen letters Normal\n Idle\n");
    const core::IrqOff masked;
    CHECK(System<>::Feature::running_name(system, masked).empty());
}

TEST_CASE("sched: main is a task of CPU 0, which stays there") {
    System system;
    main_ran_on.reset();
    System<>::Feature::start_main<&main_task>(system);
    {
        const core::IrqOff masked;
        CHECK(System<>::Feature::has_work(system, masked));
    }
    system.run(zero);
    const core::IrqOff masked;
    CHECK_FALSE(System<>::Feature::has_work(system, masked));
    CHECK(main_ran_on == zero);
    CHECK(system.is_empty());
}

TEST_CASE("sched: test_reject_task_limit: every stack of that size and CPU is in use") {
    System system;
    std::vector<sched::Handle<System<>>> tasks;
    for (std::uint32_t i = 0; i < Numbers::sched_tasks; ++i)
        tasks.push_back(system.started({}, nothing));
    CHECK(refusal(system, {}) == Error::TaskLimit);
    tasks.push_back(system.started({.stack = StackSize::Large}, nothing)); // has its own
    CHECK(system.strands.contains({0U, Numbers::sched_tasks}));
    CHECK(refusal(system, {.stack = StackSize::Large}) == Error::QueueFull);
    CHECK(refusal(system, {.qos = core::QosClass::Idle, .stack = StackSize::Large}) ==
          Error::TaskLimit);
    system.run(zero);
    CHECK(refusal(system, {}) == Error::TaskLimit); // the handles are still there
    tasks.pop_back();
    tasks.pop_back();
    CHECK_FALSE(refusal(system, {}));
    CHECK_FALSE(refusal(system, {.stack = StackSize::Large}));
    system.run(zero);
}

TEST_CASE("sched: test_reject_queue_full: as many tasks of this class are on that CPU as may") {
    System<Full<2>> system;
    std::optional<sched::Handle<System<Full<2>>>> a = system.started({.cpu = one}, nothing);
    const auto b = system.started({.cpu = one}, nothing);
    CHECK(refusal(system, {.cpu = one}) == Error::QueueFull); // on their way, they count
    CHECK_FALSE(refusal(system, {}));                         // another CPU
    CHECK_FALSE(refusal(system, {.cpu = one, .qos = core::QosClass::Idle}));
    system.run_all();
    CHECK_FALSE(refusal(system, {.cpu = one})); // ended, whoever has their handles
    system.run_all();
}

TEST_CASE("sched: test_reject_invalid_cpu: there is none, or it takes no tasks") {
    System system(3, two);
    CHECK(refusal(system, {.cpu = three}) == Error::InvalidCpu);
    CHECK(refusal(system, {.cpu = CpuId{0xffff'ffff}}) == Error::InvalidCpu);
    CHECK(refusal(system, {.cpu = two}) == Error::InvalidCpu); // closed
    CHECK(refusal(system, {.cpu = two, .affinity = only({one, two})}) == Error::InvalidCpu);
}

TEST_CASE("sched: on a CPU that takes no tasks a task that names none begins elsewhere") {
    System system(3, two);
    system.play(two);
    CHECK(system.start({}, [](Task&) {}).has_value());
    CHECK(system.inbox(zero).size() == 1);
    CHECK(system.start({.affinity = only({one, two})}, [](Task&) {}).has_value());
    CHECK(system.inbox(one).size() == 1);
    system.play(zero);
    system.run_all();
}

TEST_CASE("sched: test_reject_empty_affinity: it leaves no CPU that takes tasks") {
    System system(3, two);
    CHECK(refusal(system, {.affinity = sched::CpuMask()}) == Error::EmptyAffinity);
    CHECK(refusal(system, {.affinity = only({three, CpuId{127}})}) == Error::EmptyAffinity);
    CHECK(refusal(system, {.cpu = one, .affinity = only({three})}) == Error::EmptyAffinity);
}

TEST_CASE("sched: test_reject_empty_affinity: a CPU that is closed takes no tasks") {
    System system(3, two);
    CHECK(refusal(system, {.affinity = only({two})}) == Error::EmptyAffinity);
    CHECK(refusal(system, {.cpu = two, .affinity = only({two, three})}) == Error::EmptyAffinity);
}

TEST_CASE("sched: test_reject_not_allowed: it is to begin where it may not run") {
    System system;
    CHECK(refusal(system, {.affinity = only({one, two})}) == Error::NotAllowed);
    CHECK(refusal(system, {.cpu = three, .affinity = only({one, two})}) == Error::NotAllowed);
    CHECK_FALSE(refusal(system, {.cpu = two, .affinity = only({one, two})}));
    system.run_all();
}

TEST_CASE("sched: test_reject_no_authority: classes above Normal") {
    System system;
    for (const auto qos : {core::QosClass::Interactive, core::QosClass::PerfBurst})
        CHECK(refusal(system, {.qos = qos}) == Error::NoAuthority);
    CHECK_FALSE(refusal(system, {.qos = core::QosClass::Idle}));
    system.run(zero);
}

TEST_CASE("sched: refusals print by name") {
    for (const auto& [error, name] :
         {std::pair(Error::NoSuchTask, "NoSuchTask"), std::pair(Error::TaskLimit, "TaskLimit"),
          std::pair(Error::QueueFull, "QueueFull"), std::pair(Error::InvalidCpu, "InvalidCpu"),
          std::pair(Error::EmptyAffinity, "EmptyAffinity"),
          std::pair(Error::NotAllowed, "NotAllowed"), std::pair(Error::NoAuthority, "NoAuthority"),
          std::pair(Error::InvalidClass, "InvalidClass"),
          std::pair(Error::InvalidShare, "InvalidShare"), std::pair(Error::Busy, "Busy"),
          std::pair(Error::JoinsItself, "JoinsItself"), std::pair(Error::TimedOut, "TimedOut")}) {
        CHECK(to_string(error) == name);
        CHECK(format_value(error) == name);
    }
}
