// SPDX-License-Identifier: MIT
// The ways to walk: with processes that share the work, by chance, along one tape, up to a limit.
#include <cstdlib>
#include <doctest/doctest.h>

#include "structures.hpp"

using namespace suite;
using model::Error;

namespace {

void ring(int items, Order publish) {
    Spsc<2> ring;
    parallel(
        [&] {
            for (int i = 1; i <= items; ++i)
                spin_until([&] { return ring.push(i, publish); });
        },
        [&] {
            for (int i = 1; i <= items; ++i)
                spin_until([&] { return ring.pop().has_value(); });
        });
}

void updates() {
    Word x;
    each_of(5, [&](unsigned) { x.fetch_add(1, relaxed); });
}

} // namespace

TEST_CASE("model: processes that share the work find the same executions") {
    for (const unsigned workers : {1U, 2U, 3U}) {
        const auto rings = model::check([] { ring(6, release); }, {.workers = workers});
        CHECK(rings.ok());
        CHECK(rings.complete == 243);
        CHECK(model::check(updates, {.workers = workers}).complete == 120);
        const auto nothing = model::check([] { Word x; }, {.workers = workers});
        CHECK(nothing.complete == 1);
        const auto broken = model::check([] { ring(3, relaxed); }, {.workers = workers});
        CHECK(broken.error == Error::Race);
        CHECK(broken.trace.find("store.rlx") != std::string::npos);
    }
}

TEST_CASE("model: a limit that ends the walk is a failure, unless it is said to be enough") {
    const auto cut = model::check(updates, {.max_runs = 10});
    CHECK(cut.is_cut);
    CHECK_FALSE(cut.ok());
    CHECK(cut.message == "stopped after max_runs = 10");
    CHECK(model::check(updates, {.max_runs = 10, .bounded_ok = true}).ok());
    CHECK(model::check(updates, {.max_runs = 121}).ok());
    const auto few = model::check([] { ring(6, release); }, {.max_delays = 0});
    CHECK(few.ok());
    CHECK(few.complete < 243);
}

TEST_CASE("model: a sample is repeatable by its seed, and finds what is everywhere") {
    const model::Options some{.bounded_ok = true, .sample = 200, .seed = 7};
    const auto once = model::check([] { ring(4, release); }, some);
    const auto again = model::check([] { ring(4, release); }, some);
    CHECK(once.ok());
    CHECK(once.runs() == 200);
    CHECK(once.complete == again.complete);
    CHECK(model::check([] { ring(4, relaxed); }, some).error == Error::Race);
}

TEST_CASE("model: a tape repeats the run that failed, and a walk goes on from where it was") {
    const auto broken = model::check([] { ring(3, relaxed); });
    REQUIRE(broken.error == Error::Race);
    REQUIRE(setenv("MODEL_REPLAY", broken.tape.c_str(), 1) == 0);
    const auto replayed = model::check([] { ring(3, relaxed); });
    REQUIRE(unsetenv("MODEL_REPLAY") == 0);
    CHECK(replayed.error == Error::Race);
    CHECK(replayed.runs() == 0);
    CHECK(replayed.trace == broken.trace);
    CHECK(model::check(updates, {.resume = "R0.R0"}).complete == 120);
    CHECK(model::check(updates, {.resume = "not a tape"}).error == Error::NotDeterministic);
}

TEST_CASE("model: spurious failures come when they are asked for, and only then") {
    const auto weak = [](unsigned spurious) {
        return model::check(
            [] {
                Word x;
                bool failed = false;
                parallel([&] { failed = model::Run::current().fails_spuriously(); });
                MODEL_ASSERT(!failed);
            },
            {.spurious = spurious});
    };
    CHECK(weak(0).ok());
    CHECK(weak(1).error == Error::Assertion);
}
