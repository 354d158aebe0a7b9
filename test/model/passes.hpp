// SPDX-License-Identifier: MIT
// What model tests of libraries share. Every one of them is explored without a bound, and the
// number of its executions is stated: another number is another protocol.
#pragma once

#include <neuron/core/send.hpp>

#include <cstdlib>
#include <doctest/doctest.h>
#include <model/model.hpp>
#include <model/plain.hpp>
#include <string>

#include "suite/parallel.hpp"

namespace model_test {

/// Every execution of the body is well, and there are this many.
inline void passes(const std::string& name, std::uint64_t executions, std::function<void()> body,
                   unsigned max_events = model::Options().max_events) {
    const auto result = model::check(body, {.name = name.c_str(), .max_events = max_events});
    INFO(name);
    CHECK_MESSAGE(result.ok(), result.report());
    CHECK(result.complete == executions);
    // Read by tools/model.py. What the lint suspects may well be ordered by a branch, which RC11
    // does not see and hardware does.
    std::printf("MODEL: %s | %llu | %llu\n", name.c_str(),
                static_cast<unsigned long long>(result.complete),
                static_cast<unsigned long long>(result.dead_ends));
    std::printf("%s", result.lint.c_str());
}

/// What decorates the case of a program that has no end here: `make test-model-deep` runs it.
inline auto only_deep() {
    return doctest::skip(std::getenv("MODEL_DEEP") == nullptr);
}

/// As many executions of the body as the time of `make test-model-deep` allows are well.
inline void passes_so_far(const std::string& name, std::function<void()> body) {
    const char* const seconds = std::getenv("MODEL_DEEP");
    const auto result = model::check(body, {.name = name.c_str(),
                                            .max_runs = std::uint64_t{1} << 40,
                                            .seconds = seconds != nullptr ? std::atof(seconds) : 0,
                                            .bounded_ok = true,
                                            .workers = 2});
    INFO(name);
    CHECK_MESSAGE(result.ok(), result.report());
    CHECK(result.complete > 0);
    MESSAGE(result.complete, " executions, ", result.message);
}

/// A value whose races are seen, for code that holds its values in plain memory.
class Probe {
  public:
    Probe() = default;
    explicit Probe(int value) : value_(value) {}
    Probe(const Probe& other) : value_(other.read()) {}
    Probe& operator=(const Probe& other) {
        accesses_.write();
        value_ = other.read();
        return *this;
    }
    ~Probe() { accesses_.write(); } // dropping it is a use, too
    [[nodiscard]] int read() const {
        accesses_.read();
        return value_;
    }

  private:
    int value_ = 0;
    mutable model::PlainAccesses accesses_;
};

} // namespace model_test

// SAFETY: a test's; the checker sees every access.
template <>
inline constexpr bool neuron::core::unsafe_sync<model_test::Probe> = true;
template <>
inline constexpr bool neuron::core::unsafe_send<model_test::Probe> = true;
