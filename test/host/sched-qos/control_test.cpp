// SPDX-License-Identifier: MIT
// Who may give a task what, in a system of tasks that change their class, share and affinity.
#include <neuron/sched-qos/feature.hpp>

#include <doctest/doctest.h>
#include <string>

#include "../sched/system.hpp"

using namespace sched_test;
using core::QosClass;

namespace {

struct QosNumbers : Numbers {
    static constexpr std::uint32_t sched_qos_patience = 8;
    static constexpr std::uint32_t sched_qos_decisions = 4;
    static constexpr std::uint32_t sched_capacity = 2;
};
using Qos = sched_qos::Feature<QosNumbers>;
using QosSystem = System<QosNumbers, Qos>;
constexpr QosClass idle = QosClass::Idle, interactive = QosClass::Interactive,
                   burst = QosClass::PerfBurst, unknown = QosClass{7};

sched::CpuMask only(std::initializer_list<CpuId> cpus) {
    sched::CpuMask mask;
    for (const CpuId cpu : cpus)
        mask.insert(cpu);
    return mask;
}

struct Fixture {
    QosSystem system;
    sched_qos::Authority authority = *sched_qos::take_authority(system);

    /// How many tasks of each class are on `cpu`, the lowest first: "0100".
    std::string classes(CpuId cpu = zero) {
        std::string text;
        for (std::uint32_t qos = 0; qos < core::qos_classes; ++qos)
            text += std::to_string(system.taken(cpu, static_cast<QosClass>(qos)));
        return text;
    }
    /// Runs as a task of that class on CPU 0, to its end.
    template <class Function>
    void in_task(QosClass qos, Function function) {
        auto task = sched_qos::spawn(
            system, authority, {.qos = qos},
            [](Task& self, Body body) { return (*body.function)(self); }, Body{keep(function)});
        REQUIRE(task.has_value());
        system.run_all();
    }
    template <class Function>
    std::function<int(Task&)>* keep(Function function) {
        bodies.push_back([function](Task& self) { return function(self), 0; });
        return &bodies.back();
    }
    sched_qos::Decision last() {
        sched_qos::Decision last;
        while (const auto next = sched_qos::decision_from(system, last.number + 1))
            last = *next;
        return last;
    }
    std::deque<std::function<int(Task&)>> bodies;
};

/// What was refused; nothing if it was not.
template <class T>
std::optional<Error> refusal(const core::Result<T, Error>& result) {
    return result ? std::nullopt : std::optional(result.error());
}

} // namespace

TEST_CASE("sched-qos: INV-QOS-4: the authority is had once; one that was moved away is none") {
    Fixture f;
    CHECK(!sched_qos::take_authority(f.system));
    const sched_qos::Authority moved = std::move(f.authority);
    CHECK(moved.is_held());
    CHECK_FALSE(f.authority.is_held()); // NOLINT(bugprone-use-after-move): that is the test
    f.in_task(QosClass::Normal, [&](Task& self) {
        CHECK(refusal(sched_qos::set_qos(f.system, f.authority, self.pid(), burst)) ==
              Error::NoAuthority);
        CHECK(refusal(sched_qos::set_share(f.system, f.authority, self, 101)) ==
              Error::NoAuthority);
        CHECK(refusal(sched_qos::spawn(f.system, f.authority, {.qos = burst}, [](Task&) {})) ==
              Error::NoAuthority);
        CHECK(sched_qos::set_qos(f.system, moved, self.pid(), burst));
    });
}

TEST_CASE("sched-qos: a task lowers its class, and its slot goes along") {
    Fixture f;
    f.in_task(burst, [&](Task& self) {
        CHECK(f.classes() == "0001");
        for (const QosClass qos : {interactive, QosClass::Normal, idle, idle}) {
            CHECK(sched_qos::set_qos(f.system, self, qos));
            CHECK(self.qos() == qos);
        }
        CHECK(f.classes() == "1000");
    });
    CHECK(f.classes() == "0000");
}

TEST_CASE("sched-qos: test_reject_self_escalation: a task does not raise its own class") {
    Fixture f;
    f.in_task(QosClass::Normal, [&](Task& self) {
        for (const QosClass qos : {interactive, burst})
            CHECK(refusal(sched_qos::set_qos(f.system, self, qos)) == Error::NoAuthority);
        CHECK(sched_qos::set_qos(f.system, self, idle));
        CHECK(refusal(sched_qos::set_qos(f.system, self, QosClass::Normal)) == Error::NoAuthority);
        CHECK(self.qos() == idle);
        CHECK(f.classes() == "1000");
    });
}

TEST_CASE("sched-qos: test_reject_unknown_class: of oneself, of another, of a new task") {
    Fixture f;
    f.in_task(QosClass::Normal, [&](Task& self) {
        CHECK(refusal(sched_qos::set_qos(f.system, self, unknown)) == Error::InvalidClass);
        CHECK(refusal(sched_qos::set_qos(f.system, f.authority, self.pid(), unknown)) ==
              Error::InvalidClass);
        CHECK(refusal(sched_qos::spawn(f.system, f.authority, {.qos = unknown}, [](Task&) {})) ==
              Error::InvalidClass);
        CHECK(refusal(sched::spawn(f.system, {.qos = unknown}, [](Task&) {})) ==
              Error::InvalidClass);
        CHECK(f.classes() == "0100");
    });
}

TEST_CASE("sched-qos: INV-QOS-5: test_reject_set_qos_into_a_full_class: all is as it was") {
    Fixture f;
    f.in_task(QosClass::Normal, [&](Task& self) {
        for (int task = 0; task < 2; ++task)
            CHECK(
                f.system.start({.qos = idle}, [&](Task& other) { sched::park(f.system, other); }));
        CHECK(f.classes() == "2100");
        CHECK(refusal(sched_qos::set_qos(f.system, self, idle)) == Error::QueueFull);
        CHECK(refusal(sched_qos::set_qos(f.system, f.authority, self.pid(), idle)) ==
              Error::QueueFull);
        CHECK(self.qos() == QosClass::Normal);
        CHECK(f.classes() == "2100");
        CHECK(refusal(f.system.start({.qos = idle}, [](Task&) {})) == Error::QueueFull);
    });
    for (const auto& [place, strand] : f.system.strands)
        (void)sched::unpark(f.system, {place.second, 1});
    f.system.run_all();
    CHECK(f.system.all_taken(zero) == 0);
}

TEST_CASE("sched-qos: a task that is ready gets another class at once, on its CPU or by message") {
    Fixture f;
    std::string order;
    const auto says = [&](char what) { return [&, what](Task&) { order += what; }; };
    const auto a = f.system.started({}, says('a'));
    const auto b = f.system.started({}, says('b'));
    const auto c = f.system.started({.qos = idle}, says('c'));
    SUBCASE("by its own CPU") {
        CHECK(sched_qos::set_qos(f.system, f.authority, c.pid(), burst));
        CHECK(sched_qos::set_qos(f.system, f.authority, a.pid(), idle));
    }
    SUBCASE("by another") {
        f.system.as(two, [&] {
            CHECK(sched_qos::set_qos(f.system, f.authority, c.pid(), burst));
            CHECK(sched_qos::set_qos(f.system, f.authority, a.pid(), idle));
            CHECK(refusal(sched_qos::set_qos(f.system, f.authority, a.pid(), burst)) ==
                  Error::Busy);
        });
        CHECK(f.classes() == "2201"); // old and new, until it is done
        f.system.deliver_all(zero);
    }
    CHECK(f.classes() == "1101");
    f.system.run(zero);
    CHECK(order == "cba");
}

TEST_CASE("sched-qos: a task that waits, or travels, is of another class when it comes") {
    Fixture f;
    std::optional<QosClass> seen;
    const auto waits = f.system.started({.cpu = one}, [&](Task& self) {
        sched::park(f.system, self);
        seen = self.qos();
    });
    SUBCASE("on its way") {
        CHECK(sched_qos::set_qos(f.system, f.authority, waits.pid(), interactive));
    }
    SUBCASE("parked") {
        f.system.run_all();
        CHECK(sched_qos::set_qos(f.system, f.authority, waits.pid(), interactive));
        f.system.run_all();
        CHECK(f.classes(one) == "0010");
    }
    SUBCASE("parked, at home") {
        f.system.run_all();
        f.system.as(one, [&] {
            CHECK(sched_qos::set_qos(f.system, f.authority, waits.pid(), interactive));
        });
    }
    f.system.run_all();
    CHECK(sched::unpark(f.system, waits.pid()));
    f.system.run_all();
    CHECK(seen == interactive);
    CHECK(f.classes(one) == "0000");
}

TEST_CASE("sched-qos: test_reject_stale_pid: of a task that has ended, or never was") {
    Fixture f;
    const auto task = f.system.started({}, [](Task&) {});
    f.system.run(zero);
    for (const Pid pid : {task.pid(), Pid{}, Pid{0xffff'ffff, 1}})
        CHECK(refusal(sched_qos::set_qos(f.system, f.authority, pid, idle)) == Error::NoSuchTask);
    CHECK(f.classes() == "0000");
}

TEST_CASE("sched-qos: children have their parent's class and share, and never more") {
    Fixture f;
    f.in_task(interactive, [&](Task& self) {
        CHECK(sched_qos::set_share(f.system, self, 40));
        CHECK(refusal(sched::spawn(f.system, {.qos = burst}, [](Task&) {})) == Error::NoAuthority);
        auto child = f.system.started({}, [&](Task& own) {
            CHECK(own.qos() == interactive);
            CHECK(own.share() == 40);
            CHECK(refusal(sched_qos::set_share(f.system, own, 41)) == Error::NoAuthority);
            CHECK(refusal(sched::spawn(f.system, {.qos = burst}, [](Task&) {})) ==
                  Error::NoAuthority);
        });
        auto lower = f.system.started({.qos = QosClass::Normal}, [&](Task& own) {
            CHECK(own.qos() == QosClass::Normal);
            CHECK(refusal(sched::spawn(f.system, {.qos = interactive}, [](Task&) {})) ==
                  Error::NoAuthority);
        });
        CHECK(sched::join(f.system, self, child));
        CHECK(sched::join(f.system, self, lower));
    });
}

TEST_CASE("sched-qos: a handler's task is Normal, whatever it interrupts") {
    Fixture f;
    f.in_task(idle, [&](Task&) {
        host_test::handle([&](core::IrqContext&) {
            CHECK(f.system.start({}, [](Task& own) { CHECK(own.qos() == QosClass::Normal); }));
            CHECK(refusal(f.system.start({.qos = interactive}, [](Task&) {})) ==
                  Error::NoAuthority);
        });
    });
}

TEST_CASE("sched-qos: test_reject_share: raised without authority, or no share") {
    Fixture f;
    f.in_task(QosClass::Normal, [&](Task& self) {
        CHECK(self.share() == 100);
        CHECK(refusal(sched_qos::set_share(f.system, self, 101)) == Error::NoAuthority);
        for (const std::uint32_t share : {0U, 1001U, 0xffff'ffffU}) {
            CHECK(refusal(sched_qos::set_share(f.system, self, share)) == Error::InvalidShare);
            CHECK(refusal(sched_qos::set_share(f.system, f.authority, self, share)) ==
                  Error::InvalidShare);
        }
        CHECK(self.share() == 100);
        CHECK(sched_qos::set_share(f.system, f.authority, self, 1000));
        CHECK(sched_qos::set_share(f.system, self, 1));
        CHECK(self.share() == 1);
    });
}

TEST_CASE("sched-qos: test_reject_affinity: widened without authority, or of no CPU") {
    QosSystem system(3, two);
    const auto authority = sched_qos::take_authority(system);
    const auto task = system.started({.affinity = only({zero, one})}, [&](Task& self) {
        const auto refused = [&](const sched::CpuMask& mask) {
            return refusal(sched_qos::set_affinity(system, self, mask));
        };
        CHECK(refused({}) == Error::EmptyAffinity);
        CHECK(refused(only({two, three})) == Error::EmptyAffinity); // closed; none
        CHECK(refused(only({zero, two})) == Error::NoAuthority);
        CHECK(refused(sched::CpuMask::first(128)) == Error::NoAuthority);
        CHECK(refusal(sched_qos::set_affinity(system, *authority, self, {})) ==
              Error::EmptyAffinity);
        CHECK(!refused(only({zero})));
        CHECK(refused(only({one})) == Error::NoAuthority); // it had it before
        CHECK(refusal(sched::migrate(system, self, one)) == Error::NotAllowed);
        CHECK(sched_qos::set_affinity(system, *authority, self, only({one})));
        CHECK(system.this_cpu() == one); // where it may run
        CHECK(sched_qos::set_affinity(system, *authority, self, sched::CpuMask::first(128)));
        CHECK(system.this_cpu() == one);
    });
    system.run_all();
    CHECK(system.all_taken(zero) + system.all_taken(one) == 0);
}

TEST_CASE("sched-qos: test_reject_affinity: no room where it leads, or about to move") {
    Fixture f;
    std::vector<sched::Handle<QosSystem>> parked;
    for (int task = 0; task < 2; ++task)
        parked.push_back(
            f.system.started({.cpu = one}, [&](Task& self) { sched::park(f.system, self); }));
    const auto task = f.system.started({}, [&](Task& self) {
        CHECK(refusal(sched_qos::set_affinity(f.system, self, only({one}))) == Error::QueueFull);
        CHECK(sched_qos::set_affinity(f.system, self, only({zero, one, two}))); // as before
        f.system.pause();
        CHECK(refusal(sched_qos::set_affinity(f.system, self, only({zero}))) == Error::Busy);
        CHECK(f.system.this_cpu() == zero);
        sched::yield(f.system, self);
        CHECK(f.system.this_cpu() == two);
        CHECK(sched_qos::set_affinity(f.system, self, only({zero, one})));
        CHECK(f.system.this_cpu() == zero);
    });
    f.system.step(zero);
    CHECK(sched::migrate(f.system, task.pid(), two));
    f.system.run_all();
    for (const auto& each : parked)
        CHECK(sched::unpark(f.system, each.pid()));
    f.system.run_all();
    CHECK(f.system.all_taken(zero) + f.system.all_taken(one) + f.system.all_taken(two) == 0);
}

TEST_CASE("sched-qos: the last decisions are kept, by number") {
    Fixture f;
    CHECK(!sched_qos::decision_from(f.system, 0));
    Pid pid;
    f.in_task(QosClass::Normal, [&](Task& self) {
        pid = self.pid();
        const sched_qos::Decision spawned = f.last();
        CHECK(spawned.number == 1);
        CHECK(spawned.subject == sched_qos::Subject::Spawn);
        CHECK(spawned.of == pid);
        CHECK(spawned.by == Pid{}); // by the test, which is no task
        CHECK(spawned.with_authority);
        CHECK(!spawned.refusal);
        (void)sched_qos::set_qos(f.system, self, burst);
        const sched_qos::Decision refused = f.last();
        CHECK(refused.number == 2);
        CHECK(refused.subject == sched_qos::Subject::Class);
        CHECK(refused.by == pid);
        CHECK(refused.wanted == 3);
        CHECK_FALSE(refused.with_authority);
        CHECK(refused.refusal == Error::NoAuthority);
        (void)sched_qos::set_share(f.system, self, 7);
        CHECK(f.last().subject == sched_qos::Subject::Share);
        (void)sched_qos::set_affinity(f.system, self, sched::CpuMask::first(2));
        CHECK(f.last().wanted == 3);
        (void)sched_qos::set_share(f.system, self, 6);
    });
    CHECK(sched_qos::decision_from(f.system, 0)->number == 2); // four are kept
    CHECK(sched_qos::decision_from(f.system, 4)->number == 4);
    CHECK(sched_qos::decision_from(f.system, 5)->wanted == 6);
    CHECK(!sched_qos::decision_from(f.system, 6));
    CHECK(to_string(sched_qos::Subject::Affinity) == "Affinity");
    CHECK(format_value(sched_qos::Subject{9}) == "?");
}

TEST_CASE("sched-qos: a task's time is what it has run for, by itself") {
    Fixture f;
    f.in_task(QosClass::Normal, [&](Task& self) {
        f.system.clock += 5ms;
        CHECK(sched_qos::cpu_time(f.system, self) == 5ms);
        auto other = f.system.started({}, [&](Task& own) {
            f.system.clock += 3ms;
            CHECK(sched_qos::cpu_time(f.system, own) == 3ms);
        });
        sched::yield(f.system, self);
        f.system.clock += 1ms;
        CHECK(sched_qos::cpu_time(f.system, self) == 6ms);
    });
}
