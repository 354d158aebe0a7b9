// SPDX-License-Identifier: MIT
// Records of what an image proved of itself, one line a test:
//   KSELFTEST: <library>.<test> ok key=value ...
//   KSELFTEST: <library>.<test> FAIL why=<what was expected, dashes for spaces> key=value ...
//   KSELFTEST: <library>.<test> skip reason=<word>
// and at the end
//   KSELFTEST: PASS passed=N failed=0 skipped=N      (or FAIL)
// Rules: a test proves a result, never a timing; it runs once, without retries; nothing it prints
// may differ between two correct runs unless the expectation file says so.
// Context: main, on one CPU; not shared.
#pragma once

#include <neuron/format/format.hpp>

#include <cstdint>
#include <string_view>

namespace neuron::selftest {

/// Where finished lines go.
struct LineWriter {
    void* object;
    void (*line)(void* object, std::string_view text);
};

/// One test's verdict and the values that go into its record.
class Record {
  public:
    /// Notes a value for the record. `key` is a word; the value has no spaces.
    template <class V>
    void value(std::string_view key, const V& value) {
        format::write(values_, " {}={}", key, value);
    }

    /// The test fails unless `holds`; the first broken expectation is the one that is named.
    void expect(bool holds, std::string_view what);

    /// This test can't run here; `reason` is one word.
    void skip(std::string_view reason) { skip_reason_ = reason.empty() ? "unnamed" : reason; }

  private:
    friend class Run;
    format::BoundedText<160> values_;
    std::string_view broken_;
    std::string_view skip_reason_;
};

/// Runs tests and counts them.
class Run {
  public:
    explicit Run(LineWriter writer) : writer_(writer) {}

    /// Runs test(Record&) and writes its record. `name` is library.test. INV-SELFTEST-1.
    template <class Test>
    void test(std::string_view name, Test test) {
        Record record;
        test(record);
        finish(name, record);
    }

    /// Writes the last line; the exit status that agrees with it. INV-SELFTEST-2: a run without any
    /// test fails.
    [[nodiscard]] int summary() const;

  private:
    void finish(std::string_view name, const Record& record);

    LineWriter writer_;
    std::uint32_t passed_ = 0;
    std::uint32_t failed_ = 0;
    std::uint32_t skipped_ = 0;
};

} // namespace neuron::selftest
