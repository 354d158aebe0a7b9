// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/selftest/run.hpp>
#include <neuron/stats/mean.hpp>

namespace neuron::stats {

template <class System>
void run_selftests(selftest::Run& run, System&) {
    run.test("stats.parts_join_into_the_whole", [](selftest::Record& record) {
        Mean joined;
        for (std::uint64_t part = 0; part < 7; ++part) { // 1 to 1000, dealt out
            Mean mine;
            for (std::uint64_t value = 1 + part; value <= 1000; value += 7)
                mine.add(value);
            joined.join(mine);
        }
        record.value("count", joined.count);
        record.value("thousandths", joined.thousandths());
    });

    run.test("stats.largest_sum", [](selftest::Record& record) {
        record.value("thousandths", Mean{3, (1ULL << 54) - 1}.thousandths());
    });

    run.test("stats.no_values",
             [](selftest::Record& record) { record.value("thousandths", Mean{}.thousandths()); });
}

} // namespace neuron::stats
