// SPDX-License-Identifier: MIT
// Who may give a task which class, in a system of tasks that change theirs.
#include <string>

#include "fixture.hpp"

using namespace sched_test;

namespace {

constexpr QosClass unknown{7};

struct Fixture : QosFixture<2> {
    /// How many tasks of each class are on `cpu`, the lowest first: "0100".
    std::string classes(CpuId cpu = zero) {
        std::string text;
        for (std::uint32_t qos = 0; qos < core::qos_classes; ++qos)
            text += std::to_string(system.taken(cpu, static_cast<QosClass>(qos)));
        return text;
    }
};

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
