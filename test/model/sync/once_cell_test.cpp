// SPDX-License-Identifier: MIT
#include <neuron/sync/once_cell.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using model_test::Probe;
using Cell = neuron::sync::OnceCell<Probe>;
using Made = std::expected<Probe, char>;

TEST_CASE("sync: INV-SYNC-2: of racing makers one makes, and everybody sees the whole value") {
    const auto race = [](unsigned makers) {
        Cell cell;
        Word made{0};
        each_of(makers, [&](unsigned i) {
            const auto value = cell.get_or_make([&] {
                made.fetch_add(1, relaxed); // a count
                return Made(static_cast<int>(i) + 1);
            });
            MODEL_ASSERT(value.has_value() && (*value)->read() > 0);
        });
        MODEL_ASSERT(made.load(relaxed) == 1);
    };
    passes("OnceCell: 2 makers", 4, [&] { race(2); });
    passes("OnceCell: 3 makers", 12, [&] { race(3); });
}

TEST_CASE(
    "sync: INV-SYNC-2: who finds a value may read it, and a failure leaves the next its try") {
    passes("OnceCell: a maker and 2 readers", 9, [] {
        Cell cell;
        const auto look = [&] {
            if (const Probe* value = cell.get())
                MODEL_ASSERT(value->read() == 7);
        };
        parallel([&] { (void)cell.get_or_make([] { return Made(7); }); }, look, look);
    });
    passes("OnceCell: a maker that fails, and 2 that don't", 28, [] {
        Cell cell;
        Plain<int> tried{0}; // by one maker after the other
        parallel(
            [&] {
                (void)cell.get_or_make([&] {
                    tried.write(tried.read() + 1);
                    return Made(std::unexpect, 'x');
                });
            },
            [&] {
                const auto value = cell.get_or_make([&] {
                    tried.write(tried.read() + 1);
                    return Made(1);
                });
                MODEL_ASSERT(value.has_value());
            },
            [&] {
                const auto value = cell.get_or_make([&] {
                    tried.write(tried.read() + 1);
                    return Made(2);
                });
                MODEL_ASSERT(value.has_value() && (*value)->read() > 0);
            });
    });
}
