// SPDX-License-Identifier: MIT
#include <neuron/selftest/run.hpp>

namespace neuron::selftest {
namespace {

using Line = format::BoundedText<256>;

/// A reason as one word, so that a record splits at its spaces.
void put_word(Line& line, std::string_view text) {
    for (const char c : text)
        line.put(c == ' ' ? std::string_view("-") : std::string_view(&c, 1));
}

} // namespace

void Record::expect(bool holds, std::string_view what) {
    if (!holds && broken_.empty())
        broken_ = what.empty() ? "unnamed" : what;
}

void Run::finish(std::string_view name, const Record& record) {
    Line line;
    const std::string_view broken = !record.broken_.empty()      ? record.broken_
                                    : record.values_.truncated() ? "values too long"
                                                                 : "";
    format::write(line, "KSELFTEST: {} ", name);
    if (!broken.empty()) {
        ++failed_;
        line.put("FAIL why=");
        put_word(line, broken);
        line.put(record.values_.view());
    } else if (!record.skip_reason_.empty()) {
        ++skipped_;
        line.put("skip reason=");
        put_word(line, record.skip_reason_);
    } else {
        line.put("ok");
        line.put(record.values_.view());
        if (line.truncated()) {
            ++failed_;
            line.clear();
            format::write(line, "KSELFTEST: {} FAIL why=record-too-long", name);
        } else {
            ++passed_;
        }
    }
    writer_.line(writer_.object, line.view());
}

int Run::summary() const {
    const bool good = failed_ == 0 && passed_ + skipped_ != 0;
    const auto line = format::text<128>("KSELFTEST: {} passed={} failed={} skipped={}",
                                        good ? "PASS" : "FAIL", passed_, failed_, skipped_);
    writer_.line(writer_.object, line.view());
    return good ? 0 : 1;
}

} // namespace neuron::selftest
