// SPDX-License-Identifier: MIT
#include <neuron/console/console.hpp>

#include <doctest/doctest.h>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "../context_maker.hpp"

using namespace neuron;
using console::Console;
using console::Level;
using console::parse_level;
using console::prefix;

namespace {

/// Writes each byte by itself, and lets others run in between.
class Slow {
  public:
    Slow() = default;
    explicit Slow(std::string& written) : written_(&written) {}
    void put(std::string_view text) {
        for (const char c : text) {
            if (written_ != nullptr)
                *written_ += c;
            if (written_ != nullptr && written_->size() % 61 == 0)
                std::this_thread::yield();
        }
    }

  private:
    std::string* written_ = nullptr;
};

/// Calls a function before each piece of text.
class Watched {
  public:
    Watched() = default;
    explicit Watched(std::function<void(std::string_view)> seen) : seen_(std::move(seen)) {}
    void put(std::string_view text) { seen_(text); }

  private:
    std::function<void(std::string_view)> seen_;
};

template <class Device, class... A>
void line(Console<Device>& console, std::string_view before,
          format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
    console.line(before, text.view(), format::erase_all(values...));
}

} // namespace

TEST_CASE("console: each level has one name and no other text is one") {
    CHECK(parse_level("error") == Level::Error);
    CHECK(parse_level("warn") == Level::Warn);
    CHECK(parse_level("info") == Level::Info);
    CHECK(parse_level("debug") == Level::Debug);
}

TEST_CASE("console: test_reject_texts_that_are_no_level") {
    for (const std::string_view text :
         {"", "Error", "ERROR", "warning", "inf", "info ", " info", "debugs", "0", "error\n"}) {
        CHECK_FALSE(parse_level(text).has_value());
    }
    CHECK_FALSE(parse_level(std::string_view("warn\0", 5)).has_value());
}

TEST_CASE("console: only errors and warnings have something in front") {
    CHECK(prefix(Level::Error) == "error: ");
    CHECK(prefix(Level::Warn) == "warning: ");
    CHECK(prefix(Level::Info) == "");
    CHECK(prefix(Level::Debug) == "");
}

TEST_CASE("console: what is shown is what is at or below the chosen level, and no more") {
    constexpr Level levels[] = {Level::Error, Level::Warn, Level::Info, Level::Debug};
    for (std::size_t chosen = 0; chosen < 4; ++chosen) {
        Console<Slow> console;
        console.open(Slow{}, levels[chosen]);
        for (std::size_t asked = 0; asked < 4; ++asked)
            CHECK(console.shows(levels[asked]) == (asked <= chosen));
    }
}

TEST_CASE("console: before it is open only errors are shown, to a device that is none") {
    static constinit Console<Slow> console;
    CHECK(console.shows(Level::Error));
    CHECK_FALSE(console.shows(Level::Warn));
    line(console, "error: ", "to nobody");
}

TEST_CASE("console: a line is prefix, text and newline, and arguments are filled in") {
    std::string written;
    Console<Slow> console;
    console.open(Slow(written), Level::Info);
    line(console, prefix(Level::Warn), "CPU {}: hart {:#x}", 3U, 255U);
    line(console, "", "");
    line(console, "", "{{}} {}", "text");
    CHECK(written == "warning: CPU 3: hart 0xff\n\n{} text\n");
}

TEST_CASE("console: open again means another device and level") {
    std::string first;
    std::string second;
    Console<Slow> console;
    console.open(Slow(first), Level::Debug);
    line(console, "", "one");
    console.open(Slow(second), Level::Error);
    line(console, "", "two");
    CHECK(first == "one\n");
    CHECK(second == "two\n");
    CHECK_FALSE(console.shows(Level::Info));
}

TEST_CASE("console: INV-CONSOLE-1: lines of 4 CPUs come whole, each once, each CPU's in order") {
    constexpr unsigned count = 500;
    std::string written;
    Console<Slow> console;
    console.open(Slow(written), Level::Info);
    std::vector<std::jthread> threads;
    for (unsigned cpu = 0; cpu < 4; ++cpu)
        threads.emplace_back([&, cpu] {
            for (unsigned number = 0; number < count; ++number)
                line(console, "warning: ", "line {} of CPU {}: {:>20}|", number, cpu, "-");
        });
    threads.clear();
    std::map<unsigned, unsigned> next;
    std::string_view rest = written;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        REQUIRE(end != rest.npos);
        const std::string got(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        const std::size_t mark = got.find(" of CPU ");
        REQUIRE(mark != got.npos);
        const auto cpu = static_cast<unsigned>(got[mark + 8] - '0');
        REQUIRE(got == "warning: line " + std::to_string(next[cpu]) + " of CPU " +
                           std::to_string(cpu) + ": " + std::string(19, ' ') + "-|");
        ++next[cpu];
    }
    for (unsigned cpu = 0; cpu < 4; ++cpu)
        CHECK(next[cpu] == count);
}

TEST_CASE("console: a line is written with interrupts masked") {
    Console<Watched> console;
    bool all_masked = true;
    console.open(Watched([&](std::string_view) { all_masked &= !env::irq_enabled(); }),
                 Level::Info);
    line(console, "a", "b {}", 1);
    CHECK(all_masked);
    CHECK(env::irq_enabled());
}

TEST_CASE("console: panic_line goes out though the lock is held, and has no prefix") {
    std::string written;
    Console<Watched> console;
    bool in_panic = false;
    const auto panic = [&] {
        console.panic_line(core::ContextMaker::panic(), "PANIC {}", format::erase_all(7U));
    };
    console.open(Watched([&](std::string_view text) {
                     written += text;
                     if (in_panic || text != "middle")
                         return;
                     in_panic = true;
                     panic();
                     in_panic = false;
                 }),
                 Level::Error);
    line(console, "", "{}, end", "middle");
    CHECK(written == "middlePANIC 7\n, end\n");
    written.clear();
    in_panic = true;
    panic();
    CHECK(written == "PANIC 7\n");
}
