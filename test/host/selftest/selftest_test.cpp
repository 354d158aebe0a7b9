// SPDX-License-Identifier: MIT
#include <neuron/selftest/run.hpp>

#include <doctest/doctest.h>
#include <string>
#include <vector>

using neuron::selftest::LineWriter;
using neuron::selftest::Record;
using neuron::selftest::Run;

namespace {

using Lines = std::vector<std::string>;

/// Collects what a Run writes.
class Log {
  public:
    Run run{LineWriter{&lines, [](void* object, std::string_view text) {
                           static_cast<Lines*>(object)->emplace_back(text);
                       }}};
    Lines lines;
};

/// The record of one test.
template <class Test>
std::string record_of(std::string_view name, Test test) {
    Log log;
    log.run.test(name, test);
    REQUIRE(log.lines.size() == 1);
    return log.lines[0];
}

bool says_ok(std::string_view record) {
    return record.find(" ok") != record.npos;
}

} // namespace

TEST_CASE("selftest: INV-SELFTEST-1: a test is one line, with its values in their order") {
    CHECK(record_of("lib.empty", [](Record&) {}) == "KSELFTEST: lib.empty ok");
    CHECK(record_of("lib.some", [](Record& record) {
              record.value("b", 2U);
              record.expect(true, "never said");
              record.value("a", -1);
              record.value("name", "text");
              record.value("yes", true);
          }) == "KSELFTEST: lib.some ok b=2 a=-1 name=text yes=true");
}

TEST_CASE("selftest: a test runs once, when it is handed in") {
    Log log;
    int runs = 0;
    log.run.test("lib.one", [&](Record&) { ++runs; });
    CHECK(runs == 1);
    CHECK(log.lines.size() == 1);
    CHECK(log.run.summary() == 0);
    CHECK(runs == 1);
}

TEST_CASE("selftest: a failing test says why, as one word, and keeps its values") {
    CHECK(record_of("lib.bad", [](Record& record) {
              record.value("n", 3U);
              record.expect(false, "the sky is blue");
          }) == "KSELFTEST: lib.bad FAIL why=the-sky-is-blue n=3");
}

TEST_CASE("selftest: the first broken expectation is the one that is named") {
    CHECK(record_of("lib.bad", [](Record& record) {
              record.expect(true, "zeroth");
              record.expect(false, "first");
              record.expect(false, "second");
              record.expect(true, "third");
          }) == "KSELFTEST: lib.bad FAIL why=first");
}

TEST_CASE("selftest: a skipped test says why and has no values") {
    CHECK(record_of("lib.not", [](Record& record) {
              record.value("n", 1U);
              record.skip("one-cpu");
          }) == "KSELFTEST: lib.not skip reason=one-cpu");
}

TEST_CASE("selftest: what failed before it was skipped has failed") {
    CHECK(record_of("lib.not", [](Record& record) {
              record.expect(false, "first");
              record.skip("one-cpu");
          }) == "KSELFTEST: lib.not FAIL why=first");
}

TEST_CASE("selftest: one test's failure is not the next one's") {
    Log log;
    log.run.test("lib.a", [](Record& record) { record.expect(false, "a"); });
    log.run.test("lib.b", [](Record&) {});
    log.run.test("lib.c", [](Record& record) { record.skip("c"); });
    log.run.test("lib.d", [](Record& record) { record.value("d", 4U); });
    CHECK(log.lines == Lines{"KSELFTEST: lib.a FAIL why=a", "KSELFTEST: lib.b ok",
                             "KSELFTEST: lib.c skip reason=c", "KSELFTEST: lib.d ok d=4"});
}

TEST_CASE(
    "selftest: INV-SELFTEST-2: the summary counts each kind and agrees with the exit status") {
    Log good;
    good.run.test("lib.a", [](Record&) {});
    good.run.test("lib.b", [](Record&) {});
    good.run.test("lib.c", [](Record& record) { record.skip("why"); });
    CHECK(good.run.summary() == 0);
    CHECK(good.lines.back() == "KSELFTEST: PASS passed=2 failed=0 skipped=1");

    Log bad;
    bad.run.test("lib.a", [](Record&) {});
    bad.run.test("lib.b", [](Record& record) { record.expect(false, "no"); });
    CHECK(bad.run.summary() == 1);
    CHECK(bad.lines.back() == "KSELFTEST: FAIL passed=1 failed=1 skipped=0");
}

TEST_CASE(
    "selftest: INV-SELFTEST-2: test_reject_a_run_without_tests; one that could only skip is good") {
    Log empty;
    CHECK(empty.run.summary() == 1);
    CHECK(empty.lines == Lines{"KSELFTEST: FAIL passed=0 failed=0 skipped=0"});

    Log skipped;
    skipped.run.test("lib.a", [](Record& record) { record.skip("why"); });
    CHECK(skipped.run.summary() == 0);
    CHECK(skipped.lines.back() == "KSELFTEST: PASS passed=0 failed=0 skipped=1");
}

TEST_CASE("selftest: test_reject_a_broken_expectation_without_a_text") {
    CHECK_FALSE(says_ok(record_of("lib.bad", [](Record& record) { record.expect(false, ""); })));
}

TEST_CASE("selftest: values up to 160 bytes are kept as they are") {
    const std::string value(157, 'x'); // with " k=" it is 160
    CHECK(record_of("lib.long", [&](Record& record) { record.value("k", value); }) ==
          "KSELFTEST: lib.long ok k=" + value);
}

TEST_CASE("selftest: a cut value is visible as such") {
    const std::string record =
        record_of("lib.long", [](Record& each) { each.value("k", std::string(158, 'x')); });
    CHECK(record.ends_with("xxx..."));
    const std::string many = record_of("lib.many", [](Record& each) {
        for (unsigned i = 0; i < 40; ++i)
            each.value("key", i);
    });
    CHECK(many.ends_with("..."));
}

TEST_CASE("selftest: test_reject_a_record_that_is_ok_with_a_cut_value") {
    const std::string record =
        record_of("lib.long", [](Record& each) { each.value("k", std::string(158, 'x')); });
    CHECK_FALSE(says_ok(record));
}

TEST_CASE("selftest: test_reject_a_record_that_is_ok_though_the_line_was_cut") {
    // The values fit where they are collected, and not behind a name of this length.
    const std::string record = record_of("lib." + std::string(90, 'n'), [](Record& each) {
        each.value("k", std::string(157, 'x'));
    });
    CHECK_FALSE(says_ok(record));
}
