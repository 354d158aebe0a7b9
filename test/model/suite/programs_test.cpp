// SPDX-License-Identifier: MIT
// Random programs: as many executions as an independent checker has counted, and as many with the
// reduction of delays as without it.
#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <random>

#include "program.hpp"

using namespace suite;

namespace {

model::Result explore(const Program& program, bool naive) {
    return model::check([&] { run(program); }, {.name = "program", .naive = naive});
}

/// 2 to 4 threads with 1 to 4 operations on 1 to 3 locations, of all kinds and orders.
Program random_program(std::mt19937_64& random) {
    const auto any = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
    const unsigned locations = 1 + any(3);
    Program program(2 + any(3));
    const unsigned most = program.size() == 4 ? 2 : program.size() == 3 ? 3 : 4;
    constexpr std::array loads = {Order::relaxed, Order::acquire, Order::seq_cst};
    constexpr std::array stores = {Order::relaxed, Order::release, Order::seq_cst};
    constexpr std::array all = {Order::relaxed, Order::acquire, Order::release, Order::acq_rel,
                                Order::seq_cst};
    for (auto& thread : program) {
        for (unsigned count = 1 + any(most); count > 0; --count) {
            const char kind = "WWRRACF"[any(7)];
            const Order order = kind == 'R'   ? loads.at(any(3))
                                : kind == 'W' ? stores.at(any(3))
                                : kind == 'F' ? all.at(1 + any(4))
                                              : all.at(any(5));
            thread.push_back({kind, any(locations),
                              kind == 'A' || kind == 'W' ? 1 + any(3) : any(3), order,
                              loads.at(any(3))});
        }
    }
    return program;
}

} // namespace

TEST_CASE("model: 300 programs have as many executions as another checker counted") {
    const char* const path = std::getenv("RC11_COUNTS");
    REQUIRE(path != nullptr);
    std::ifstream file(path);
    unsigned programs = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#')
            continue;
        const std::size_t colon = line.find(':');
        const auto result = explore(parse(line.substr(colon + 1)), false);
        CAPTURE(line);
        REQUIRE(result.ok());
        REQUIRE(result.complete == std::stoull(line));
        ++programs;
    }
    CHECK(programs == 300);
}

TEST_CASE("model: random programs have the same executions with and without the reduction") {
    const char* const wanted = std::getenv("MODEL_PROGRAMS");
    const unsigned programs = wanted != nullptr ? static_cast<unsigned>(std::atoi(wanted)) : 1000;
    std::mt19937_64 random(2026);
    std::uint64_t executions = 0;
    for (unsigned i = 0; i < programs; ++i) {
        const Program program = random_program(random);
        const auto reduced = explore(program, false);
        const auto naive = explore(program, true);
        CAPTURE(i);
        REQUIRE(reduced.ok());
        REQUIRE(naive.ok());
        REQUIRE(reduced.complete == naive.complete);
        REQUIRE(reduced.runs() <= naive.runs());
        executions += reduced.complete;
    }
    MESSAGE(programs, " programs, ", executions, " executions");
}
