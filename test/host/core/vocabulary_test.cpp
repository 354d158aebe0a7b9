// SPDX-License-Identifier: MIT
#include <neuron/core/list.hpp>
#include <neuron/core/pid.hpp>
#include <neuron/core/plain.hpp>
#include <neuron/core/qos.hpp>
#include <neuron/core/result.hpp>
#include <neuron/core/ring_index.hpp>
#include <neuron/core/time.hpp>

#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "../dies.hpp"

using namespace neuron::core;
using host_test::last_words;

namespace {

struct Item : Linked<Item> {
    explicit Item(int n) : number(n) {}
    int number;
};

std::string numbers(List<Item>& list) {
    std::string text;
    for (Item* each = list.front(); each != nullptr; each = list.after(*each))
        text += std::to_string(each->number);
    std::string back;
    for (Item* each = list.back(); each != nullptr; each = list.before(*each))
        back.insert(0, std::to_string(each->number));
    CHECK(text == back);
    return text;
}

Result<std::unique_ptr<int>, Refused<std::unique_ptr<int>, int>> offer(std::unique_ptr<int> value,
                                                                       bool full) {
    if (full)
        return std::unexpected(Refused<std::unique_ptr<int>, int>{7, std::move(value)});
    return value;
}

} // namespace

TEST_CASE("core: INV-CORE-9: a list keeps order, gives up its middle, and counts") {
    std::array<Item, 4> items{Item(1), Item(2), Item(3), Item(4)};
    List<Item> list;
    CHECK(list.pop_front() == nullptr);
    for (Item& each : items)
        list.push_back(each);
    CHECK(numbers(list) == "1234");
    list.remove(items[1]);
    CHECK(numbers(list) == "134");
    list.remove(items[3]);
    list.push_front(items[3]);
    list.push_back(items[1]);
    CHECK(numbers(list) == "4132");
    CHECK(list.size() == 4);
    for (const int expected : {4, 1, 3, 2})
        CHECK(list.pop_front()->number == expected);
    CHECK(list.is_empty());
    CHECK_FALSE(items[0].is_linked());
}

TEST_CASE("core: a list agrees with a vector over random operations") {
    std::mt19937 random(1);
    std::vector<std::unique_ptr<Item>> items;
    for (int i = 0; i < 8; ++i)
        items.push_back(std::make_unique<Item>(i));
    List<Item> list;
    std::vector<int> model;
    for (int step = 0; step < 20'000; ++step) {
        Item& item = *items[random() % 8];
        if (item.is_linked()) {
            list.remove(item);
            std::erase(model, item.number);
        } else if (random() % 2 == 0) {
            list.push_back(item);
            model.push_back(item.number);
        } else {
            list.push_front(item);
            model.insert(model.begin(), item.number);
        }
        std::string expected;
        for (const int number : model)
            expected += std::to_string(number);
        REQUIRE(numbers(list) == expected);
        REQUIRE(list.size() == model.size());
    }
    while (list.pop_front() != nullptr)
        continue;
}

TEST_CASE("core: INV-CORE-9: test_reject_misused_links: the image ends") {
    CHECK(last_words([] {
              Item item(1);
              List<Item> one;
              List<Item> two;
              one.push_back(item);
              two.push_back(item);
          }).ends_with(": List: the element is in a list already\n"));
    CHECK(last_words([] {
              Item item(1);
              List<Item> one;
              List<Item> two;
              one.push_back(item);
              two.remove(item);
          }).ends_with(": List: the element is not in this list\n"));
    CHECK(last_words([] {
              List<Item> list;
              Item item(1);
              list.push_back(item);
          }).ends_with(": List: an element ends while it is in a list\n"));
    CHECK(last_words([] {
              Item item(1);
              List<Item> list;
              list.push_back(item);
          }).ends_with(": List: it ends with elements in it\n"));
}

TEST_CASE("core: ring indexes tell full from empty, also where 32 bits wrap") {
    using Ring = RingIndex<4>;
    for (const std::uint32_t start : {0U, 3U, 0xffff'fffdU, 0xffff'ffffU}) {
        std::uint32_t tail = start;
        CHECK(Ring::is_empty(start, tail));
        for (std::uint32_t size = 1; size <= 4; ++size) {
            CHECK_FALSE(Ring::is_full(start, tail));
            ++tail;
            CHECK(Ring::size(start, tail) == size);
        }
        CHECK(Ring::is_full(start, tail));
        CHECK_FALSE(Ring::is_empty(start, tail));
        CHECK(Ring::slot(tail) == Ring::slot(start));
    }
    static_assert(RingIndex<1>::is_full(7, 8) && RingIndex<0x8000'0000U>::slot(0x8000'0001U) == 1);
}

TEST_CASE("core: a refusal gives the value back") {
    auto refused = offer(std::make_unique<int>(5), true);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().reason == 7);
    CHECK(*refused.error().value == 5);
    CHECK(**offer(std::move(refused.error().value), false) == 5);
}

TEST_CASE("core: plain slots hand over what only moves") {
    Plain<std::unique_ptr<int>> slot;
    slot.write(std::make_unique<int>(3));
    CHECK(*slot.take() == 3);
    CHECK(slot.take() == nullptr);
    slot.write(std::make_unique<int>(4));
    const auto leave = [](std::unique_ptr<int>&& value) { CHECK(*value == 4); };
    slot.consume(leave); // in its place: whoever does not take it leaves it there
    std::unique_ptr<int> taken;
    const auto take = [&](std::unique_ptr<int>&& value) { taken = std::move(value); };
    slot.consume(take);
    CHECK(*taken == 4);
    CHECK(slot.take() == nullptr);
}

template <class T>
concept Readable = requires(const Plain<T>& slot) { slot.read(); };

TEST_CASE("core: a plain slot is read by value, or not at all") {
    Plain<int> slot(3);
    static_assert(std::is_same_v<decltype(slot.read()), int>);
    static_assert(!Readable<std::unique_ptr<int>>);
    CHECK(slot.read() == 3);
    slot.write(4);
    CHECK(slot.read() == 4);
}

TEST_CASE("core: names of tasks and classes") {
    CHECK_FALSE(Pid().is_valid());
    CHECK(Pid{1, 2} != Pid{1, 3});
    CHECK(format_value(Pid{5, 1}) == 0x1'0000'0005);
    for (std::uint32_t n = 0; n < qos_classes; ++n)
        CHECK(parse_qos(to_string(static_cast<QosClass>(n))) == static_cast<QosClass>(n));
    CHECK(QosClass::PerfBurst == static_cast<QosClass>(3));
    CHECK_FALSE(parse_qos("Urgent").has_value());
    CHECK(to_string(static_cast<QosClass>(9)) == "unknown");
}

TEST_CASE("core: ticks and nanoseconds agree with wide arithmetic, saturate, and are never early") {
    using Wide = unsigned __int128;
    constexpr Wide second = 1'000'000'000;
    std::mt19937_64 random(1);
    for (const std::uint64_t hz :
         {1UL, 3UL, 32'768UL, 10'000'000UL, 999'999'937UL, 1'000'000'000UL, 10'000'000'000UL}) {
        const TickRate rate(hz);
        for (int i = 0; i < 20'000; ++i) {
            const std::uint64_t ticks = random() >> (random() % 64);
            const Wide wide = Wide{ticks} * second / hz;
            const auto ns = static_cast<std::uint64_t>(rate.to_nanoseconds(ticks).count());
            constexpr Wide most = std::numeric_limits<std::int64_t>::max();
            REQUIRE(ns == (wide < most ? wide : most));
            const auto time = static_cast<std::int64_t>(random() >> (1 + random() % 63));
            const Wide up = (Wide(time) * hz + second - 1) / second;
            const std::uint64_t back = rate.to_ticks(Nanoseconds(time));
            if (up <= ~std::uint64_t{0} - hz)
                REQUIRE(back == up);
            else
                REQUIRE(back >= ~std::uint64_t{0} - hz);
        }
        CHECK(rate.to_ticks(Nanoseconds(-5)) == 0);
        CHECK(rate.to_nanoseconds(0).count() == 0);
        // 2^33 seconds and the last tick that fits, where there are so many ticks.
        for (const Wide around : {(Wide{1} << 33) * hz, ((Wide{1} << 63) - 1) * hz / second})
            for (int step = -2; step <= 2; ++step)
                if (const Wide ticks = around + Wide(step); ticks <= ~std::uint64_t{0}) {
                    const Wide wide = ticks * second / hz;
                    const Wide most = (Wide{1} << 63) - 1;
                    REQUIRE(rate.to_nanoseconds(static_cast<std::uint64_t>(ticks)).count() ==
                            static_cast<std::int64_t>(wide < most ? wide : most));
                }
    }
    CHECK(
        last_words([] { (void)TickRate(0); }).ends_with(": TickRate: 1 to 10^10 ticks a second\n"));
}
