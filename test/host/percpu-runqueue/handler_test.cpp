// SPDX-License-Identifier: MIT
// A handler comes in between any two instructions of a taking. On few cores threads hardly ever do;
// the signal of a timer does, some thousand times a second.
#include <neuron/percpu-runqueue/admission.hpp>

#include <chrono>
#include <csignal>
#include <doctest/doctest.h>
#include <sys/time.h>

using namespace neuron;
using namespace neuron::percpu_runqueue;
using core::CpuId;
using core::QosClass;

namespace {

constexpr CpuId zero{0};

/// What main and handler share; anew for each test.
struct Shared {
    Admissions<1, 3> admissions;
    core::Atomic<std::uint32_t> calls{0};
    core::Atomic<std::uint32_t> counted{0}; // slots that were out when close() had returned
    Slot of_handler;
};
Shared* shared = nullptr;

/// Calls `handle` again and again, in the middle of whatever runs.
class Interrupts {
  public:
    explicit Interrupts(void (*handle)(int)) {
        (void)std::signal(SIGALRM, handle);
        const itimerval often{{0, 50}, {0, 50}};
        (void)setitimer(ITIMER_REAL, &often, nullptr);
    }
    ~Interrupts() {
        const itimerval never{};
        (void)setitimer(ITIMER_REAL, &never, nullptr);
        (void)std::signal(SIGALRM, SIG_IGN);
    }
};

template <class Step>
void for_half_a_second(Step step) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
    while (std::chrono::steady_clock::now() < end)
        step();
}

} // namespace

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-5: a handler closes the CPU in the middle of a taking") {
    Shared here;
    shared = &here;
    std::uint32_t hits = 0; // closes in the middle of an attempt that got its slot
    std::uint32_t more_than_counted = 0;
    {
        const Interrupts interrupts([](int) {
            shared->admissions.close(zero);
            shared->counted.store(shared->admissions.taken(zero, QosClass::Normal), core::relaxed);
            shared->calls.fetch_add(1, core::relaxed);
        });
        for_half_a_second([&] {
            here.admissions.open(zero);
            const std::uint32_t before = here.calls.load(core::relaxed);
            while (here.calls.load(core::relaxed) == before) {
                const auto slot = here.admissions.try_take(zero, QosClass::Normal);
                if (here.calls.load(core::relaxed) == before)
                    continue;
                // Closed since, once or more, and not opened again.
                const std::uint32_t out = here.admissions.taken(zero, QosClass::Normal);
                more_than_counted += out > here.counted.load(core::relaxed);
                hits += slot.has_value();
            }
        });
    }
    CHECK(hits > 0);
    CHECK(more_than_counted == 0);
    CHECK(here.admissions.taken(zero, QosClass::Normal) == 0);
}

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-3: INV-RUNQUEUE-4: a handler takes and gives back in the "
          "middle of both") {
    Shared here;
    shared = &here;
    here.admissions.open(zero);
    std::uint32_t refused = 0;
    std::uint32_t too_many = 0;
    {
        const Interrupts interrupts([](int) {
            shared->calls.fetch_add(1, core::relaxed);
            if (shared->of_handler)
                shared->of_handler = {};
            else if (auto slot = shared->admissions.try_take(zero, QosClass::Normal))
                shared->of_handler = *std::move(slot);
        });
        Slot first;
        for_half_a_second([&] {
            first = {};
            for (int round = 0; round < 1000; ++round) {
                const auto one = here.admissions.try_take(zero, QosClass::Normal);
                const auto two = here.admissions.try_take(zero, QosClass::Normal);
                too_many += here.admissions.taken(zero, QosClass::Normal) > 3;
                if (auto three = here.admissions.try_take(zero, QosClass::Normal))
                    first = *std::move(three);
                else
                    ++refused;
            }
        });
    }
    CHECK(here.calls.load(core::relaxed) > 0);
    CHECK(refused > 0);
    CHECK(too_many == 0);
    here.of_handler = {};
    CHECK(here.admissions.taken(zero, QosClass::Normal) == 0);
}
