// SPDX-License-Identifier: MIT
// What the memory model allows: each litmus test with its weak outcome, allowed or forbidden, and
// with the exact number of its executions. Counts agree with GenMC 0.10.3 --rc11 but for Z6.U, the
// compare-exchange loops and the release sequences, which it counts by older rules or not at all.
#include <doctest/doctest.h>
#include <model/await.hpp>

#include "structures.hpp"

using namespace suite;

namespace {

constexpr bool allowed = true;
constexpr bool forbidden = false;

/// `body` says whether this run is the weak outcome; only what is an execution counts.
template <class Body>
model::Result litmus(std::string name, std::uint64_t executions, bool may_be_weak, Body body) {
    CAPTURE(name);
    const auto all = model::check([&] { (void)body(); });
    CHECK_MESSAGE(all.ok(), all.report());
    CHECK(all.complete == executions);
    const auto weak = model::check([&] { MODEL_ASSERT(!body()); });
    CHECK(weak.error == (may_be_weak ? model::Error::Assertion : model::Error::None));
    return all;
}

void no_fence() {}
void full_fence() {
    fence(seq_cst);
}

/// Message passing: what stands around the two accesses of the flag.
template <class Before, class Behind>
bool message(Order publish, Order look, Before before, Behind behind) {
    Word x;
    Word y;
    unsigned flag = 0;
    unsigned data = 0;
    parallel(
        [&] {
            x.store(1, relaxed);
            before();
            y.store(1, publish);
        },
        [&] {
            flag = y.load(look);
            behind();
            data = x.load(relaxed);
        });
    return flag == 1 && data == 0;
}

/// Store buffering.
template <class First, class Second>
bool buffering(Order store_a, Order load_a, First fence_a, Order store_b, Order load_b,
               Second fence_b) {
    Word x;
    Word y;
    unsigned a = 1;
    unsigned b = 1;
    parallel(
        [&] {
            x.store(1, store_a);
            fence_a();
            a = y.load(load_a);
        },
        [&] {
            y.store(1, store_b);
            fence_b();
            b = x.load(load_b);
        });
    return a == 0 && b == 0;
}

template <class Fence>
bool two_plus_two(Order order, Fence between) {
    Word x;
    Word y;
    parallel(
        [&] {
            x.store(1, order);
            between();
            y.store(2, order);
        },
        [&] {
            y.store(1, order);
            between();
            x.store(2, order);
        });
    return x.load(relaxed) == 1 && y.load(relaxed) == 1;
}

template <class Fence>
bool iriw(Order write, Order read, Fence between) {
    Word x;
    Word y;
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    parallel([&] { x.store(1, write); }, [&] { y.store(1, write); },
             [&] {
                 a = x.load(read);
                 between();
                 b = y.load(read);
             },
             [&] {
                 c = y.load(read);
                 between();
                 d = x.load(read);
             });
    return a == 1 && b == 0 && c == 1 && d == 0;
}

template <class Fence>
bool rwc(Order write, Order read, Fence between) {
    Word x;
    Word y;
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    parallel([&] { x.store(1, write); },
             [&] {
                 a = x.load(read);
                 between();
                 b = y.load(read);
             },
             [&] {
                 y.store(1, write);
                 between();
                 c = x.load(read);
             });
    return a == 1 && b == 0 && c == 0;
}

} // namespace

TEST_CASE("model: message passing") {
    litmus("MP rlx", 4, allowed, [] { return message(relaxed, relaxed, no_fence, no_fence); });
    litmus("MP rel acq", 3, forbidden,
           [] { return message(release, acquire, no_fence, no_fence); });
    litmus("MP Fr Fa", 3, forbidden, [] {
        return message(relaxed, relaxed, [] { fence(release); }, [] { fence(acquire); });
    });
    litmus("MP Fr acq", 3, forbidden,
           [] { return message(relaxed, acquire, [] { fence(release); }, no_fence); });
    litmus("MP rel rlx", 4, allowed, [] { return message(release, relaxed, no_fence, no_fence); });
    litmus("MP rel, Fa before the load", 4, allowed, [] {
        Word x;
        Word y;
        unsigned flag = 0;
        unsigned data = 0;
        parallel(
            [&] {
                x.store(1, relaxed);
                y.store(1, release);
            },
            [&] {
                fence(acquire);
                flag = y.load(relaxed);
                data = x.load(relaxed);
            });
        return flag == 1 && data == 0;
    });
}

TEST_CASE("model: store buffering") {
    const auto both = [](Order store, Order load, auto between) {
        return buffering(store, load, between, store, load, between);
    };
    litmus("SB rlx", 4, allowed, [&] { return both(relaxed, relaxed, no_fence); });
    litmus("SB rel acq", 4, allowed, [&] { return both(release, acquire, no_fence); });
    litmus("SB sc acq", 4, allowed, [&] { return both(seq_cst, acquire, no_fence); });
    litmus("SB sc", 3, forbidden, [&] { return both(seq_cst, seq_cst, no_fence); });
    litmus("SB F", 3, forbidden, [&] { return both(relaxed, relaxed, full_fence); });
    litmus("SB F and sc", 3, forbidden,
           [] { return buffering(relaxed, relaxed, full_fence, seq_cst, seq_cst, no_fence); });
    litmus("SB F on one side", 4, allowed,
           [] { return buffering(relaxed, relaxed, full_fence, relaxed, relaxed, no_fence); });
    litmus("SB xchg acq_rel", 4, allowed, [] {
        Word x;
        Word y;
        unsigned a = 1;
        unsigned b = 1;
        parallel(
            [&] {
                x.exchange(1, acq_rel);
                a = y.load(acquire);
            },
            [&] {
                y.exchange(1, acq_rel);
                b = x.load(acquire);
            });
        return a == 0 && b == 0;
    });
    litmus("SB with an update of a third", 4, forbidden, [] {
        Word x;
        Word y;
        Word z;
        unsigned a = 1;
        unsigned b = 1;
        parallel(
            [&] {
                x.store(1, relaxed);
                z.fetch_add(1, acq_rel);
                a = y.load(relaxed);
            },
            [&] {
                y.store(1, relaxed);
                z.fetch_add(1, acq_rel);
                b = x.load(relaxed);
            });
        return a == 0 && b == 0;
    });
}

TEST_CASE("model: load buffering is no execution of RC11, and the lint says so") {
    const auto result = litmus("LB rlx", 3, forbidden, [] {
        Word x;
        Word y;
        unsigned a = 0;
        unsigned b = 0;
        parallel(
            [&] {
                a = x.load(relaxed);
                y.store(1, relaxed);
            },
            [&] {
                b = y.load(relaxed);
                x.store(1, relaxed);
            });
        return a == 1 && b == 1;
    });
    CHECK(result.lint.find("load buffering: litmus_test.cpp:") != std::string::npos);
    const auto ordered = litmus("LB acq", 3, forbidden, [] {
        Word x;
        Word y;
        unsigned a = 0;
        unsigned b = 0;
        parallel(
            [&] {
                a = x.load(acquire);
                y.store(1, release);
            },
            [&] {
                b = y.load(acquire);
                x.store(1, release);
            });
        return a == 1 && b == 1;
    });
    CHECK(ordered.lint.empty());
}

TEST_CASE("model: coherence") {
    litmus("CoRR", 3, forbidden, [] {
        Word x;
        unsigned a = 0;
        unsigned b = 0;
        parallel([&] { x.store(1, relaxed); },
                 [&] {
                     a = x.load(relaxed);
                     b = x.load(relaxed);
                 });
        return a == 1 && b == 0;
    });
    litmus("CoWW", 1, forbidden, [] {
        Word x;
        parallel([&] {
            x.store(1, relaxed);
            x.store(2, relaxed);
        });
        return x.load(relaxed) == 1;
    });
    litmus("CoWR", 3, forbidden, [] {
        Word x;
        unsigned a = 0;
        parallel(
            [&] {
                x.store(1, relaxed);
                a = x.load(relaxed);
            },
            [&] { x.store(2, relaxed); });
        return a == 0;
    });
    litmus("CoRW", 3, forbidden, [] {
        Word x;
        unsigned a = 0;
        parallel(
            [&] {
                a = x.load(relaxed);
                x.store(1, relaxed);
            },
            [&] { x.store(2, relaxed); });
        return a == 2 && x.load(relaxed) == 2;
    });
    litmus("CoRR2", 72, forbidden, [] {
        Word x;
        std::array<unsigned, 4> r{};
        parallel([&] { x.store(1, relaxed); }, [&] { x.store(2, relaxed); },
                 [&] {
                     r[0] = x.load(relaxed);
                     r[1] = x.load(relaxed);
                 },
                 [&] {
                     r[2] = x.load(relaxed);
                     r[3] = x.load(relaxed);
                 });
        return r == std::array{1U, 2U, 2U, 1U};
    });
}

TEST_CASE("model: orders of writes") {
    litmus("2+2W rlx", 4, allowed, [] { return two_plus_two(relaxed, no_fence); });
    litmus("2+2W rel", 4, allowed, [] { return two_plus_two(release, no_fence); });
    litmus("2+2W sc", 3, forbidden, [] { return two_plus_two(seq_cst, no_fence); });
    litmus("2+2W F", 3, forbidden, [] { return two_plus_two(relaxed, full_fence); });
    const auto r_test = [](auto between) {
        Word x;
        Word y;
        unsigned a = 1;
        parallel(
            [&] {
                x.store(1, relaxed);
                between();
                y.store(1, relaxed);
            },
            [&] {
                y.store(2, relaxed);
                between();
                a = x.load(relaxed);
            });
        return a == 0 && y.load(relaxed) == 2;
    };
    litmus("R rlx", 4, allowed, [&] { return r_test(no_fence); });
    litmus("R F", 3, forbidden, [&] { return r_test(full_fence); });
    const auto s_test = [](Order publish, Order look) {
        Word x;
        Word y;
        unsigned a = 0;
        parallel(
            [&] {
                x.store(2, relaxed);
                y.store(1, publish);
            },
            [&] {
                a = y.load(look);
                x.store(1, relaxed);
            });
        return a == 1 && x.load(relaxed) == 2;
    };
    litmus("S rlx", 4, allowed, [&] { return s_test(relaxed, relaxed); });
    litmus("S rel acq", 3, forbidden, [&] { return s_test(release, acquire); });
    for (const unsigned writers : {2U, 3U})
        litmus("unread writers", writers == 2 ? 2 : 6, forbidden, [&] {
            Word x;
            each_of(writers, [&](unsigned i) { x.store(i, relaxed); });
            return false;
        });
    litmus("1 writer, 2 readers", 4, forbidden, [] {
        Word x;
        const auto look = [&] { (void)x.load(relaxed); };
        parallel([&] { x.store(1, relaxed); }, look, look);
        return false;
    });
    litmus("2 writers, 1 reader", 6, forbidden, [] {
        Word x;
        parallel([&] { x.store(1, relaxed); }, [&] { x.store(2, relaxed); },
                 [&] { (void)x.load(relaxed); });
        return false;
    });
}

TEST_CASE("model: causality over three threads") {
    const auto wrc = [](Order write, Order read) {
        Word x;
        Word y;
        unsigned a = 0;
        unsigned b = 0;
        unsigned c = 1;
        parallel([&] { x.store(1, write); },
                 [&] {
                     a = x.load(read);
                     y.store(1, write);
                 },
                 [&] {
                     b = y.load(read);
                     c = x.load(relaxed);
                 });
        return a == 1 && b == 1 && c == 0;
    };
    litmus("WRC rlx", 8, allowed, [&] { return wrc(relaxed, relaxed); });
    litmus("WRC rel acq", 7, forbidden, [&] { return wrc(release, acquire); });
    const auto isa2 = [](Order middle) {
        Word x;
        Word y;
        Word z;
        unsigned a = 0;
        unsigned b = 0;
        unsigned c = 1;
        parallel(
            [&] {
                x.store(1, relaxed);
                y.store(1, release);
            },
            [&] {
                a = y.load(middle);
                z.store(1, release);
            },
            [&] {
                b = z.load(acquire);
                c = x.load(relaxed);
            });
        return a == 1 && b == 1 && c == 0;
    };
    litmus("ISA2 rel acq", 7, forbidden, [&] { return isa2(acquire); });
    litmus("ISA2 with a relaxed middle", 8, allowed, [&] { return isa2(relaxed); });
    litmus("IRIW rlx", 16, allowed, [] { return iriw(relaxed, relaxed, no_fence); });
    litmus("IRIW rel acq", 16, allowed, [] { return iriw(release, acquire, no_fence); });
    litmus("IRIW sc", 15, forbidden, [] { return iriw(seq_cst, seq_cst, no_fence); });
    litmus("IRIW F", 15, forbidden, [] { return iriw(relaxed, relaxed, full_fence); });
    litmus("RWC rel acq", 8, allowed, [] { return rwc(release, acquire, no_fence); });
    litmus("RWC F", 7, forbidden, [] { return rwc(relaxed, relaxed, full_fence); });
    litmus("W+RWC", 7, forbidden, [] {
        Word x;
        Word y;
        Word z;
        unsigned a = 0;
        unsigned b = 0;
        unsigned c = 0;
        parallel(
            [&] {
                x.store(1, relaxed);
                y.store(1, release);
            },
            [&] {
                a = y.load(acquire);
                fence(seq_cst);
                b = z.load(relaxed);
            },
            [&] {
                z.store(1, relaxed);
                fence(seq_cst);
                c = x.load(relaxed);
            });
        return a == 1 && b == 0 && c == 0;
    });
    litmus("Z6.U", 24, allowed, [] {
        Word x;
        Word y;
        unsigned a = 0;
        unsigned b = 0;
        unsigned c = 1;
        parallel(
            [&] {
                x.store(1, seq_cst);
                y.store(1, release);
            },
            [&] {
                a = y.fetch_add(1, seq_cst);
                b = y.load(relaxed);
            },
            [&] {
                y.store(3, seq_cst);
                c = x.load(seq_cst);
            });
        return a == 1 && b == 3 && c == 0;
    });
}

TEST_CASE("model: release sequences are those of C++20") {
    // The data behind a release, seen through what another write made of it.
    const auto sequence = [](auto other_thread, auto same_thread, unsigned seen) {
        Word data;
        Word x;
        unsigned a = 0;
        unsigned b = 1;
        parallel(
            [&] {
                data.store(1, relaxed);
                x.store(1, release);
                same_thread(x);
            },
            [&] { other_thread(x); },
            [&] {
                a = x.load(acquire);
                b = data.load(relaxed);
            });
        return a == seen && b == 0;
    };
    litmus("rel, then another's rlx update", 9, forbidden,
           [&] { return sequence([](Word& x) { x.fetch_add(1, relaxed); }, [](Word&) {}, 2); });
    litmus("rel, then its own rlx store", 5, allowed,
           [&] { return sequence([](Word&) {}, [](Word& x) { x.store(2, relaxed); }, 2); });
    litmus("rel, then another's rlx store", 10, allowed,
           [&] { return sequence([](Word& x) { x.store(2, relaxed); }, [](Word&) {}, 2); });
}

TEST_CASE("model: updates are atomic") {
    std::uint64_t factorial = 1;
    for (unsigned threads = 2; threads <= 8; ++threads) {
        factorial *= threads;
        litmus("updates", factorial, forbidden, [&] {
            Word x;
            unsigned seen = 0; // a bit for each value that was read
            each_of(threads, [&](unsigned) { seen |= 1U << x.fetch_add(1, relaxed); });
            return seen != (1U << threads) - 1;
        });
    }
    constexpr std::array counts = {4U, 48U, 1536U, 122880U};
    for (unsigned threads = 2; threads <= 5; ++threads)
        litmus("compare-exchange loops", counts.at(threads - 2), forbidden, [&] {
            Word x;
            each_of(threads, [&](unsigned) {
                unsigned seen = x.load(relaxed);
                while (!x.compare_exchange(seen, seen + 1, relaxed, relaxed))
                    continue;
            });
            return x.load(relaxed) != threads;
        });
}

TEST_CASE("model: waits as one event") {
    // A test-and-set lock, each thread once: the orders of its sections, and nothing else.
    std::uint64_t factorial = 1;
    for (unsigned threads = 2; threads <= 5; ++threads)
        litmus("TAS lock", factorial *= threads, forbidden, [&] {
            Word lock;
            Plain<unsigned> inside{0};
            each_of(threads, [&](unsigned) {
                (void)model::await_exchange(lock, 1, acquire,
                                            [](auto value) { return value == 0; });
                inside.write(inside.read() + 1);
                lock.store(0, release);
            });
            return inside.read() != threads;
        });
    litmus("await", 2, forbidden, [] {
        Word x;
        std::uint64_t seen = 0;
        parallel([&] { x.store(1, relaxed); }, [&] { x.store(2, relaxed); },
                 [&] { seen = model::await(x, acquire, [](auto value) { return value == 2; }); });
        return seen != 2;
    });
}

TEST_CASE("model: small algorithms") {
    litmus("Peterson, acq_rel turn", 4, forbidden, [] {
        std::array<Word, 2> wants;
        Word turn;
        Plain<unsigned> inside{0};
        each_of(2, [&](unsigned i) {
            wants.at(i).store(1, relaxed);
            turn.exchange(1 - i, acq_rel);
            spin_until(
                [&] { return wants.at(1 - i).load(acquire) == 0 || turn.load(acquire) == i; });
            inside.write(inside.read() + 1);
            wants.at(i).store(0, release);
        });
        return inside.read() != 2;
    });
    litmus("double-checked initialisation", 4, forbidden, [] {
        Word lock;
        Word ready;
        Plain<unsigned> made{0};
        each_of(2, [&](unsigned) {
            if (ready.load(acquire) != 0)
                return;
            (void)model::await_exchange(lock, 1, acquire, [](auto value) { return value == 0; });
            if (ready.load(relaxed) == 0) {
                made.write(made.read() + 1);
                ready.store(1, release);
            }
            lock.store(0, release);
        });
        return made.read() != 1;
    });
    std::uint64_t power = 1;
    for (int items = 2; items <= 8; ++items)
        litmus("SPSC", power *= 3, forbidden, [=] {
            Spsc<2> ring;
            bool in_order = true;
            parallel(
                [&] {
                    for (int i = 1; i <= items; ++i)
                        spin_until([&] { return ring.push(i); });
                },
                [&] {
                    for (int i = 1; i <= items; ++i) {
                        std::optional<int> value;
                        spin_until([&] { return (value = ring.pop()).has_value(); });
                        in_order = in_order && *value == i;
                    }
                });
            return !in_order;
        });
}
