// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/ipi/feature.hpp>
#include <neuron/selftest/comes_to_pass.hpp>
#include <neuron/selftest/on_each_cpu.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/selftest/storm.hpp>

#include "feature.hpp"

namespace neuron::ipi {
namespace selftests {

using selftest::comes_to_pass;

/// Posts `message` as soon as there is room for it.
template <UserKind K, class System>
void post_patiently(System& system, core::CpuId target, Content<K> content) {
    core::spin_until(
        [&] { return try_post<K>(system, target, IpiMessage<K>(content)).has_value(); });
}

/// What all CPUs have counted together.
template <class System, class Count>
std::uint64_t sum_of(System& system, Count count) {
    std::uint64_t sum = 0;
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        sum += count(core::CpuId{cpu});
    return sum;
}

/// Of one CPU's messages to itself.
template <class System>
PairCounters& own_counters(System& system) {
    const core::CpuId self = system.this_cpu();
    return system.template remote<ipi::Feature>(self).sent[self.index()];
}

template <class System>
void run_alone(selftest::Run& run, System& system) {
    const core::CpuId self = system.this_cpu();

    run.test("ipi.states_merge", [&](selftest::Record& record) {
        auto& here = seen_here(system);
        const std::uint64_t nudges = here.nudges.remote_load();
        const std::uint64_t total = here.total.remote_load();
        const std::uint64_t rung = own_counters(system).rung.remote_load();
        {
            const core::IrqOff masked;
            for (std::uint64_t n = 1; n <= 3; ++n) {
                record.expect(post<Nudge>(system, self, IpiMessage<Nudge>()).has_value(), "a bit");
                record.expect(post<Total>(system, self, IpiMessage<Total>(n)).has_value(),
                              "a slot");
            }
        }
        record.expect(comes_to_pass(system, [&] { return here.total.remote_load() == total + 6; }),
                      "the sum of the slots arrives");
        record.value("nudges", here.nudges.remote_load() - nudges);
        record.value("total", here.total.remote_load() - total);
        record.value("rung", own_counters(system).rung.remote_load() - rung);
    });

    run.test("ipi.test_reject_full", [&](selftest::Record& record) {
        auto& here = seen_here(system);
        const std::uint64_t before = here.words.remote_load();
        std::uint32_t words = 0;
        std::uint32_t numbers = 0;
        std::optional<Reason> kind;
        std::optional<Reason> full;
        std::uint64_t back = 0;
        {
            const core::IrqOff masked;
            auto& sent_numbers = here.sent_numbers[self.index()];
            const std::uint64_t first = sent_numbers.remote_load();
            for (; !kind && words < 100; ++words)
                if (auto sent = try_post<Words>(system, self,
                                                IpiMessage<Words>({1, 1, 1, 1, 1, 1, 1, words}));
                    !sent) {
                    kind = sent.error().reason;
                    back = sent.error().value.content()[7];
                    --words;
                }
            for (; !full && numbers < 100'000; ++numbers)
                if (auto sent = try_post<Number>(system, self, IpiMessage<Number>(first + numbers));
                    !sent) {
                    full = sent.error().reason;
                    record.expect(sent.error().value.content() == first + numbers,
                                  "the message comes back");
                    --numbers;
                }
            sent_numbers.add(masked, numbers);
        }
        record.expect(back == words, "the message comes back");
        constexpr std::uint32_t capacity = std::uint32_t{1} << System::Values::ipi_ring_shift;
        record.expect(kind == (capacity < 4 ? Reason::MailboxFull : Reason::KindFull) &&
                          full == Reason::MailboxFull,
                      "why");
        record.expect(comes_to_pass(system,
                                    [&] {
                                        return here.words.remote_load() ==
                                               before + 7 * words + words * (words - 1) / 2;
                                    }),
                      "what was not refused arrives");
        record.value("words", words);
        record.value("numbers", numbers);
        record.value("wrong", here.wrong.remote_load());
    });

    run.test("ipi.test_reject_best_effort", [&](selftest::Record& record) {
        if (System::Values::ipi_token_microseconds < 100)
            return record.skip("tokens-come-fast");
        std::uint32_t posted = 0;
        std::optional<Reason> why;
        auto& here = seen_here(system);
        const std::uint64_t before = here.chatter.remote_load();
        for (; !why && posted < 1'000'000; ++posted)
            if (auto sent = try_post<Chatter>(system, self, IpiMessage<Chatter>(posted)); !sent) {
                why = sent.error().reason;
                --posted;
            }
        record.expect(why == Reason::RateLimited, "limited at last");
        const std::uint64_t nudges = here.nudges.remote_load();
        record.expect(post<Nudge>(system, self, IpiMessage<Nudge>()).has_value(),
                      "what is about correctness is not");
        record.expect(comes_to_pass(system,
                                    [&] {
                                        return here.nudges.remote_load() == nudges + 1 &&
                                               here.chatter.remote_load() == before + posted;
                                    }),
                      "and all of it arrives");
    });

    run.test("ipi.drain_is_bounded", [&](selftest::Record& record) {
        auto& here = system.template remote<ipi::Feature>(self);
        const std::uint64_t cut = here.cut_short.remote_load();
        const core::Pinned pinned;
        system.template own<selftests::Feature>(pinned).nodes.with(pinned, [&](auto& nodes) {
            {
                const core::IrqOff masked;
                for (ParcelNode& node : nodes)
                    record.expect(post<Parcel>(system, self, IpiMessage<Parcel>(node)).has_value(),
                                  "an object");
            }
            std::uint32_t arrived = 0;
            for (ParcelNode& node : nodes) // pairs with the handler's release
                arrived += comes_to_pass(
                    system, [&] { return node.arrived.exchange(0, core::acquire) == 1; });
            record.value("arrived", arrived);
        });
        record.value("cut_short", here.cut_short.remote_load() - cut);
    });

    run.test("ipi.test_reject_target", [&](selftest::Record& record) {
        const core::CpuId beyond{system.cpu_count()};
        ParcelNode node;
        const auto number = try_post<Number>(system, beyond, IpiMessage<Number>(7));
        const auto parcel = post<Parcel>(system, beyond, IpiMessage<Parcel>(node));
        record.expect(!number && number.error().value.content() == 7, "a number comes back");
        record.expect(!parcel && &parcel.error().value.content() == &node, "an object comes back");
        const auto call =
            call_on(system, sync::NoLocks(), beyond, [](core::IrqContext&) { return 1; });
        record.expect(!call && call.error() == CallError::InvalidCpu, "a call");
        if (!number && !parcel) {
            record.value("number", number.error().reason);
            record.value("parcel", parcel.error().reason);
        }
    });

    run.test("ipi.call_on", [&](selftest::Record& record) {
        std::uint64_t sum = 0;
        for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu) {
            const auto product = call_on(
                system, sync::NoLocks(), core::CpuId{cpu},
                [](core::IrqContext&, std::uint64_t factor) {
                    return percpu::this_cpu().cpu.value * factor;
                },
                std::uint64_t{3});
            record.expect(product.has_value(), "it runs");
            sum += product.value_or(0);
        }
        record.value("sum", sum);
    });

    run.test("ipi.echo", [&](selftest::Record& record) {
        // With the next CPU, and with itself.
        if (System::Values::ipi_ring_shift < 2)
            return record.skip("small-ring");
        const std::uint64_t before =
            sum_of(system, [&](core::CpuId cpu) { return seen(system, cpu).echoes.remote_load(); });
        const core::CpuId next{(self.value + 1) % system.cpu_count()};
        for (const core::CpuId peer : {self, next})
            record.expect(try_post<Echo>(system, peer, IpiMessage<Echo>(999)).has_value(), "room");
        const auto echoes = [&] {
            return sum_of(system,
                          [&](core::CpuId cpu) { return seen(system, cpu).echoes.remote_load(); }) -
                   before;
        };
        record.expect(comes_to_pass(system, [&] { return echoes() == 2000; }), "to and fro");
        record.value("echoes", echoes());
        record.value("nested", sum_of(system, [&](core::CpuId cpu) {
                         return seen(system, cpu).came_to_itself.remote_load();
                     }));
    });
}

/// What has to do with other CPUs: skipped where there is none.
template <class System>
void run_with_others(selftest::Run& run, System& system) {
    const auto test = [&](std::string_view name, auto body) {
        run.test(name, [&](selftest::Record& record) {
            if (system.cpu_count() == 1)
                record.skip("one-cpu");
            else
                body(record);
        });
    };

    // Each CPU calls each in turn, while the others call it.
    test("ipi.all_call_all", [&](selftest::Record& record) {
        std::uint32_t cpus = 0;
        const std::uint64_t good =
            selftest::on_each_cpu(system, cpus, [](System& here, std::uint32_t) {
                std::uint64_t answers = 0;
                for (std::uint32_t round = 0; round < 200; ++round) {
                    const core::CpuId target{round % here.cpu_count()};
                    const auto answer = call_on(
                        here, sync::NoLocks(), target,
                        [](core::IrqContext&, std::uint32_t n) {
                            return std::pair(percpu::this_cpu().cpu, n + 1);
                        },
                        round);
                    answers += answer && answer->first == target && answer->second == round + 1;
                }
                return answers;
            });
        record.value("good", good);
    });

    test("ipi.all_wait_for_all", [&](selftest::Record& record) {
        std::uint32_t cpus = 0;
        const std::uint64_t good =
            selftest::on_each_cpu(system, cpus, [](System& here, std::uint32_t) {
                std::uint64_t handled = 0;
                for (std::uint32_t round = 0; round < 200; ++round) {
                    const core::CpuId target{round % here.cpu_count()};
                    handled +=
                        post_and_wait<Nudge>(here, sync::NoLocks(), target, IpiMessage<Nudge>())
                            .has_value() &&
                        post_and_wait<Words>(here, sync::NoLocks(), target, IpiMessage<Words>({}))
                            .has_value();
                }
                return handled;
            });
        record.value("good", good);
    });

    test("ipi.objects_from_all", [&](selftest::Record& record) {
        std::uint32_t cpus = 0;
        const std::uint64_t back =
            selftest::on_each_cpu(system, cpus, [](System& here, std::uint32_t) {
                std::array<ParcelNode, 8> nodes;
                std::uint64_t arrived = 0;
                for (std::uint32_t round = 0; round < 400; ++round) {
                    ParcelNode& node = nodes[round % nodes.size()];
                    if (round >= nodes.size()) // pairs with the handler's release
                        arrived += comes_to_pass(
                            here, [&] { return node.arrived.exchange(0, core::acquire) == 1; });
                    (void)post<Parcel>(here, core::CpuId{round % here.cpu_count()},
                                       IpiMessage<Parcel>(node));
                }
                for (ParcelNode& node : nodes)
                    arrived += comes_to_pass(
                        here, [&] { return node.arrived.exchange(0, core::acquire) == 1; });
                return arrived;
            });
        record.value("back", back);
    });

    test("ipi.post_all", [&](selftest::Record& record) {
        const auto nudges = [&] {
            return sum_of(system,
                          [&](core::CpuId cpu) { return seen(system, cpu).nudges.remote_load(); });
        };
        const std::uint64_t before = nudges();
        const auto outcomes = post_all<Nudge>(system);
        record.expect(outcomes.refused.empty(), "nobody refuses");
        record.expect(
            comes_to_pass(system, [&] { return nudges() == before + system.cpu_count() - 1; }),
            "each is nudged once");
        core::CpuSet<System::max_cpus> all = core::CpuSet<System::max_cpus>::first(
            system.cpu_count() + (system.cpu_count() < System::max_cpus ? 1 : 0));
        const auto some = post_mask<Nudge>(system, all);
        record.value("posted", outcomes.posted.size());
        record.value("all", some.posted.size());
        record.expect(some.refused.size() == all.size() - system.cpu_count(), "one that is not");
    });

    // Every CPU numbers its messages to each CPU, itself included; each receiver sees that the
    // numbers of a sender come in order, none twice, none left out.
    test("ipi.storm", [&](selftest::Record& record) { // INV-IPI-3
        const auto numbers = [](System& here) {
            return sum_of(here, [&](core::CpuId cpu) {
                return sum_of(here, [&](core::CpuId sender) {
                    return seen(here, cpu).numbers[sender.index()].remote_load();
                });
            });
        };
        const std::uint64_t before = numbers(system);
        std::uint32_t cpus = 0;
        const std::uint64_t posted =
            selftest::on_each_cpu(system, cpus, [](System& here, std::uint32_t) {
                const core::CpuId self = here.this_cpu();
                const std::uint64_t rounds = selftest::storm_rounds(here, 2'500);
                std::uint64_t count = 0;
                for (std::uint64_t round = 0; round < rounds; ++round)
                    for (std::uint32_t cpu = 0; cpu < here.cpu_count(); ++cpu) {
                        auto& sent = seen(here, self).sent_numbers[cpu];
                        post_patiently<Number>(here, core::CpuId{cpu}, sent.remote_load());
                        const core::IrqOff masked;
                        sent.add(masked, 1);
                        ++count;
                    }
                return count;
            });
        record.expect(comes_to_pass(system, [&] { return numbers(system) == before + posted; }),
                      "all arrive");
        record.value("posted", posted);
        record.value("handled", numbers(system) - before);
        record.value("wrong", sum_of(system, [&](core::CpuId cpu) {
                         return seen(system, cpu).wrong.remote_load();
                     }));
    });

    test("ipi.counters_add_up", [&](selftest::Record& record) {
        std::uint64_t posted = 0;
        std::uint64_t announced = 0;
        for (std::uint32_t from = 0; from < system.cpu_count(); ++from)
            for (std::uint32_t to = 0; to < system.cpu_count(); ++to) {
                const PairCounters& pair =
                    system.template remote<ipi::Feature>(core::CpuId{from}).sent[to];
                posted += pair.posted.remote_load();
                announced +=
                    pair.rung.remote_load() + pair.merged.remote_load() + pair.polled.remote_load();
            }
        record.expect(posted == announced, "each message rang, merged or met one that polled");
        record.expect(posted != 0, "there were some");
    });
}

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    selftests::run_alone(run, system);
    selftests::run_with_others(run, system);
}

} // namespace neuron::ipi
