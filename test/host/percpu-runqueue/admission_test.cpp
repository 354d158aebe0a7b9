// SPDX-License-Identifier: MIT
#include <neuron/percpu-runqueue/admission.hpp>

#include <array>
#include <doctest/doctest.h>
#include <optional>
#include <type_traits>
#include <vector>

#include "../dies.hpp"

using namespace neuron::percpu_runqueue;
using host_test::last_words;
using neuron::core::CpuId;
using neuron::core::QosClass;

namespace core = neuron::core;

namespace {

using Small = Admissions<2, 3>;
constexpr CpuId zero{0};
constexpr CpuId one{1};

/// What is out on both CPUs, a digit for each class, the lowest first.
std::string out(const Small& admissions) {
    std::string text;
    for (const CpuId cpu : {zero, one})
        for (std::uint32_t qos = 0; qos < core::qos_classes; ++qos)
            text += std::to_string(admissions.taken(cpu, static_cast<QosClass>(qos)));
    return text;
}

Slot take(Small& admissions, CpuId cpu, QosClass qos) {
    auto slot = admissions.try_take(cpu, qos);
    REQUIRE(slot.has_value());
    REQUIRE(*slot);
    REQUIRE(slot->cpu() == cpu);
    REQUIRE(slot->qos() == qos);
    return *std::move(slot);
}

struct Opened : Small {
    Opened() {
        open(zero);
        open(one);
    }
};

} // namespace

// A slot goes with its task, and is one task's; the admissions are everybody's.
static_assert(core::Send<Slot> && !core::Sync<Slot> && !core::Synchronized<Slot>);
static_assert(core::Synchronized<Small> && core::Send<Refusal>);
static_assert(!std::is_copy_constructible_v<Slot> && !std::is_copy_assignable_v<Slot>);
static_assert(std::is_nothrow_move_constructible_v<Slot> &&
              std::is_nothrow_move_assignable_v<Slot>);
static_assert(!std::is_constructible_v<Slot, SlotCount&, CpuId, QosClass>);
// A cache line for each CPU.
static_assert(alignof(Small) == 64 && sizeof(Small) == 2 * 64);

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-3: a CPU has so many slots for each class") {
    Opened admissions;
    std::vector<Slot> held;
    for (const QosClass qos : {QosClass::Idle, QosClass::PerfBurst})
        for (int i = 0; i < 3; ++i)
            held.push_back(take(admissions, one, qos));
    CHECK(out(admissions) == "00003003");
    CHECK(admissions.try_take(one, QosClass::PerfBurst).error() ==
          Refusal{Reason::QueueFull, QosClass::PerfBurst, 3});
    CHECK(admissions.try_take(one, QosClass::Idle).error() ==
          Refusal{Reason::QueueFull, QosClass::Idle, 3});
    CHECK(out(admissions) == "00003003");
    held.push_back(take(admissions, one, QosClass::Normal));
    held.push_back(take(admissions, zero, QosClass::Idle));
    CHECK(out(admissions) == "10003103");
    held[4] = {};
    CHECK(out(admissions) == "10003102");
    held.push_back(take(admissions, one, QosClass::PerfBurst));
    CHECK_FALSE(admissions.try_take(one, QosClass::PerfBurst).has_value());
    held.clear();
    CHECK(out(admissions) == "00000000");
}

TEST_CASE("percpu-runqueue: one slot is the least there can be, 2^31 - 1 the most") {
    Admissions<1, 1> least;
    least.open(zero);
    {
        const auto only = least.try_take(zero, QosClass::Normal);
        CHECK(only.has_value());
        CHECK(least.try_take(zero, QosClass::Normal).error().reason == Reason::QueueFull);
    }
    CHECK(least.try_take(zero, QosClass::Normal).has_value());
    Admissions<1, 0x7fff'ffff> most;
    most.open(zero);
    CHECK(most.try_take(zero, QosClass::Normal).has_value());
    CHECK(most.capacity == 0x7fff'ffff);
}

TEST_CASE("percpu-runqueue: test_reject_invalid_cpu: no such CPU, never opened, closed") {
    Small admissions;
    const Refusal expected{Reason::InvalidCpu, QosClass::Normal, 3};
    for (const std::uint32_t cpu : {0U, 1U, 2U, 3U, 0xffff'ffffU})
        CHECK(admissions.try_take(CpuId{cpu}, QosClass::Normal).error() == expected);
    admissions.open(one);
    CHECK(admissions.try_take(one, QosClass::Normal).has_value());
    CHECK(admissions.try_take(zero, QosClass::Normal).error() == expected);
    CHECK(admissions.try_take(CpuId{2}, QosClass::Normal).error() == expected);
    admissions.close(one);
    CHECK(admissions.try_take(one, QosClass::Normal).error() == expected);
    CHECK(out(admissions) == "00000000");
}

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-5: slots outlast the close, and come back one by one") {
    Opened admissions;
    std::vector<Slot> held;
    for (int i = 0; i < 3; ++i)
        held.push_back(take(admissions, zero, QosClass::Interactive));
    admissions.close(zero);
    admissions.close(zero); // says nothing new
    for (std::uint32_t qos = 0; qos < core::qos_classes; ++qos)
        CHECK(admissions.try_take(zero, static_cast<QosClass>(qos)).error().reason ==
              Reason::InvalidCpu); // also where it is full
    CHECK(admissions.try_take(one, QosClass::Interactive).has_value());
    for (std::uint32_t left = 3; left > 0; --left) {
        CHECK(admissions.taken(zero, QosClass::Interactive) == left);
        held.pop_back();
    }
    CHECK(out(admissions) == "00000000");
    CHECK_FALSE(admissions.try_take(zero, QosClass::Interactive).has_value());
    admissions.open(zero);
    admissions.open(zero);
    CHECK(admissions.try_take(zero, QosClass::Interactive).has_value());
}

TEST_CASE("percpu-runqueue: a CPU that is opened again has its old slots still out") {
    Opened admissions;
    std::vector<Slot> held;
    held.push_back(take(admissions, one, QosClass::Normal));
    held.push_back(take(admissions, one, QosClass::Normal));
    admissions.close(one);
    admissions.open(one);
    held.push_back(take(admissions, one, QosClass::Normal));
    CHECK(admissions.try_take(one, QosClass::Normal).error().reason == Reason::QueueFull);
    CHECK(out(admissions) == "00000300");
}

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-4: a slot is given back once, wherever it was moved") {
    Opened admissions;
    {
        Slot first = take(admissions, zero, QosClass::Normal);
        Slot second = std::move(first);
        CHECK_FALSE(first); // NOLINT: what a moved-from Slot says is under test
        CHECK(second);
        CHECK(out(admissions) == "01000000");
        Slot third;
        CHECK_FALSE(third);
        third = std::move(second);
        CHECK_FALSE(second); // NOLINT: as above
        CHECK(out(admissions) == "01000000");
        {
            std::optional<Slot> fourth(std::move(third));
            CHECK(out(admissions) == "01000000");
        }
        CHECK(out(admissions) == "00000000");
        third = {};
        CHECK(out(admissions) == "00000000");
    }
    CHECK(out(admissions) == "00000000");
}

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-4: a slot that is assigned over gives its place back, "
          "and only then") {
    Opened admissions;
    Slot task = take(admissions, zero, QosClass::Idle);
    Slot next = take(admissions, one, QosClass::PerfBurst);
    CHECK(out(admissions) == "10000001"); // both, until the task has moved
    task = std::move(next);
    CHECK(out(admissions) == "00000001");
    CHECK(task.cpu() == one);
    CHECK(task.qos() == QosClass::PerfBurst);
    task = take(admissions, one, QosClass::Normal);
    CHECK(out(admissions) == "00000100");
    task = std::move(next); // holds nothing by now
    CHECK_FALSE(task);
    CHECK(out(admissions) == "00000000");
}

TEST_CASE("percpu-runqueue: a slot that is moved onto itself keeps its place") {
    Opened admissions;
    Slot task = take(admissions, one, QosClass::Interactive);
    Slot& same = task;
    task = std::move(same);
    CHECK(task);
    CHECK(task.cpu() == one);
    CHECK(task.qos() == QosClass::Interactive);
    CHECK(out(admissions) == "00000010");
    Slot other = take(admissions, zero, QosClass::Idle);
    std::swap(task, other);
    CHECK(task.qos() == QosClass::Idle);
    CHECK(other.qos() == QosClass::Interactive);
    CHECK(out(admissions) == "10000010");
}

TEST_CASE("percpu-runqueue: a change of class that is refused leaves the task where it is") {
    Opened admissions;
    std::array<Slot, 3> others;
    for (Slot& each : others)
        each = take(admissions, zero, QosClass::Interactive);
    Slot task = take(admissions, zero, QosClass::Normal);
    if (auto slot = admissions.try_take(zero, QosClass::Interactive))
        task = *std::move(slot);
    CHECK(task);
    CHECK(task.qos() == QosClass::Normal);
    CHECK(out(admissions) == "01300000");
}

TEST_CASE("percpu-runqueue: a slot that nobody keeps goes back at once") {
    Opened admissions;
    for (int i = 0; i < 10; ++i)
        CHECK(admissions.try_take(zero, QosClass::Normal).has_value());
    CHECK(out(admissions) == "00000000");
}

TEST_CASE("percpu-runqueue: test_reject_no_such_cpu_or_class: the image ends") {
    static constexpr auto no_cpu = ": Admissions: the CPU is below MaxCpus\n";
    static constexpr auto no_class = ": Admissions: a QosClass\n";
    Small admissions;
    CHECK(last_words([&] { admissions.open(CpuId{2}); }).ends_with(no_cpu));
    CHECK(last_words([&] { admissions.close(CpuId{2}); }).ends_with(no_cpu));
    CHECK(last_words([&] { (void)admissions.taken(CpuId{2}, QosClass::Idle); }).ends_with(no_cpu));
    const auto none = static_cast<QosClass>(4);
    CHECK(last_words([&] { (void)admissions.taken(zero, none); }).ends_with(no_class));
    CHECK(last_words([&] { (void)admissions.try_take(zero, none); }).ends_with(no_class));
}

TEST_CASE("percpu-runqueue: refusals print by name") {
    CHECK(to_string(Reason::QueueFull) == "QueueFull");
    CHECK(format_value(Reason::InvalidCpu) == "InvalidCpu");
}
